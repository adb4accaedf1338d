/** The names of its kinds, and of the directory that its repositories are in. */

export const KILO_KINDS = ["kilo-snapshots", "kilo-temporary", "kilo-unfinished"] as const;

export const SNAPSHOT = "snapshot";

/** What its own remover was deleting when it was ended, beside the repositories of a project. */
const UNFINISHED = /^\.[0-9a-f]{40}\.cleanup-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}
