/** What a run was asked to do, beyond the settings. */
import type { Judged } from "../model/judgement.ts";
import type { Disposal, Mode } from "../model/plan.ts";
import type { Included, Rule } from "../model/reasons.ts";

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
  /** Limits what may be removed; null: everything. */
  readonly selects: ((row: Selectable) => boolean) | null;
}

/** The properties that a selection is matched against. */
export interface Selectable {
  readonly id: string;
  readonly path: string;
  readonly subject: string | null;
}

export function selectableOf(judged: Judged): Selectable {
  return { id: judged.entry.id, path: judged.entry.members[0].path, subject: judged.subject?.value ?? null };
}
