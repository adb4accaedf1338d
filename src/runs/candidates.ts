/** What an argument may name: entries in their places, and what is in the trash. Plain values. */
import type { Judged } from "../model/judgement.ts";
import { originalPath, type TrashItem } from "../model/trash.ts";
import { type Selectable, selectableOf } from "../plan/request.ts";

/**
 * What the named rows are for. `show` needs one; `remove` acts on both, and `empty` and `restore` on what is in the trash;
 * `change` on what is in its place.
 */
export type Purpose = "show" | "change" | "remove" | "empty" | "restore";

export interface Candidate {
  readonly base: string;
  readonly id: string;
  /** Its id in the trash; null: it is in its place. */
  readonly trashId: string | null;
  /** Its place below the base, as a path, wherever it is now. */
  readonly place: string;
  /** Where its files are. */
  readonly paths: readonly string[];
  readonly subject: string | null;
}

/** An argument, and the rows that it names. */
export interface ResolvedWord {
  readonly word: string;
  readonly rows: readonly Candidate[];
}

export function candidateOf(base: string, judged: Judged): Candidate {
  const { id, path, subject } = selectableOf(judged);
  return { base, id, trashId: null, place: path, paths: judged.entry.members.map((member) => member.path), subject };
}

export function trashCandidateOf(item: TrashItem, subject: string | null): Candidate {
  const place = originalPath(item);
  const { base, entryId, id } = item;
  return { base, id: entryId, trashId: id, place, paths: item.members.map(({ path }) => path), subject };
}

/** Whether a row of a plan is one of those that were named. */
export function selectionOf(words: readonly ResolvedWord[]): (row: Selectable) => boolean {
  const named = new Set(words.flatMap(({ rows }) => rows.map(({ place, id }) => keyOf(place, id))));
  return ({ path, id }) => named.has(keyOf(path, id));
}

/** Whether an item of the trash is one of those that were named. */
export function trashSelectionOf(words: readonly ResolvedWord[]): (item: TrashItem) => boolean {
  const named = new Set(
    words.flatMap(({ rows }) => rows.map(({ base, trashId }) => (trashId === null ? "" : keyOf(base, trashId)))),
  );
  return ({ base, id }) => named.has(keyOf(base, id));
}

function keyOf(path: string, id: string): string {
  return `${path}\0${id}`;
}
