/** Old files in a directory of a repository, as members. */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { below, bytePath, lstatOrNull, rawPath, textOf } from "../../../../fs/syscalls.ts";
import { namesOrNone } from "../../../../fs/listing.ts";
import type { Member } from "../../../../model/entry.ts";

/** A repository in a base: its name below the base. */
export interface Repository {
  readonly base: string;
  readonly place: string;
  readonly kind: "shadow" | "store";
}

/** Names in a directory; none where it cannot be listed, since what is not found is not removed. */
export function namesIn({ base, place }: Repository, directory: string): readonly string[] {
  try {
    return namesOrNone(bytePath(`${base}/${place}/${directory}`)).map((name) => textOf(rawPath(name)));
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return [];
  }
}

/** A file that was last written before a moment (ms), or null. */
export function oldAt(repository: Repository, name: string, before: number): Member | null {
  const place = `${repository.place}/${name}`;
  const path = `${repository.base}/${place}`;
  try {
    const stat = lstatOrNull(below(bytePath(`${repository.base}/${repository.place}`), bytePath(name)));
    // A time at or before 1970 is invalid.
    return stat?.kind === "file" && stat.mtime > 0 && stat.mtime < before
      ? { path, place, identity: stat.identity }
      : null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
