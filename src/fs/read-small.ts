/**
 * Reads a small file of another program: a bounded number of bytes, only from a regular file, without following a
 * symlink and without blocking (a FIFO in the place of a marker must not hang the run).
 */
import { errnoOf, expectErrno, messageOf, systemCode, UNREADABLE } from "../errors.ts";
import type { IoError } from "../model/entry.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { runSync } from "./cooperative.ts";
import { type BytePath, close, fstat, open, OPEN, read, readInSteps, type Stat, textOf } from "./syscalls.ts";

export type SmallFile =
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly stat: Stat }
  | { readonly kind: "missing" }
  /** Something exists, and it is not a regular file. */
  | { readonly kind: "not-a-file" }
  | { readonly kind: "too-large"; readonly size: number; readonly stat: Stat }
  | { readonly kind: "unreadable"; readonly trouble: IoError };

/** Reads at most `limit` bytes; a longer file is `too-large`. Never throws an errno. */
export function readSmall(path: BytePath, limit: number): SmallFile {
  return runSync(readSmallInSteps(path, limit));
}

/** The same in steps, for a limit of megabytes. */
export function* readSmallInSteps(path: BytePath, limit: number): CooperativeTask<SmallFile> {
  let fd: number;
  try {
    fd = open(path, OPEN.readNoFollow);
  } catch (error) {
    return unreadable(path, error);
  }
  try {
    const stat = fstat(fd);
    if (stat.kind !== "file") return { kind: "not-a-file" };
    if (stat.size > limit) return { kind: "too-large", size: stat.size, stat };
    const bytes = yield* readInSteps(fd, limit + 1, stat.size);
    // It grew while it was read, so its stat is outdated.
    if (bytes.length > limit) return { kind: "too-large", size: bytes.length, stat };
    return { kind: "bytes", bytes, stat };
  } catch (error) {
    return { kind: "unreadable", trouble: toIoError(path, error) };
  } finally {
    close(fd);
  }
}

/** The first bytes of a regular file, however long it is; null where there is none to read. Throws no errno. */
export function readHead(path: BytePath, length: number): Buffer | null {
  let fd: number | null = null;
  try {
    fd = open(path, OPEN.readNoFollow);
    return fstat(fd).kind === "file" ? read(fd, length) : null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  } finally {
    if (fd !== null) close(fd);
  }
}

function unreadable(path: BytePath, error: unknown): SmallFile {
  const code = errnoOf(error);
  if (code === "ENOENT") return { kind: "missing" };
  // A symlink under O_NOFOLLOW is ELOOP (EMLINK on FreeBSD); a socket is ENXIO.
  if (code === "ELOOP" || code === "EMLINK" || code === "ENXIO" || code === "EISDIR") return { kind: "not-a-file" };
  return { kind: "unreadable", trouble: toIoError(path, error) };
}

/** The IoError of a thrown errno for a path. An error without an errno is a bug and rethrown. */
export function toIoError(path: BytePath, error: unknown): IoError {
  return { code: systemCode(error), message: messageOf(error), path: textOf(path) };
}

/** Strict UTF-8 without a byte order mark, or null where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Buffer, { keepsMark = false }: { keepsMark?: boolean } = {}): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch {
    // The decoder throws one thing only: a TypeError for bytes that are not UTF-8.
    return null;
  }
}
