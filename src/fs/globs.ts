/** Discovery by pattern: fast-glob, below a directory that is given, dot files too, never through a symlink. */
import { errnoOf } from "../errors.ts";
import { bytePath, lstatOrNull } from "./door.ts";

/**
 * Directories that match, relative to `directory`, sorted. A directory that is not there has none, which is the rule:
 * so the package, a tenth of a start, is loaded only where there is something to match. Throws the errno.
 */
export async function directoriesLike(pattern: string, directory: string): Promise<string[]> {
  try {
    if (lstatOrNull(bytePath(directory)) === null) return [];
    const { default: fastGlob } = await import("fast-glob");
    const found = await fastGlob.glob(pattern, {
      cwd: directory,
      onlyDirectories: true,
      followSymbolicLinks: false,
      dot: true,
      suppressErrors: false,
    });
    return found.toSorted();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
