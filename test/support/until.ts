// Waiting for what another process does: for the event itself, and about as long as a test may take.

import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";

/** Under the limit of a test, so that a failure says what was waited for. */
const LIMIT_MS = 240_000;

/** Looks again at every change in a directory, until there are so many. */
export function until<T>(directory: string, look: () => readonly T[], count: number): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(limit);
      watcher.close();
      settle();
    };
    const fail = (why: string, cause?: unknown): void =>
      end(() => reject(new Error(`waited for ${count} in ${directory}: ${why}`, { cause })));
    const again = (): void => {
      try {
        const seen = look();
        if (seen.length >= count) end(() => resolve(seen));
      } catch (error) {
        fail("cannot look", error);
      }
    };
    const limit = setTimeout(() => fail(`there are ${look().length}`), LIMIT_MS);
    // The watch begins before the first look, so that nothing falls between the two.
    const watcher = watch(directory, again);
    watcher.once("error", (error) => fail("cannot watch", error));
    again();
  });
}

/** Resolves when something is at a path; the directory that it will be in is there already. */
export async function appears(path: string): Promise<void> {
  await until(dirname(path), () => [path].filter((each) => existsSync(each)), 1);
}
