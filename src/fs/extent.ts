/** How large something is, and how old what is in it, for a place of which nothing else is asked. */
import { expectErrno, UNREADABLE } from "../errors.ts";
import type { Extent } from "../model/others.ts";
import { names } from "./listing.ts";
import { below, type BytePath, quickStat, type QuickStat } from "./syscalls.ts";

/** Symlinks are not followed, and another file system is not entered. */
export function* extentOf(root: BytePath): Generator<void, Extent> {
  let [bytes, files, partial] = [0, 0, false];
  let oldest: number | null = null;
  let newest: number | null = null;
  const quietly = <T>(look: () => T): T | null => {
    try {
      return look();
    } catch (error) {
      expectErrno(error, ...UNREADABLE);
      partial = true;
      return null;
    }
  };
  const first = quietly(() => quickStat(root));
  const pending: { readonly path: BytePath; readonly stat: QuickStat }[] =
    first === null ? [] : [{ path: root, stat: first }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, stat } = next;
    bytes += stat.bytes;
    if (!stat.directory) {
      files += 1;
      oldest = oldest === null ? stat.mtime : Math.min(oldest, stat.mtime);
      newest = newest === null ? stat.mtime : Math.max(newest, stat.mtime);
      continue;
    }
    for (const name of quietly(() => names(path)) ?? []) {
      const child = below(path, name);
      const found = quietly(() => quickStat(child));
      if (found !== null && found.dev === first?.dev) pending.push({ path: child, stat: found });
      yield;
    }
  }
  return { bytes, files, oldest, newest, partial };
}
