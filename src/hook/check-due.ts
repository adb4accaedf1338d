/**
 * Whether to start `auto`. It ends by setting the mtime of `next` (gate/next.ts), so the usual start costs four system
 * calls: for `next`, for the agent's file of settings and for the two directories of ours. More are only needed
 *
 *   - where there is a file of our own, or one of them is a symlink (dotfile managers change its target);
 *   - where the state is not beside the base by name (two more: it is inside, or the base is a symlink);
 *   - before a sweep is started: whether `auto` could do anything there. One that cannot write `next` would be started
 *     again at every start, and its error would not be seen.
 */
import { holds, isAhead, type Next, readNext } from "../gate/next.ts";
import { node } from "../locations/builtins.ts";
import { type BaseLocation, baseOf, baseOfHome, type Location } from "../agents/locations.ts";
import { resolveLocally } from "../locations/links.ts";
import { isMissing, lstatIfExists } from "../locations/lookup.ts";
import { profileHomes } from "../agents/locations.ts";
import { stateBeside, statePaths } from "../locations/state.ts";
import { OLD_TRASH_NAME, TRASH_NAME } from "../model/names.ts";

export interface DueQuestion {
  readonly now: number;
  /** This host has switched the sweep on, whatever another one on the same home found. */
  readonly consented: boolean;
  /** Our own file of settings, whether it is there or not. */
  readonly ownFile: string;
}

export interface DueCheck {
  /** `nothing`: there is no base and no trash of one, so there is nothing to sweep. */
  readonly kind: "due" | "not-due" | "nothing" | "unavailable";
  /** Why nothing can be done there; null where something can. */
  readonly reason: string | null;
  /** State directories where a notice waits to be shown. */
  readonly pendingNotices: readonly string[];
}

/**
 * A home without a base of its own is judged by its profiles', since `auto` sweeps them as well. Never throws an errno.
 */
export function checkDue(location: Location, question: DueQuestion): DueCheck {
  const check = checkBase(baseOf(location), question);
  if (check.kind !== "nothing" || location.kind === "base") return check;
  try {
    const bases = profileHomes(location.path).map((home) => baseOfHome(home, location.userHome));
    return combine(bases.map((base) => checkBase(base, question)));
  } catch (error) {
    return { kind: "unavailable", reason: reasonOf(error), pendingNotices: [] };
  }
}

/** One that is due is enough; one that is unavailable is reported, and does not stop the others. */
function combine(checks: readonly DueCheck[]): DueCheck {
  const order = ["due", "unavailable", "not-due"] as const;
  return {
    kind: order.find((one) => checks.some(({ kind }) => kind === one)) ?? "nothing",
    reason: checks.find(({ reason }) => reason !== null)?.reason ?? null,
    pendingNotices: checks.flatMap(({ pendingNotices }) => pendingNotices),
  };
}

function checkBase(base: BaseLocation, { now, consented, ownFile }: DueQuestion): DueCheck {
  const pendingNotices: string[] = [];
  const result = (kind: DueCheck["kind"], reason: string | null = null): DueCheck => ({ kind, reason, pendingNotices });
  const isWaiting = (state: string): boolean => {
    const next = readNext(state);
    if (next?.notice === true) pendingNotices.push(state);
    return next !== null && holds(next, { ...base, ownFile }, now, consented);
  };
  try {
    const byName = stateBeside(base.home, base.name);
    if (isWaiting(byName)) return result("not-due");
    const path = `${base.home}/${base.name}`;
    // Behind a link to a mount that may not answer `auto` looks, in a child process; there its `next` is as well.
    if (resolveLocally(path, base.home) === "elsewhere") return result("due");
    const resolved = resolveBase(path);
    if (resolved === null) return result(hasTrash(byName) ? "due" : "nothing");
    const states = stateList(resolved);
    if (states.some((state) => state !== byName && isWaiting(state))) return result("not-due");
    requireUsable(resolved, base, states);
    return result("due");
  } catch (error) {
    return result("unavailable", reasonOf(error));
  }
}

/** The trash of a base that was removed stays beside it, and expires as before. */
function hasTrash(state: string): boolean {
  if (lstatIfExists(state)?.isDirectory() !== true) return false;
  return [TRASH_NAME, OLD_TRASH_NAME].some((name) => {
    const trash = `${state}/${name}`;
    // A symlink of the old name leads to the new one.
    if (lstatIfExists(trash)?.isDirectory() !== true) return false;
    return node.fs.readdirSync(trash).some((one) => !one.endsWith(".json"));
  });
}

/** The base may be a symlink to a larger disk, and its state is then beside the real one. Null where there is none. */
function resolveBase(path: string): string | null {
  try {
    return node.fs.realpathSync.native(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (lstatIfExists(path) !== null) {
      throw new Error(`${path} leads to something that is not there`, { cause: error });
    }
    return null;
  }
}

function stateList(base: string): readonly string[] {
  const { beside, inside } = statePaths(base);
  return [beside, inside];
}

/** Throws with a sentence where `auto` would refuse or could not write. The same rules as scan/base.ts, state/place.ts. */
function requireUsable(base: string, { home, userHome }: BaseLocation, states: readonly string[]): void {
  const stat = node.fs.statSync(base);
  if (!stat.isDirectory()) throw new Error(`${base} is not a directory`);
  if (base === node.path.dirname(base) || base === userHome || base === home) {
    throw new Error(`${base} is not a checkpoints directory`);
  }
  const uid = process.geteuid?.() ?? null;
  // What root creates there the owner could not change; and root would follow a link planted there.
  const foreign = uid === 0 ? [stat, node.fs.statSync(home)].find((each) => each.uid !== uid) : undefined;
  if (foreign !== undefined) throw new Error(`${base} belongs to user ${foreign.uid}, and this is root`);
  node.fs.accessSync(base, node.fs.constants.R_OK | node.fs.constants.W_OK | node.fs.constants.X_OK);
  for (const state of states) {
    const found = lstatIfExists(state);
    if (found === null) continue;
    const isOwn = found.isDirectory() && (uid === null || (found.uid === uid && (found.mode & 0o022) === 0));
    if (!isOwn) throw new Error(`the state directory ${state} cannot be used: expected a directory of this user`);
    break;
  }
}

/** When `next` says that a sweep may be due (ms), where that lies ahead; else null. Never throws an errno. */
export function nextDueAt(location: Location, now: number): number | null {
  return nextAhead(location, now)?.at ?? null;
}

/** What the last run left for the next one, where that is ahead; else null. Never throws an errno. */
export function nextAhead(location: Location, now: number): Next | null {
  const { home, name } = baseOf(location);
  try {
    const byName = stateBeside(home, name);
    const next = readNext(byName) ?? nextOfResolved(`${home}/${name}`, home, byName);
    return next !== null && isAhead(next, now) ? next : null;
  } catch {
    // Whatever the errno: `checkDue` reports what is wrong there.
    return null;
  }
}

function nextOfResolved(path: string, home: string, byName: string): ReturnType<typeof readNext> {
  // Something that is not a regular file is `auto`'s to replace.
  if (lstatIfExists(`${byName}/next`) !== null || resolveLocally(path, home) === "elsewhere") return null;
  const base = resolveBase(path);
  if (base === null) return null;
  const { beside, inside } = statePaths(base);
  return readNext(beside) ?? readNext(inside);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
