/**
 * The run lock of a base: flock(2) on `<state>/lock`, which the kernel releases with the process, however it dies.
 *
 * Where none can be had (fs/flock.ts), the run goes on without: the rename is what decides between two processes, the
 * lock only saves double work.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, GcError } from "../errors.ts";
import { throwIfAborted } from "../fs/breathe.ts";
import { bytePath, close, fstat, lstatOrNull, open, OPEN, truncate, unlink, write } from "../fs/door.ts";
import { tryFlock } from "../fs/flock.ts";
import { readSmall } from "../fs/read-small.ts";

export type Lock =
  | { readonly kind: "held"; readonly release: () => void }
  | { readonly kind: "busy"; readonly holder: string | null }
  /** No helper on this system, or no lock on this file system. */
  | { readonly kind: "unavailable" };

/** Waiting for another run: two looks a second are soon enough for a person. */
const RETRY_MS = 500;

export interface LockRequest {
  readonly state: string;
  /** Who asks, for whoever meets the lock: `pid 123 on host, since ...`. */
  readonly holder: string;
  /** How long to wait (ms). */
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
}

/** Throws the errno where the lock file cannot be made, `state-unusable` where something else is in its place. */
export async function takeLock(request: LockRequest): Promise<Lock> {
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
  const outcome = await tryFlock(fd);
  if (outcome === "held") {
    signed(fd, holder);
    return {
      kind: "held",
      release: () => {
        try {
          signed(fd, "");
        } finally {
          close(fd);
        }
      },
    };
  }
  close(fd);
  return outcome === "busy" ? { kind: "busy", holder: holderOf(path) } : { kind: "unavailable" };
}

/** Who holds it is for people: a disk without room for the line does not cost the lock. */
function signed(fd: number, holder: string): void {
  try {
    truncate(fd);
    if (holder !== "") write(fd, holder);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

function openLock(path: ReturnType<typeof bytePath>): number {
  const before = lstatOrNull(path);
  // A symlink or a FIFO in its place: the directory is ours alone, so it is ours to clear away.
  if (before !== null && (before.kind === "symlink" || before.kind === "other")) unlink(path);
  if (before?.kind !== "directory") {
    const fd = open(path, OPEN.createShared, 0o600);
    if (fstat(fd).kind === "file") return fd;
    close(fd);
  }
  throw new GcError("state-unusable", `${path} is no regular file, expected the lock of earlier runs`);
}

function holderOf(path: ReturnType<typeof bytePath>): string | null {
  const file = readSmall(path, 4096);
  const text = file.kind === "bytes" ? file.bytes.toString("utf8").trim() : "";
  return text === "" ? null : text;
}
