/**
 * Moves members into the trash and out of it again, each in its own way (ways/). Taking it is what decides between two
 * processes, and the name it gets is record enough on a disk that has no room for another.
 */
import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import { errnoOf, troubled } from "../errors.ts";
import { bytePath, lstat, rename } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import { type Entry, type Member, refValue, sameIdentity } from "../model/entry.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import type { TrashItem, TrashMember, TrashRule } from "../model/plan.ts";
import { formatTrashName, LONGEST_NAME, parseTrashName, type TrashName } from "../model/trash-name.ts";
import { type Guarding, unguarded } from "./guard.ts";
import { type MoveHome, putBack } from "./put-back.ts";
import { inOrder, wayOf } from "./ways/index.ts";

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

export interface Isolating {
  readonly to: Destination;
  readonly now: number;
  /** Under which lock the members are moved. */
  readonly guarding: Guarding;
  /** It is destroyed at once. */
  readonly brief: boolean;
}

/**
 * Takes every member; those already taken go back if one cannot. Throws the errno of the one that could not,
 * `ECHANGED` where it is no longer what the entry says.
 */
export async function isolate(entry: Entry, rule: TrashRule, run: Isolating): Promise<Isolated> {
  const { to, now, guarding, brief } = run;
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
    ...(member.as === undefined ? {} : { as: member.as }),
  }));
  const paths = names.map((name) => pathFor(name, to));
  const takes = entry.members.map((member, at) => ({ member, as: member.as, target: paths[at] ?? "" }));
  const prepared: Take[] = [];
  const taken: Take[] = [];
  try {
    for (const one of takes) {
      await wayOf(one.member).prepare(one.member, one.target, { prefix: to.prefix, brief });
      prepared.push(one);
    }
    await guarding(async () => takeAll(inOrder(takes), taken));
  } catch (error) {
    for (const one of prepared) if (!taken.includes(one)) dropQuietly(one);
    throw error;
  }
  return { entry, paths, trashId: `${entry.id}.${Math.round(now)}.${nonce}` };
}

interface Take {
  readonly member: Member;
  readonly as: Member["as"];
  readonly target: string;
}

/** What is found out here is found out under the lock: who came before it has left a trace by now. */
async function takeAll(takes: readonly Take[], taken: Take[]): Promise<void> {
  try {
    for (const one of takes) {
      await wayOf(one.member).take(one.member, one.target);
      taken.push(one);
      point("member-isolated", one.member.path);
    }
  } catch (error) {
    // One whose place is taken stays where it is: the next run finds it half isolated.
    for (const { member, target } of taken.toReversed())
      await backQuietly({ from: target, to: member.path, as: member.as });
    throw error;
  }
}

async function backQuietly(move: MoveHome): Promise<void> {
  try {
    await putBack([move], unguarded);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

function dropQuietly({ member, target }: Take): void {
  try {
    wayOf(member).drop(target);
  } catch (error) {
    // The next run finds it half isolated, sees that nothing was taken, and drops it then.
    if (errnoOf(error) === null) throw error;
  }
}

function pathFor(name: TrashName, { directory, prefix }: Destination): string {
  const text = prefix + formatTrashName(name);
  // One byte more for the mark that comes before the first unlink, and one for the sign of a conflict.
  if (text.length + 2 > LONGEST_NAME) {
    throw troubled("ENAMETOOLONG", `ENAMETOOLONG: the name in the trash would have ${text.length} bytes`);
  }
  return `${directory}/${text}`;
}

/** The entry as it lies in the trash: the same, with its members where they are now. */
export function relocated({ entry, paths }: Isolated): Entry {
  const [first, ...rest] = entry.members.map((member, at): Member => lying(member, paths[at] ?? member.path));
  return first === undefined ? entry : { ...entry, members: [first, ...rest] };
}

/** What was renamed is who it was; what was a ref is a file now. */
function lying(member: Member, path: string): Member {
  if (member.as === undefined) return { ...member, path };
  return { ...member, path, identity: lstat(bytePath(path)).identity };
}

/** An item of the trash as an entry, for judging it where it lies. */
export function entryOf(item: TrashItem): Entry | null {
  const [first, ...rest] = item.members.map((member): Member => ({ ...member }));
  return first === undefined
    ? null
    : { base: item.base, store: item.store, id: item.entryId, members: [first, ...rest] };
}

/** From where the members of an isolated entry lie to where they belong. */
export function movesBack({ entry, paths }: Isolated): MoveHome[] {
  return entry.members.map((member, at) => ({ from: paths[at] ?? "", to: member.path, as: member.as }));
}

/** Whether each member still is what it was. */
export function stillThere(members: readonly (Member | TrashMember)[]): "same" | "gone" | "replaced" {
  let missing = 0;
  for (const member of members) {
    const atHome = refValue(member.identity) !== null;
    const now = wayOf(atHome ? member : {}).identityAt(member.path);
    if (now === null) missing += 1;
    else if (!sameIdentity(now, member.identity)) return "replaced";
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
  if (name === null) throw troubled("EINVAL", `EINVAL: ${path} is no name of the trash`);
  const target = `${dirname(path)}/${prefix}${formatTrashName(change(name))}`;
  if (target !== path) rename(bytePath(path), bytePath(target));
  return target;
}
