/**
 * The run lock of a base: flock(2) on `<state>/lock`, which the kernel releases with the process, however it dies.
 *
 * Where none can be had (fs/flock.ts), the run goes on without: the rename is what decides between two processes, the
 * lock only saves double work.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expectErrno, GcError, UNWRITABLE } from "../errors.ts";
import { throwIfAborted } from "../fs/cooperative.ts";
import { bytePath, close, fstat, lstatOrNull, open, OPEN, truncate, unlink, write } from "../fs/syscalls.ts";
import { tryFlock } from "../fs/flock.ts";
import { readSmall } from "../fs/read-small.ts";

export type Lock =
  | { readonly kind: "held"; readonly release: () => void }
  | { readonly kind: "busy"; readonly holder: string | null }
  /** No helper on this system, or no lock on this file system. */
  | { readonly kind: "unavailable" };

/** How often to retry while another run has the lock: twice a second is responsive enough. */
const RETRY_MS = 500;

export interface LockRequest {
  readonly state: string;
  /** The requesting process, as shown to others: `pid 123 on host, since ...`. */
  readonly holder: string;
  /** How long to wait (ms). */
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
}

/** Throws the errno where the lock file cannot be created, `state-unusable` where something else is in its place. */
export async function acquireLock(request: LockRequest): Promise<Lock> {
  const path = bytePath(`${request.state}/lock`);
  const deadline = performance.now() + request.wait;
  for (;;) {
    throwIfAborted(request.signal);
    const lock = await tryLock(path, request.holder);
    if (lock.kind !== "busy" || performance.now() >= deadline) return lock;
    await sleep(Math.min(RETRY_MS, Math.max(1, deadline - performance.now())));
  }
}

async function tryLock(path: ReturnType<typeof bytePath>, holder: string): Promise<Lock> {
  const fd = openLock(path);
  let held = false;
  try {
    const outcome = await tryFlock(fd);
    if (outcome === "held") {
      writeHolder(fd, holder);
      held = true;
      return { kind: "held", release: () => releaseLock(fd) };
    }
    return outcome === "busy" ? { kind: "busy", holder: readHolder(path) } : { kind: "unavailable" };
  } finally {
    // A descriptor that nothing closes may hold the lock for as long as this process lives.
    if (!held) close(fd);
  }
}

function releaseLock(fd: number): void {
  try {
    writeHolder(fd, "");
  } finally {
    close(fd);
  }
}

/** The holder's name is only informative: a disk without room for the line does not prevent the lock. */
function writeHolder(fd: number, holder: string): void {
  try {
    truncate(fd);
    if (holder !== "") write(fd, holder);
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}

function openLock(path: ReturnType<typeof bytePath>): number {
  const before = lstatOrNull(path);
  // A symlink or a FIFO in its place: the directory is only ours, so it may be removed.
  if (before !== null && (before.kind === "symlink" || before.kind === "other")) unlink(path);
  if (before?.kind !== "directory") {
    const fd = open(path, OPEN.createShared, 0o600);
    let isFile = false;
    try {
      isFile = fstat(fd).kind === "file";
    } finally {
      if (!isFile) close(fd);
    }
    if (isFile) return fd;
  }
  throw new GcError("state-unusable", `${path} is not a regular file: expected the lock of earlier runs`);
}

function readHolder(path: ReturnType<typeof bytePath>): string | null {
  const file = readSmall(path, 4096);
  const text = file.kind === "bytes" ? file.bytes.toString("utf8").trim() : "";
  return text === "" ? null : text;
}
