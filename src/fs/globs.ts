/** Discovery by pattern: fast-glob, below a directory that is given, dot files too, never through a symlink. */
import fastGlob from "fast-glob";
import { errnoOf } from "../errors.ts";

/** Directories that match, relative to `directory`, sorted. A directory that is not there has none. */
export function directoriesLike(pattern: string, directory: string): string[] {
  try {
    return fastGlob
      .sync(pattern, {
        cwd: directory,
        onlyDirectories: true,
        followSymbolicLinks: false,
        dot: true,
        suppressErrors: false,
      })
      .toSorted();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
