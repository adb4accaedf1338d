/** Caches results about a directory from one check to the next. */
import { type BytePath, lstatOrNull } from "../fs/syscalls.ts";

/** A change within the same tick of the clock does not alter the mtime of a directory (git calls that racy). */
const MTIME_GRANULARITY_MS = 2000;

/**
 * Reuses a result only while the directory is the same and unchanged: each removal checks twice, and a thousand
 * workdirs may be missing from one directory. At most `most` results are kept.
 */
export function whileUnchanged<T>(most: number, compute: (path: BytePath) => T): (path: BytePath) => T {
  const known = new Map<string, { readonly result: T; readonly as: string }>();
  return (path) => {
    const before = lstatOrNull(path);
    const as = before === null ? null : JSON.stringify([before.identity, before.mtime, before.ctime, before.size]);
    const earlier = known.get(path);
    if (as !== null && earlier?.as === as) return earlier.result;
    const result = compute(path);
    known.delete(path);
    const newest = before === null ? Infinity : Math.max(before.mtime, before.ctime);
    if (as !== null && newest < Date.now() - MTIME_GRANULARITY_MS) known.set(path, { result, as });
    const oldest = known.keys().next().value;
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return result;
  };
}
