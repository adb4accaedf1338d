/** The newest of the places in a git directory that every use touches. */
import { errnoOf } from "../../errors.ts";
import { toIoError } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { type IoError, type LastUse, laterUse } from "../../model/entry.ts";

export interface Touched {
  /** Null: none of them is there. */
  readonly newest: LastUse | null;
  readonly troubles: readonly IoError[];
  /** Further places are left to the walk that follows. */
  readonly leftToWalk?: true;
}

/** `freshAfter`: a time at or after this (ms) settles the question; null: find the newest of all. Throws no errno. */
export function newestTouched(repo: string, places: Iterable<string>, freshAfter: number | null): Touched {
  const troubles: IoError[] = [];
  let newest: LastUse | null = null;
  for (const place of places) {
    const path = bytePath(`${repo}/${place}`);
    try {
      const stat = lstatOrNull(path);
      if (stat !== null && (newest === null || stat.mtime > newest.at)) newest = { at: stat.mtime, from: "mtime" };
    } catch (error) {
      // `logs` as a file is not a read error: there simply is no such place.
      if (errnoOf(error) !== "ENOTDIR") troubles.push(toIoError(path, error));
    }
    if (newest !== null && freshAfter !== null && newest.at >= freshAfter) break;
  }
  return { newest, troubles };
}

/** The newest of what was found in two places. */
export function newestOf(a: Touched, b: Touched): Touched {
  return { newest: laterUse(a.newest, b.newest), troubles: [...a.troubles, ...b.troubles] };
}

/** The newest of them as the last use itself: null where a recent one ended the search, and others may be newer. */
export function exactUse({ newest }: Pick<Touched, "newest">, freshAfter: number | null): LastUse | null {
  return newest === null || freshAfter === null || newest.at < freshAfter ? newest : null;
}
