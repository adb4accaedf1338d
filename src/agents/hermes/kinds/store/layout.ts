/** The layout of a Hermes store, and the lock that is held while one of its members is moved. */
import { basename, dirname } from "node:path";
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import type { Entry } from "../../../../model/entry.ts";

/** Its name in a base. */
export const STORE = "store";

/**
 * A directory with projects, which make it Hermes' store, and with something that git creates: without projects it is
 * some repo of this name. It need not be a valid repository: one that lost its `refs/`, or has a format that is not
 * supported, is shown with all its contents, and all of it is kept (stores/git-repository/format.ts).
 */
export function isStore(path: string): boolean {
  try {
    const isThere = (name: string): boolean => lstatOrNull(bytePath(`${path}/${name}`)) !== null;
    return lstatOrNull(bytePath(`${path}/projects`))?.kind === "directory" && ["HEAD", "objects", "refs"].some(isThere);
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return false;
  }
}

/**
 * Hermes' own lock: beside the base, which is resolved, as Hermes resolves it. Everything in the store is moved under
 * it.
 */
export function guardOf({ base, members }: Entry): string | null {
  return members.some(({ place }) => place.startsWith(`${STORE}/`)) ? `${dirname(base)}/.${basename(base)}.lock` : null;
}
