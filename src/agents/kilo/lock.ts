/**
 * Its lock of a repository: a directory, `$XDG_STATE_HOME/kilo/locks/<sha1 of "snapshot:" and the path>.lock`, that is kept warm.
 *
 *   heartbeat   touched every 20 seconds by the one that has it
 *   meta.json   {"token":"...","pid":4242,"hostname":"...","createdAt":"..."}
 *
 * One whose heartbeat was not touched for a minute is of a program that was killed. It is broken under another directory,
 * `<lock>.breaker`, so that of two programs that find it one breaks it.
 */
import { createHash, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createErrnoError, expectErrno, ifReadable, isErrno, UNWRITABLE } from "../../errors.ts";
import { namesOrNone } from "../../fs/listing.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import {
  bytePath,
  close,
  lstatOrNull,
  mkdir,
  open,
  OPEN,
  rmdir,
  setMtime,
  unlinkIfThere,
  write,
} from "../../fs/syscalls.ts";
import { type HomeContext, userHomeOf, xdgDirectory } from "../../locations/paths.ts";
import type { LockFile } from "../../model/inspection.ts";
import { MINUTE, SECOND } from "../../model/time.ts";
import type { InspectOptions, OwnLock } from "../../stores/kind.ts";
import { SNAPSHOT } from "./names.ts";

const STALE_AFTER = MINUTE;
const TOUCH_EVERY = 20 * SECOND;
const RETRY_MS = 100;

const [HEARTBEAT, META] = ["heartbeat", "meta.json"] as const;

/** Where its state and its data are, of the environment of this process: the agent's own may have another. */
export type LockScene = Pick<HomeContext, "env" | "osHome" | "platform">;

function sceneOfProcess(): LockScene {
  const { env, platform } = process;
  return { env, osHome: userHomeOf(env, platform), platform };
}

/**
 * The locks of a repository. The path in its name is as the agent spells it, which the base, whose links are resolved, may
 * not be: so there are two where the usual place of the base is another path. Of a base in the usual place of a home the locks are
 * in the same home.
 */
export function lockPaths(
  base: string,
  place: string,
  scene: LockScene = sceneOfProcess(),
): readonly [string, ...string[]] {
  const locks = lockDirectory(base, scene);
  const usual = join(xdgDirectory("XDG_DATA_HOME", scene), "kilo", SNAPSHOT);
  const lockOf = (each: string): string => join(locks, `${sha1(`snapshot:${each}/${place}`)}.lock`);
  return base === usual ? [lockOf(base)] : [lockOf(base), lockOf(usual)];
}

function lockDirectory(base: string, scene: LockScene): string {
  const home = /^(.+)\/\.local\/share\/[^/]+\/[^/]+$/.exec(base)?.[1] ?? scene.osHome;
  return join(xdgDirectory("XDG_STATE_HOME", { ...scene, osHome: home }), "kilo", "locks");
}

function sha1(text: string): string {
  return createHash("sha1").update(text, "utf8").digest("hex");
}

type Look = Pick<InspectOptions, "justListed" | "now">;

/** The locks as signs that the agent is at work; none where they are of a program that was killed. */
export function heldLocks(base: string, place: string, look: Look): readonly LockFile[] {
  if (look.justListed === true && hasNoLocks(base, look)) return [];
  return lockPaths(base, place).flatMap((path): LockFile[] => {
    const at = lastTouched(path);
    return at === null || at < look.now - STALE_AFTER ? [] : [{ path, at }];
  });
}

interface Locks {
  readonly base: string;
  readonly isEmpty: boolean;
}

/** By what one look at some hundred entries asks. */
const known = new WeakMap<Look, Locks>();

/** Mostly no repository is locked: then their directory is listed once and not each of thousands of locks looked for. */
function hasNoLocks(base: string, look: Look): boolean {
  const before = known.get(look);
  if (before?.base === base) return before.isEmpty;
  const locks = ifReadable(() => namesOrNone(bytePath(lockDirectory(base, sceneOfProcess()))));
  const isEmpty = locks?.length === 0;
  known.set(look, { base, isEmpty });
  return isEmpty;
}

export function repoLock(base: string, place: string, scene?: LockScene): OwnLock {
  const paths = lockPaths(base, place, scene);
  return {
    path: paths[0],
    take: async (wait) => {
      const until = performance.now() + wait;
      const taken: (() => void)[] = [];
      const release = (): void => {
        for (const one of taken.toReversed()) one();
      };
      try {
        for (const path of paths) taken.push(await takeUntil(path, until));
      } catch (error) {
        release();
        throw error;
      }
      return release;
    },
  };
}

async function takeUntil(path: string, until: number): Promise<() => void> {
  for (;;) {
    const taken = take(path) ?? (breakStale(path) ? take(path) : null);
    if (taken !== null) return taken;
    const left = until - performance.now();
    if (left <= 0) throw createErrnoError("EBUSY", `EBUSY: ${path} is there: an agent is at work in the repository`);
    await sleep(Math.min(RETRY_MS, left));
  }
}

/** What releases it, or null where it is there. */
function take(path: string): (() => void) | null {
  const made = makeDirectory(path);
  if (made === null) return null;
  const token = randomUUID();
  try {
    writeNew(join(path, HEARTBEAT), "");
    const meta = { token, pid: process.pid, hostname: hostname(), createdAt: new Date().toISOString() };
    writeNew(join(path, META), JSON.stringify(meta));
  } catch (error) {
    remove(path);
    throw error;
  }
  const beat = setInterval(() => touch(path, token), TOUCH_EVERY);
  // A lock keeps no process alive.
  beat.unref();
  return () => {
    clearInterval(beat);
    // One that was broken meanwhile is another's by now.
    if (tokenIn(path) === token) remove(path);
    // Only what was made for this lock; where others are in it, it stays.
    for (const directory of made) removeEmpty(directory);
  };
}

/** The directories that it had to make above itself, innermost first; null where it is there. */
function makeDirectory(path: string): readonly string[] | null {
  try {
    mkdir(bytePath(path), 0o700);
    return [];
  } catch (error) {
    if (isErrno(error, "EEXIST")) return null;
    if (!isErrno(error, "ENOENT") || dirname(path) === path) throw error;
    const above = makeDirectory(dirname(path));
    const own = makeDirectory(path);
    return own === null ? null : [...own, ...(above === null ? [] : [dirname(path), ...above])];
  }
}

function writeNew(path: string, text: string): void {
  const fd = open(bytePath(path), OPEN.createExclusive, 0o600);
  try {
    write(fd, text);
  } finally {
    close(fd);
  }
}

function touch(path: string, token: string): void {
  try {
    if (tokenIn(path) === token) setMtime(bytePath(join(path, HEARTBEAT)), Date.now());
  } catch (error) {
    // What cannot be touched is broken by others in a minute; a move takes far less.
    expectErrno(error, ...UNWRITABLE);
  }
}

function tokenIn(path: string): string | null {
  const file = readSmall(bytePath(join(path, META)), 4096);
  const text = file.kind === "bytes" ? (decodeUtf8(file.bytes) ?? "") : "";
  return /"token"\s*:\s*"([^"]{1,100})"/.exec(text)?.[1] ?? null;
}

/** ms; null where there is no lock. */
function lastTouched(path: string): number | null {
  const own = mtimeOf(path);
  // A heartbeat that is not there yet was about to be written.
  return own === null ? null : (mtimeOf(join(path, HEARTBEAT)) ?? own);
}

function mtimeOf(path: string): number | null {
  return ifReadable(() => lstatOrNull(bytePath(path)))?.mtime ?? null;
}

/** Whether it is gone now. */
function breakStale(path: string): boolean {
  const isStale = (): boolean => (lastTouched(path) ?? Infinity) < Date.now() - STALE_AFTER;
  if (!isStale()) return lastTouched(path) === null;
  const breaker = `${path}.breaker`;
  try {
    mkdir(bytePath(breaker), 0o700);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
  try {
    // Another program may have broken it, and made its own, before this one had the right to.
    if (isStale()) remove(path);
    return lastTouched(path) === null;
  } finally {
    removeEmpty(breaker);
  }
}

/** The two files that belong in it, and nothing else. */
function remove(path: string): void {
  for (const name of [HEARTBEAT, META]) unlinkIfThere(bytePath(join(path, name)));
  removeEmpty(path);
}

function removeEmpty(directory: string): void {
  try {
    if (namesOrNone(bytePath(directory)).length === 0) rmdir(bytePath(directory));
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}
