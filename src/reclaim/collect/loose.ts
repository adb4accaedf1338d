/** Loose objects: files `objects/xx/<rest of the name>`. Their directories stay: somebody may be about to write there. */
import { randomBytes } from "node:crypto";
import { errnoOf } from "../../errors.ts";
import { pace } from "../../fs/breathe.ts";
import { bytePath, lstat, lstatOrNull, rename, unlink } from "../../fs/door.ts";
import { namesOrNone } from "../../fs/listing.ts";

/** Paths by name. */
export function looseIn(repository: string): ReadonlyMap<string, string> {
  const objects = `${repository}/objects`;
  const directories = namesOrNone(bytePath(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  return new Map(
    directories.flatMap((directory) =>
      namesOrNone(bytePath(`${objects}/${directory}`))
        .filter((name) => /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/.test(name))
        .map((name): [string, string] => [directory + name, `${objects}/${directory}/${name}`]),
    ),
  );
}

/**
 * Removes what was not touched since a moment (ms), and tells how many are too young for that. Whoever uses an object
 * again gives it a new time.
 */
export async function dropLoose(
  loose: ReadonlyMap<string, string>,
  cutoff: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const breathe = pace();
  let young = 0;
  for (const path of loose.values()) {
    if (signal?.aborted === true) break;
    if (drop(path, cutoff) === "young") young += 1;
    await breathe();
  }
  return young;
}

/**
 * Aside first, and gone only if its time is still old there: between a look and an unlink somebody could use it again,
 * and after the rename they find nothing and write it anew.
 */
function drop(path: string, cutoff: number): "gone" | "young" | "stuck" {
  try {
    const at = lstatOrNull(bytePath(path))?.mtime ?? null;
    if (at === null) return "gone";
    if (cutoff !== -Infinity && at >= cutoff) return "young";
    const aside = `${path.slice(0, path.lastIndexOf("/"))}/tmp_obj_${randomBytes(4).toString("hex")}`;
    rename(bytePath(path), bytePath(aside));
    if (cutoff !== -Infinity && lstat(bytePath(aside)).mtime >= cutoff) {
      rename(bytePath(aside), bytePath(path));
      return "young";
    }
    unlink(bytePath(aside));
    return "gone";
  } catch (error) {
    // Somebody else was faster, or it cannot be taken: it is there the next time.
    if (errnoOf(error) === null) throw error;
    return "stuck";
  }
}
