/** What a run was asked to do, beyond the settings. */
import type { Judged } from "../model/judgement.ts";
import type { Disposal, Mode } from "../model/plan.ts";
import type { Included, Rule } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";

export interface Request {
  readonly mode: Mode;
  /** ms since the epoch. */
  readonly now: number;
  /** Whether removals are destroyed or trashed; null: what the settings say for the mode. */
  readonly disposal: Disposal | null;
  /** Rules that were included by name. */
  readonly include: readonly Included[];
  /** The only rule that may remove anything, or null. */
  readonly only: Rule | null;
  /** Kinds that a manual run takes although `collect` does not name them: those of an agent that was named. */
  readonly alsoCollects?: readonly string[];
  /** Limits what may be removed; null: everything. */
  readonly selects: ((row: SelectableRow) => boolean) | null;
}

type CollectRequest = Pick<Request, "mode" | "alsoCollects">;

/** The properties that arguments are matched against. */
export interface Selectable {
  readonly id: string;
  readonly path: string;
  readonly subject: string | null;
}

/** The same, with what the limits of a selection compare. */
export interface SelectableRow extends Selectable {
  /** Null where it is unknown, or where it may have been used later (ms). */
  readonly lastUsed: number | null;
  /** Null where it was not measured. */
  readonly bytes: number | null;
}

/** Whether entries of a kind are removed at all. No automatic run takes a kind that the settings do not name. */
export function isCollected(kind: string, settings: Settings, { mode, alsoCollects = [] }: CollectRequest): boolean {
  return settings.collect.includes(kind) || (mode === "manual" && alsoCollects.includes(kind));
}

export function selectableOf(judged: Judged): SelectableRow {
  const { entry, subject, lastUsed, lastUsedExact, bytes } = judged;
  return {
    id: entry.id,
    path: entry.members[0].path,
    subject: subject?.value ?? null,
    lastUsed: lastUsedExact && lastUsed !== null ? lastUsed.at : null,
    bytes,
  };
}
