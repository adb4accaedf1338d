/**
 * Moves members into the trash and out of it again, by rename alone: on the same mount, never by copying. The rename is
 * what decides between two processes, and its target's name is record enough on a disk that has no room for another.
 */
import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import { errnoOf } from "../errors.ts";
import { bytePath, chmod, lstat, lstatOrNull, rename } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import type { Entry, Member } from "../model/entry.ts";
import { sameIdentity } from "../model/entry.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import type { TrashItem, TrashMember, TrashRule } from "../model/plan.ts";
import { formatTrashName, LONGEST_NAME, parseTrashName, type TrashName } from "../model/trash-name.ts";

/** Where isolated members go: the trash, or beside the entries where no trash can be made. */
export interface Destination {
  readonly directory: string;
  /** `.gc.` beside the entries, nothing in a trash. */
  readonly prefix: string;
}

export function besideIn(base: string): Destination {
  return { directory: base, prefix: BESIDE_PREFIX };
}

/** An entry whose members lie elsewhere now, in the order of its members. */
export interface Isolated {
  readonly entry: Entry;
  readonly paths: readonly string[];
  readonly trashId: string;
}

/** Renames every member; those already moved go back if one cannot. Throws the errno of the one that could not. */
export function isolate(entry: Entry, rule: TrashRule, now: number, to: Destination): Isolated {
  const nonce = randomBytes(4).toString("hex");
  const names = entry.members.map((member, at): TrashName => ({
    marked: false,
    entryId: entry.id,
    since: Math.round(now),
    nonce,
    rule,
    conflicted: false,
    store: entry.store,
    member: at + 1,
    of: entry.members.length,
    place: member.place,
  }));
  const paths = names.map((name) => pathFor(name, to));
  const moved: { from: string; to: string }[] = [];
  try {
    for (const [at, member] of entry.members.entries()) {
      const target = paths[at] ?? "";
      moveAway(member.path, target);
      moved.push({ from: member.path, to: target });
      point("member-isolated", member.path);
    }
  } catch (error) {
    // One whose place is taken stays where it is: the next run finds it half isolated.
    for (const { from, to } of moved.toReversed()) backQuietly(to, from);
    throw error;
  }
  return { entry, paths, trashId: `${entry.id}.${Math.round(now)}.${nonce}` };
}

function backQuietly(from: string, to: string): void {
  try {
    putBack([{ from, to }]);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

function pathFor(name: TrashName, { directory, prefix }: Destination): string {
  const text = prefix + formatTrashName(name);
  // One byte more for the mark that comes before the first unlink, and one for the sign of a conflict.
  if (text.length + 2 > LONGEST_NAME) {
    throw Object.assign(new Error(`ENAMETOOLONG: the name in the trash would have ${text.length} bytes`), {
      code: "ENAMETOOLONG",
    });
  }
  return `${directory}/${text}`;
}

/** A directory that its owner may not write cannot change its parent: it gets the right for the moment of the move. */
function moveAway(from: string, to: string): void {
  try {
    rename(bytePath(from), bytePath(to));
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    const before = lstat(bytePath(from));
    if (before.kind !== "directory" || (before.mode & 0o200) !== 0) throw error;
    chmod(bytePath(from), before.mode | 0o700);
    try {
      rename(bytePath(from), bytePath(to));
    } catch (again) {
      chmod(bytePath(from), before.mode);
      throw again;
    }
    chmod(bytePath(to), before.mode);
  }
}

/** The entry as it lies in the trash: the same, with its members' paths changed. */
export function relocated({ entry, paths }: Isolated): Entry {
  const [first, ...rest] = entry.members.map((member, at): Member => ({ ...member, path: paths[at] ?? member.path }));
  return first === undefined ? entry : { ...entry, members: [first, ...rest] };
}

/** An item of the trash as an entry, for judging it where it lies. */
export function entryOf(item: TrashItem): Entry | null {
  const [first, ...rest] = item.members.map((member): Member => ({ ...member }));
  return first === undefined
    ? null
    : { base: item.base, store: item.store, id: item.entryId, members: [first, ...rest] };
}

export type PutBack = { readonly kind: "back" } | { readonly kind: "taken"; readonly path: string };

/**
 * Renames members to where they belong. Nothing is overwritten: rename(2) would silently replace an empty directory, so
 * every place is looked at first, all of them before the first move. Throws the errno.
 */
export function putBack(moves: readonly { readonly from: string; readonly to: string }[]): PutBack {
  for (const { to } of moves) if (lstatOrNull(bytePath(to)) !== null) return { kind: "taken", path: to };
  for (const { from, to } of moves) {
    moveAway(from, to);
    point("member-returned", to);
  }
  return { kind: "back" };
}

/** Whether each member still is what it was. */
export function stillThere(members: readonly (Member | TrashMember)[]): "same" | "gone" | "replaced" {
  let missing = 0;
  for (const member of members) {
    const stat = lstatOrNull(bytePath(member.path));
    if (stat === null) missing += 1;
    else if (!sameIdentity(stat.identity, member.identity)) return "replaced";
  }
  if (missing === 0) return "same";
  return missing === members.length ? "gone" : "replaced";
}

/**
 * Marks members before the first unlink: a marked one can only be finished, never restored. Returns their new paths;
 * marks.ts makes them durable. Throws the errno.
 */
export function mark(paths: readonly string[]): string[] {
  return paths.map((path) => renamed(path, (name) => ({ ...name, marked: true })));
}

/** The period of an item starts again: its names say another time, and whether it had to stay for a conflict. */
export function restamp(item: TrashItem, now: number, conflicted: boolean): void {
  for (const member of item.members) {
    renamed(member.path, (name) => ({ ...name, since: Math.round(now), conflicted: conflicted || name.conflicted }));
  }
}

function renamed(path: string, change: (name: TrashName) => TrashName): string {
  const text = basename(path);
  const prefix = text.startsWith(BESIDE_PREFIX) ? BESIDE_PREFIX : "";
  const name = parseTrashName(text.slice(prefix.length));
  if (name === null) throw Object.assign(new Error(`EINVAL: ${path} is no name of the trash`), { code: "EINVAL" });
  const target = `${dirname(path)}/${prefix}${formatTrashName(change(name))}`;
  if (target !== path) rename(bytePath(path), bytePath(target));
  return target;
}
