/**
 * The run lock of a base: flock(2) on `<state>/lock`, which the kernel releases with the process, however it dies.
 *
 * Node has no flock. A helper (`flock` of util-linux or BusyBox, else perl) takes it on a descriptor it inherits; the
 * lock belongs to the open file and stays with ours when the helper has gone. Where there is neither, the run goes on
 * without: the rename is what decides between two processes, the lock only saves double work.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, GcError } from "../errors.ts";
import { throwIfAborted } from "../fs/breathe.ts";
import { bytePath, close, fstat, lstatOrNull, open, OPEN, truncate, unlink, write } from "../fs/door.ts";
import { readSmall } from "../fs/read-small.ts";

export type Lock =
  | { readonly kind: "held"; readonly release: () => void }
  | { readonly kind: "busy"; readonly holder: string | null }
  /** No helper on this system, or no lock on this file system. */
  | { readonly kind: "unavailable" };

/** Exit 0: taken. 1: somebody has it. Anything else: it cannot be had here. */
const HELPERS: readonly (readonly string[])[] = [
  ["flock", "-n", "3"],
  ["perl", "-e", 'use Fcntl ":flock"; open(my $f, ">&=", 3) or exit 2; exit(flock($f, LOCK_EX | LOCK_NB) ? 0 : 1)'],
];

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
  const outcome = await askHelpers(fd);
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

async function askHelpers(fd: number): Promise<"held" | "busy" | "unavailable"> {
  for (const [command = "", ...args] of HELPERS) {
    const code = await run(command, args, fd);
    if (code === 0) return "held";
    if (code === 1) return "busy";
  }
  return "unavailable";
}

/** The exit code of a helper, or null where it could not be started or was killed. */
function run(command: string, args: readonly string[], fd: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "ignore", fd], timeout: 5000 });
    child.once("error", (error) => {
      if (errnoOf(error) === null) reject(error);
      else resolve(null);
    });
    child.once("exit", (code) => {
      resolve(code);
    });
  });
}

function holderOf(path: ReturnType<typeof bytePath>): string | null {
  const file = readSmall(path, 4096);
  const text = file.kind === "bytes" ? file.bytes.toString("utf8").trim() : "";
  return text === "" ? null : text;
}
