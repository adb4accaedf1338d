/**
 * The lock of an index, `sessions.json.lock`, as versions 2026.2 to 2026.4 take it: a file that is created exclusively, with
 * the pid of its owner in it. They wait for it for ten seconds, and break one that is older than thirty.
 *
 *   {"pid":4242,"createdAt":"2026-11-26T12:00:00.000Z"}
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createErrnoError, isErrno } from "../../errors.ts";
import { moveNew } from "../../fs/move-new.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { bytePath, close, fstat, lstatOrNull, open, OPEN, rename, unlinkIfThere, write } from "../../fs/syscalls.ts";
import { type Identity, sameIdentity } from "../../model/entry.ts";
import { SECOND } from "../../model/time.ts";
import type { OwnLock } from "../../stores/kind.ts";
import { INDEX } from "./names.ts";
import { whyRunning } from "./running.ts";

/** What has it for longer does not count for the agent either, where its process is gone. */
const STALE_AFTER = 30 * SECOND;

const RETRY_MS = 50;

export function indexLock(base: string): OwnLock {
  const path = `${base}/${INDEX}.lock`;
  return {
    path,
    take: async (wait) => {
      const release = await takeFile(path, wait);
      try {
        // Asked under the lock: an agent that starts from now on finds it.
        const running = await whyRunning(base);
        if (running !== null) throw createErrnoError("EBUSY", `EBUSY: ${running}`);
        return release;
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

async function takeFile(path: string, wait: number): Promise<() => void> {
  const until = performance.now() + wait;
  for (;;) {
    const identity = created(path) ?? (breakStale(path) ? created(path) : null);
    if (identity !== null) return () => release(path, identity);
    const left = until - performance.now();
    if (left <= 0)
      throw createErrnoError("EBUSY", `EBUSY: ${path} is there: an agent has the index, or was killed with it`);
    await sleep(Math.min(RETRY_MS, left));
  }
}

/** Null where one is there. */
function created(path: string): Identity | null {
  let fd: number;
  try {
    fd = open(bytePath(path), OPEN.createExclusive, 0o600);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return null;
    throw error;
  }
  try {
    write(fd, JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }));
    return fstat(fd).identity;
  } catch (error) {
    unlinkIfThere(bytePath(path));
    throw error;
  } finally {
    close(fd);
  }
}

/** One that another program made in the meantime is not ours to remove. */
function release(path: string, identity: Identity): void {
  const now = lstatOrNull(bytePath(path));
  if (now !== null && sameIdentity(now.identity, identity)) unlinkIfThere(bytePath(path));
}

/** Removes a lock whose process is gone, and that is so old that no agent would wait for it. Whether it is gone now. */
function breakStale(path: string): boolean {
  const file = readSmall(bytePath(path), 4096);
  if (file.kind === "missing") return true;
  if (file.kind !== "bytes" || file.stat.mtime > Date.now() - STALE_AFTER) return false;
  const pid = pidIn(file.bytes);
  if (pid === null || isAlive(pid)) return false;
  // It is moved first: another program may have broken it as well, and have made its own.
  const aside = `${path}.${process.pid}.stale`;
  try {
    rename(bytePath(path), bytePath(aside));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return true;
    throw error;
  }
  const moved = lstatOrNull(bytePath(aside));
  if (moved !== null && !sameIdentity(moved.identity, file.stat.identity)) {
    moveNew(aside, path);
    return false;
  }
  unlinkIfThere(bytePath(aside));
  return true;
}

/** Null where the file does not say: then its owner may be alive. */
function pidIn(bytes: Buffer): number | null {
  const found = /"pid"\s*:\s*(\d{1,10})\b/.exec(decodeUtf8(bytes) ?? "")?.[1];
  const pid = Number(found ?? 0);
  return pid > 0 ? pid : null;
}

/** A pid may have been given to another process since: then nothing is broken, and a person sees the lock. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // ESRCH alone says that there is none.
    if (isErrno(error, "ESRCH")) return false;
    return true;
  }
}
