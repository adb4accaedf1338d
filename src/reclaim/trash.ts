/**
 * Moves members into the trash and out of it again, each by its own method (methods/). Detaching a member decides
 * between two processes, and its new name is a sufficient record on a disk that has no room for another.
 */
import { randomBytes } from "node:crypto";
import { createErrnoError } from "../errors.ts";
import { bytePath, lstat } from "../fs/syscalls.ts";
import type { MarkedPath } from "../fs/mark.ts";
import { type Entry, isInPlace, type Member, memberOf, sameIdentity } from "../model/entry.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import type { TrashItem, TrashMember, TrashRule } from "../model/trash.ts";
import { dropSideFile, hashOf, roomIn, writeSideFile } from "../fs/spelled-name.ts";
import { fitsForLife, formatTrashName, parseTrashName, trashId, type TrashName } from "../model/trash-name.ts";
import { detachEntries, discard, type PreparedEntry, type PreparedMember } from "./detach.ts";
import type { WithOwnerLock } from "./owner-lock.ts";
import type { RestoreMove } from "./restore-members.ts";
import { changedPath, restampInTrash } from "./trash-path.ts";
import { methodFor } from "./methods/index.ts";

/** Where isolated members are moved: the trash, or beside the entries where no trash can be created. */
export interface Destination {
  readonly directory: string;
  /** `.gc.` beside the entries, nothing in a trash. */
  readonly prefix: string;
}

export function besideIn(base: string): Destination {
  return { directory: base, prefix: BESIDE_PREFIX };
}

/** An isolated entry, in the order of its members. */
export interface Isolated {
  readonly entry: Entry;
  readonly paths: readonly string[];
  readonly trashId: string;
}

export interface Isolating {
  readonly to: Destination;
  readonly now: number;
  /** The lock under which the members are moved. */
  readonly withOwnerLock: WithOwnerLock;
  /** It is destroyed at once. */
  readonly ephemeral: boolean;
  /** Stops the preparation, before anything is moved. */
  readonly signal: AbortSignal | undefined;
}

/** An entry that is about to lie in the trash. */
export interface ToIsolate extends Isolated, PreparedEntry {
  readonly members: readonly PreparedMember[];
}

/**
 * Moves every member; those already moved are put back if one fails. Throws the errno of the one that failed,
 * `ECHANGED` where it is no longer what the entry says.
 */
export async function isolate(entry: Entry, rule: TrashRule, run: Isolating): Promise<Isolated> {
  const prepared = await prepareIsolation(entry, rule, run);
  const outcome = (await detachEntries([prepared], { ...run, now: () => run.now })).get(prepared);
  if (outcome?.kind === "not") throw createErrnoError(outcome.error.code, outcome.error.message);
  return isolatedOf(prepared);
}

/** Names its members in the trash, and writes what it takes to put them back. Throws the errno; then nothing is left. */
export async function prepareIsolation(
  entry: Entry,
  rule: TrashRule,
  { to, now, ephemeral, signal }: Omit<Isolating, "withOwnerLock">,
): Promise<ToIsolate> {
  const nonce = randomBytes(4).toString("hex");
  const spelled = entry.members.map((member, at): TrashName => ({
    marked: false,
    entryId: entry.id,
    taken: Math.round(now),
    since: Math.round(now),
    nonce,
    rule,
    conflicted: false,
    store: entry.store,
    member: at + 1,
    of: entry.members.length,
    place: member.place,
    ...(member.as === undefined ? {} : { as: member.as }),
  }));
  for (const name of spelled) refuseNoName(name);
  const fits = spelled.every((name) => fitsForLife(name, roomIn(to)));
  const names = fits ? spelled : spelled.map((name) => ({ ...name, hash: hashOf(name) }));
  const paths = names.map((name) => `${to.directory}/${to.prefix}${formatTrashName(name)}`);
  const members = entry.members.map((member, at) => ({ member, as: member.as, target: paths[at] ?? "" }));
  const prepared: PreparedMember[] = [];
  try {
    if (!fits)
      writeSideFile(to, {
        entryId: entry.id,
        store: entry.store,
        places: entry.members.map((one) => one.place),
        nonce,
      });
    for (const one of members) {
      // What failed after it was written is discarded as well.
      prepared.push(one);
      await methodFor(one).prepare(one.member, one.target, { prefix: to.prefix, ephemeral, signal });
    }
  } catch (error) {
    discard(prepared);
    if (!fits) dropSideFile(to, nonce);
    throw error;
  }
  return { entry, members, paths, trashId: trashId({ entryId: entry.id, taken: now, nonce }) };
}

export function isolatedOf({ entry, paths, trashId: id }: ToIsolate): Isolated {
  return { entry, paths, trashId: id };
}

/** The rename is the only record: a member whose name says something else would be in the trash and in no list. */
function refuseNoName(name: TrashName): void {
  const text = formatTrashName(name);
  if (parseTrashName(text) === null)
    throw createErrnoError("EINVAL", `EINVAL: ${text} is not a name that the trash can hold`);
}

/** The entry as it lies in the trash: the same, with its members where they are now. */
export function relocated({ entry, paths }: Isolated): Entry {
  const [first, ...rest] = entry.members.map((member, at): Member => memberInTrash(member, paths[at] ?? member.path));
  return first === undefined ? entry : { ...entry, members: [first, ...rest] };
}

/** A renamed member keeps its identity; what was something else is a file now. */
function memberInTrash(member: Member, path: string): Member {
  if (member.as === undefined) return { ...member, path };
  return memberOf({ ...member, path, identity: lstat(bytePath(path)).identity }, member.as);
}

/** A trash item as an entry, for judging it where it lies. */
export function entryOf(item: TrashItem): Entry | null {
  const [first, ...rest] = item.members.map((member): Member => memberOf(member, member.as));
  return first === undefined
    ? null
    : { base: item.base, store: item.store, id: item.entryId, members: [first, ...rest] };
}

/** From where the members of an isolated entry lie to where they belong. */
export function movesBack({ entry, paths }: Isolated): RestoreMove[] {
  return entry.members.map((member, at) => ({ from: paths[at] ?? "", to: member.path, as: member.as }));
}

/** Whether each member is unchanged. */
export function stillThere(members: readonly (Member | TrashMember)[]): "same" | "gone" | "replaced" {
  let missing = 0;
  for (const member of members) {
    const now = methodFor(isInPlace(member.identity) ? member : {}).identityAt(member.path);
    if (now === null) missing += 1;
    else if (!sameIdentity(now, member.identity)) return "replaced";
  }
  if (missing === 0) return "same";
  return missing === members.length ? "gone" : "replaced";
}

/** Members in the trash in the form that destroying needs: a marked one can only be finished, never restored. */
export function toDestroy(members: readonly Pick<Member, "path" | "identity">[]): MarkedPath[] {
  return members.map(({ path, identity }) => ({
    path,
    marked: changedPath(path, (name) => ({ ...name, marked: true })),
    identity,
  }));
}

/** The retention of an item begins again: its names record when, and whether it had to stay because of a conflict. */
export function restamp(item: TrashItem, now: number, conflicted: boolean): void {
  for (const { path } of item.members)
    restampInTrash(path, now, (name) => ({ ...name, conflicted: conflicted || name.conflicted }));
}
