/**
 * Where the programs of a PATH are, without starting any. A directory of a PATH may lie on a mount that does not
 * answer: a child checks it (foreign.ts), and a path that cannot be checked may contain the program.
 */
import { posix } from "node:path";
import type { ForeignPaths } from "./foreign.ts";

/** The paths among these that do not exist. */
export type FindMissing = (paths: readonly string[]) => Promise<readonly string[]>;

export function missingBy({ resolve }: Pick<ForeignPaths, "resolve">): FindMissing {
  return async (paths) => {
    const found = await resolve(paths);
    return paths.filter((path) => {
      const end = found.get(path)?.end;
      return end?.kind === "missing" || (end?.kind === "trouble" && end.code === "ENOTDIR");
    });
  };
}

/**
 * The directories that contain, or may contain, one of these programs, in the order given. Relative ones are left out,
 * since they depend on the directory that a program starts in.
 */
export async function directoriesWith(
  programs: readonly string[],
  directories: readonly string[],
  missing: FindMissing,
): Promise<readonly string[]> {
  const absolute = directories.filter((directory) => directory.startsWith("/"));
  const all = absolute.flatMap((directory) => programs.map((program) => posix.join(directory, program)));
  const gone = new Set(await missing(all));
  return absolute.filter((directory) => programs.some((program) => !gone.has(posix.join(directory, program))));
}
