/** Old files in a directory of a repository, as members. */
import { errnoOf } from "../../errors.ts";
import { below, bytePath, lstatOrNull, rawPath, textOf } from "../../fs/door.ts";
import { namesOrNone } from "../../fs/listing.ts";
import type { Member } from "../../model/entry.ts";

/** A repository in a base: what it is called below the base. */
export interface Repository {
  readonly base: string;
  readonly place: string;
  readonly kind: "shadow" | "store";
}

/** Names in a directory; none where it cannot be listed, for what is not seen is not taken. */
export function namesIn({ base, place }: Repository, directory: string): readonly string[] {
  try {
    return namesOrNone(bytePath(`${base}/${place}/${directory}`)).map((name) => textOf(rawPath(name)));
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return [];
  }
}

/** A file that was last written before a moment (ms), or null. */
export function oldAt(repository: Repository, name: string, before: number): Member | null {
  const place = `${repository.place}/${name}`;
  const path = `${repository.base}/${place}`;
  try {
    const stat = lstatOrNull(below(bytePath(`${repository.base}/${repository.place}`), bytePath(name)));
    // At or before 1970 is no time.
    return stat?.kind === "file" && stat.mtime > 0 && stat.mtime < before
      ? { path, place, identity: stat.identity }
      : null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
