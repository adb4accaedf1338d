/** Options that together can select nothing: a run that then says "nothing to remove" would be misread. Pure. */
import type { SettingFlag } from "../config/flags.ts";
import { GcError } from "../errors.ts";

export interface Selecting {
  readonly only: "orphan" | "stale" | null;
  readonly flags: readonly SettingFlag[];
}

/** Throws `usage` naming both. Settings of files are not options: there `--only` may well select nothing today. */
export function refuseEmptySelection({ only, flags }: Selecting): void {
  if (only === null) return;
  // The last one counts.
  const last = (key: SettingFlag["key"]): SettingFlag | undefined => flags.findLast((flag) => flag.key === key);
  const [orphans, days] = [last("delete_orphans"), last("retention_days")];
  if (only === "orphan" && orphans?.value === false) throw cannot(only, typed(orphans), "which keeps all of them");
  if (only === "stale" && days?.value === 0) throw cannot(only, typed(days), "by which none is stale");
}

function typed({ flag, value }: SettingFlag): string {
  if (flag.startsWith("--set")) return `${flag}=${String(value)}`;
  return typeof value === "boolean" ? flag : `${flag} ${String(value)}`;
}

function cannot(only: string, other: string, why: string): GcError {
  return new GcError("usage", `--only ${only} cannot be used with ${other}, ${why}: nothing could be selected`, {
    hint: "Leave out one of them.",
  });
}
