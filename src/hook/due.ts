/**
 * Whether looking is worth it. `auto` ends by setting the mtime of `next` to the time before which nothing can be due,
 * so the usual start costs two looks: at `next` and at config.yaml. More are only needed
 *
 *   - where config.yaml is a symlink (one more: dotfile managers change what it leads to);
 *   - where the state is not beside the base by name (two more: it is inside, or the base is a symlink);
 *   - before a sweep is started: whether `auto` could do anything there, because one that cannot write `next` would be
 *     started again at every start, and nobody would see why it ends.
 */
import type { Stats } from "node:fs";
import { node } from "./builtins.ts";
import { baseOf, baseOfHome, type BasePlace, type Place, stateBeside, statesOf } from "./place.ts";

/** `auto` sets `next` a day ahead or so, and never further than this; one further ahead tells of a clock that was wrong. */
export const MOST_AHEAD_MS: number = 31 * 24 * 60 * 60 * 1000;

export interface Looked {
  /** `nothing`: there is no base, so there is nothing to sweep. */
  readonly kind: "due" | "not-due" | "nothing" | "unavailable";
  /** Why nothing can be done there; null where something can. */
  readonly reason: string | null;
  /** State directories where a notice waits to be told. */
  readonly telling: readonly string[];
}

/** What `auto` says by the size of `next` (gate/next.ts): 1 switched off, 7 a notice, 16 settings given, and their sums. */
const DISABLED_SIZES: ReadonlySet<number> = new Set([1, 8, 17, 24]);
const NOTICE_SIZES: ReadonlySet<number> = new Set([7, 8, 23, 24]);
const GIVEN_SIZE = 16;

/** The last run went by settings that its call gave. */
export function tellsGiven({ size }: Stats): boolean {
  return size >= GIVEN_SIZE;
}

export function tellsDisabled({ size }: Stats): boolean {
  return DISABLED_SIZES.has(size);
}

/**
 * A home whose own base is not there is judged by its profiles', since `auto` sweeps them as well. `consented`: this
 * host has switched the sweep on, whatever another one on the same home found. Never throws an errno.
 */
export function lookAt(place: Place, now: number, consented: boolean): Looked {
  const looked = lookAtBase(baseOf(place), now, consented);
  if (looked.kind !== "nothing" || place.kind === "base") return looked;
  try {
    return together(profilesOf(place.path).map((home) => lookAtBase(baseOfHome(home, place.userHome), now, consented)));
  } catch (error) {
    return { kind: "unavailable", reason: reasonOf(error), telling: [] };
  }
}

/** One that is due is enough; one that is broken is told, but keeps nobody else waiting. */
function together(all: readonly Looked[]): Looked {
  const order = ["due", "unavailable", "not-due"] as const;
  return {
    kind: order.find((one) => all.some(({ kind }) => kind === one)) ?? "nothing",
    reason: all.find(({ reason }) => reason !== null)?.reason ?? null,
    telling: all.flatMap(({ telling }) => telling),
  };
}

function lookAtBase(place: BasePlace, now: number, consented: boolean): Looked {
  const telling: string[] = [];
  const looked = (kind: Looked["kind"], reason: string | null = null): Looked => ({ kind, reason, telling });
  const isAhead = (state: string): boolean => {
    const next = lookedAt(`${state}/next`);
    // Only a regular file counts: `auto` replaces everything else, and would then say when to look again.
    if (next?.isFile() !== true) return false;
    if (NOTICE_SIZES.has(next.size)) telling.push(state);
    if (consented && tellsDisabled(next)) return false;
    if (next.mtimeMs <= now || next.mtimeMs > now + MOST_AHEAD_MS) return false;
    return !configChangedSince(place.home, next.ctimeMs);
  };
  try {
    const byName = stateBeside(place.home, place.name);
    if (isAhead(byName)) return looked("not-due");
    const base = realBase(`${place.home}/${place.name}`);
    if (base === null) return looked("nothing");
    const states = statesOf(base);
    if (states.some((state) => state !== byName && isAhead(state))) return looked("not-due");
    refuseUnusable(base, place, states);
    return looked("due");
  } catch (error) {
    return looked("unavailable", reasonOf(error));
  }
}

/**
 * By ctime, since a copied file may keep an old mtime, and one with an mtime in the future would never be done with.
 * A file that cannot be looked at leaves the decision to `next`: it will be read when that has passed.
 */
export function configChangedSince(home: string, since: number): boolean {
  const file = `${home}/config.yaml`;
  try {
    const itself = lookedAt(file);
    // Kernels date by their tick of some milliseconds: the same one may be a change right after the run.
    if (itself === null || itself.ctimeMs >= since) return itself !== null;
    return itself.isSymbolicLink() && node.fs.statSync(file).ctimeMs >= since;
  } catch (error) {
    if (!hasErrno(error)) throw error;
    return false;
  }
}

/** The base may be a symlink to a larger disk, and its state is then beside the real one. Null where there is none. */
function realBase(path: string): string | null {
  try {
    return node.fs.realpathSync.native(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (lookedAt(path) !== null) throw new Error(`${path} leads to something that is not there`, { cause: error });
    return null;
  }
}

/** Throws with a sentence where `auto` would refuse or could not write. The same rules as scan/base.ts, state/place.ts. */
function refuseUnusable(base: string, place: BasePlace, states: readonly string[]): void {
  const stat = node.fs.statSync(base);
  if (!stat.isDirectory()) throw new Error(`${base} is no directory`);
  if (base === node.path.dirname(base) || base === place.userHome || base === place.home) {
    throw new Error(`${base} is no directory of checkpoints`);
  }
  const uid = process.geteuid?.() ?? null;
  // Root could, but what it made there would be in the owner's way; and a link planted there would be root's to follow.
  const foreign = uid === 0 ? [stat, node.fs.statSync(place.home)].find((each) => each.uid !== uid) : undefined;
  if (foreign !== undefined) throw new Error(`${base} belongs to user ${foreign.uid}, and this is root`);
  node.fs.accessSync(base, node.fs.constants.R_OK | node.fs.constants.W_OK | node.fs.constants.X_OK);
  for (const state of states) {
    const there = lookedAt(state);
    if (there === null) continue;
    const ours = there.isDirectory() && (uid === null || (there.uid === uid && (there.mode & 0o022) === 0));
    if (!ours) throw new Error(`the state directory ${state} cannot be used, expected a directory of ours`);
    break;
  }
}

/** When `next` says that looking is worth it again (ms), where that lies ahead; else null. Never throws an errno. */
export function nextOf(place: Place, now: number): number | null {
  const { home, name } = baseOf(place);
  try {
    const byName = lookedAt(`${stateBeside(home, name)}/next`);
    const base = byName === null ? realBase(`${home}/${name}`) : null;
    const others = base === null ? [] : statesOf(base).map((state) => lookedAt(`${state}/next`));
    const next = [byName, ...others].find((each) => each?.isFile() === true)?.mtimeMs ?? 0;
    return next > now && next <= now + MOST_AHEAD_MS ? next : null;
  } catch {
    // Whatever the errno: what is wrong there is told by `lookAt`.
    return null;
  }
}

/** Homes of the profiles of a home. Throws the errno. */
export function profilesOf(home: string): readonly string[] {
  const profiles = `${home}/profiles`;
  try {
    const children = node.fs.readdirSync(profiles, { withFileTypes: true });
    return children.filter((child) => child.isDirectory()).map(({ name }) => `${profiles}/${name}`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function lookedAt(path: string): Stats | null {
  try {
    // Costs no exception where there is nothing, which is what most machines without Hermes have.
    return node.fs.lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return hasErrno(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function hasErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
