/** Which programs a run will not find, without starting any. */
import type { ForeignPaths } from "../resolve/foreign.ts";
import { directoriesWith, missingBy } from "../resolve/programs.ts";

/** Each is a program, or alternatives of which one suffices. */
const OF_COMPACT: readonly (readonly string[])[] = [["git"], ["flock", "perl"]];

/**
 * The programs that `compact` needs and the PATH lacks: `git`, `flock or perl`. Empty on Windows, where programs have
 * other names.
 */
export async function missingForCompact(
  env: Readonly<Record<string, string | undefined>>,
  paths: ForeignPaths,
  platform: string,
): Promise<readonly string[]> {
  if (platform === "win32") return [];
  const directories = (env["PATH"] ?? "").split(":");
  const missing = missingBy(paths);
  const found = await Promise.all(OF_COMPACT.map(async (names) => directoriesWith(names, directories, missing)));
  return OF_COMPACT.filter((_, at) => found[at]?.length === 0).map((names) => names.join(" or "));
}
