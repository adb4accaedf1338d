/** What a run was asked for, beyond the settings. */
import type { Judged } from "../model/judgement.ts";
import type { Disposal, Mode } from "../model/plan.ts";
import type { Rule } from "../model/reasons.ts";

export interface Request {
  readonly mode: Mode;
  /** ms since the epoch. */
  readonly now: number;
  /** Where removals go; null: what the settings say for the mode. */
  readonly disposal: Disposal | null;
  /** Verdicts that a person asked for by name. */
  readonly include: readonly ("unreachable" | "unidentified")[];
  /** The only rule that may take anything, or null. */
  readonly only: Rule | null;
  /** Narrows what may be taken; null: everything. */
  readonly selects: ((row: Selectable) => boolean) | null;
}

/** What a selection goes by. */
export interface Selectable {
  readonly id: string;
  readonly path: string;
  readonly subject: string | null;
}

export function selectableOf(judged: Judged): Selectable {
  return { id: judged.entry.id, path: judged.entry.members[0].path, subject: judged.subject?.value ?? null };
}
