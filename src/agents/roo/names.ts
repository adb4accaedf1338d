/** The names of its kinds, and of the directories of its repositories. */
import { createHash } from "node:crypto";

export const ROO_KINDS = ["roo-checkpoints"] as const;

/** Extensions, as editors name the directory of what they store, and what distinguishes the second. */
export const EXTENSIONS = [
  ["rooveterinaryinc.roo-cline", null],
  ["kilocode.kilo-code", "kilo-code"],
] as const;

/** In what an extension stores: a directory a task, and in early versions a repository a workspace. */
export const TASKS = "tasks";
export const CHECKPOINTS = "checkpoints";

/** A task: a uuid, or the time when it began (ms). */
const TASK = /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{13})$/;

/** Where a child of a base has a repository, by its name; null: it is neither a task nor one of a workspace. */
export function placeIn(name: string): string | null {
  if (TASK.test(name)) return `${name}/${CHECKPOINTS}`;
  return /^[0-9a-f]{8}$/.test(name) ? name : null;
}

/** `1111…` of `1111…/checkpoints`; null where a place is none of those. */
export function idOf(place: string): string | null {
  const [name = ""] = place.split("/");
  return placeIn(name) === place ? name : null;
}

/** A task is named for no directory; a repository of a workspace for the hash of its path. */
export function isNamedFor(place: string, worktree: string): boolean | null {
  if (place.includes("/")) return null;
  return createHash("sha256").update(worktree, "utf8").digest("hex").slice(0, 8) === place;
}
