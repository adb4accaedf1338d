// What this process has open below a directory. Its descriptors are not counted as a whole: the runner of the tests opens and
// closes files of its own at any time.

import { readdirSync, readlinkSync } from "node:fs";

/** Paths, as the kernel has them; none where the system does not tell. */
export function openBelow(directory: string): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path === directory || path.startsWith(`${directory}/`) ? [path] : [];
    } catch {
      // The one that listed them.
      return [];
    }
  });
}
