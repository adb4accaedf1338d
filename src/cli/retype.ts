/** Words and flags as they would have to be typed again, for the commands that text suggests. Pure. */
import type { PruneCall, Shared } from "./parse.ts";

/** The flags that make a command mean the same places and settings. */
export function repeatOf({ homes, bases, sets }: Shared): string {
  return [
    ...homes.map((home) => `--home ${quoted(home)}`),
    ...bases.map((base) => `--base ${quoted(base)}`),
    ...sets.map((set) => `--set ${quoted(set)}`),
  ].join(" ");
}

/** The settings of a line as arguments of another one: those of `--set`, and of the flags with a name of their own. */
export function settingArguments({ sets, flags }: Shared): readonly string[] {
  const named = flags.filter(({ flag }) => !flag.startsWith("--set"));
  return [
    ...sets.flatMap((set) => ["--set", set]),
    ...named.flatMap(({ flag, value }) => (typeof value === "number" ? [flag, String(value)] : [flag])),
  ];
}

/** `checkpoints prune` with all that narrows or widens what it takes; null where nothing does. */
export function retypePrune({ scan }: PruneCall, { flags }: Shared, repeat: string): string | null {
  const own = [
    ...(scan.what ?? []).map(quoted),
    ...(scan.only === undefined ? [] : [`--only ${scan.only}`]),
    ...(scan.include ?? []).map((verdict) => `--include ${verdict}`),
    ...(scan.disposal === "trash" ? ["--trash"] : []),
    ...flags.filter(({ flag }) => !flag.startsWith("--set")).map(({ flag, value }) => withValue(flag, value)),
  ];
  return own.length === 0 ? null : ["checkpoints prune", ...own, repeat].filter((part) => part !== "").join(" ");
}

function withValue(flag: string, value: unknown): string {
  return typeof value === "number" ? `${flag} ${value}` : flag;
}

/** As a shell takes it for one word. Quotes only where there is need, so that a plain path stays readable. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !/^~[^/]/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
