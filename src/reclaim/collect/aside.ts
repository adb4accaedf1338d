/**
 * Renames a file that holds objects out of git's sight before it is removed. A snapshot that uses an object again
 * updates the time of the file (freshen_file in object-file.c) by its path: after the rename it finds no such file and
 * writes the object anew. So a time that is still old after the rename stays old, and a file whose time has changed is
 * renamed back. A stat and an unlink alone would lose what was freshened in between.
 */
import { errnoOf } from "../../errors.ts";
import { bytePath, lstat, lstatOrNull, rename, unlinkIfThere } from "../../fs/syscalls.ts";
import { namesOrNone } from "../../fs/listing.ts";

/** git does not remove names with this suffix, and the rest of the name says where the file belongs. */
const ASIDE = ".checkpoint-gc";

export type Aside = { readonly kind: "aside"; readonly path: string } | { readonly kind: "young" | "gone" };

/** `cutoff`: the latest time (ms) at which it may have been used. Throws the errno. */
export function takeAside(path: string, cutoff: number): Aside {
  const before = lstatOrNull(bytePath(path));
  if (before === null) return { kind: "gone" };
  if (before.mtime >= cutoff) return { kind: "young" };
  const aside = `${path}${ASIDE}`;
  rename(bytePath(path), bytePath(aside));
  if (lstat(bytePath(aside)).mtime < cutoff) return { kind: "aside", path: aside };
  rename(bytePath(aside), bytePath(path));
  return { kind: "young" };
}

/**
 * A file that a killed run left aside is renamed back, and judged anew. A pack without its index was being removed: the
 * index is only removed when the pack has been found old.
 */
export function putBackAsides(directories: readonly string[]): void {
  for (const directory of directories) {
    const names = new Set(namesOrNone(bytePath(directory)));
    for (const name of [...names].filter((one) => one.endsWith(ASIDE))) {
      const [aside, path] = [`${directory}/${name}`, `${directory}/${name.slice(0, -ASIDE.length)}`];
      const pack = /^(pack-.*)\.pack\./.exec(name)?.[1];
      const isOnItsWay = pack !== undefined && !names.has(`${pack}.idx`);
      try {
        // A file of the same name holds the same objects.
        if (!isOnItsWay && lstatOrNull(bytePath(path)) === null) rename(bytePath(aside), bytePath(path));
        else unlinkIfThere(bytePath(aside));
      } catch (error) {
        if (errnoOf(error) !== "ENOENT") throw error;
      }
    }
  }
}
