/** Where things are in a Hermes store, and whose lock is held while one of them is moved. */
import { basename, dirname } from "node:path";
import { errnoOf } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import type { Entry } from "../../model/entry.ts";

/** Its name in a base. */
export const STORE = "store";

/**
 * A git directory by what git itself looks for (setup.c, is_git_directory), and with the projects that make it Hermes'
 * store: without them it is some repo that somebody calls so.
 */
export function isStore(path: string): boolean {
  try {
    const kinds = ["HEAD", "objects", "refs", "projects"].map((name) => lstatOrNull(bytePath(`${path}/${name}`))?.kind);
    return kinds[0] === "file" && kinds.slice(1).every((kind) => kind === "directory");
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

/** Hermes' own lock: beside the base, which is resolved, as Hermes resolves it. Anything of the store is moved under it. */
export function guardOf({ base, members }: Entry): string | null {
  return members.some(({ place }) => place.startsWith(`${STORE}/`)) ? `${dirname(base)}/.${basename(base)}.lock` : null;
}
