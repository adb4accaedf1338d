/**
 * Everything that was isolated from a base, wherever it lies: in the trash of the state, in a state inside the base,
 * beside its entry where a full disk left no other room, and in archives into which its agent carried any of these.
 */
import { dirname } from "node:path";
import type { Agent } from "../agents/agent.ts";
import type { TrashItem, TrashMember } from "../model/trash.ts";
import { BESIDE_PREFIX, OLD_TRASH_NAME, STATE_INSIDE, TRASH_NAME } from "../model/names.ts";
import { parseTrashName, trashId, type TrashName } from "../model/trash-name.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { errnoOf } from "../errors.ts";
import { below, bytePath, lstatOrNull, rawPath, textOf } from "../fs/syscalls.ts";
import { streamOrNone } from "../fs/listing.ts";
import { spellingIn } from "../fs/spelled-name.ts";

/** A directory that may hold isolated members, and the prefix of their names there. */
export interface TrashPlace {
  readonly directory: string;
  readonly prefix: string;
}

/** What its agent says of a base: into which children it moves whole trees. */
type Archiving = Pick<Agent, "isArchive">;

/** One isolated member, with what its name says. */
interface IsolatedMember {
  readonly name: TrashName;
  readonly member: TrashMember;
}

/**
 * All items of a base's trash, oldest first, cooperatively: there may be thousands. `state`: its state directory, or
 * null where there is none. Throws the errno.
 */
export function* findTrash(base: string, state: string | null, agent: Archiving): CooperativeTask<TrashItem[]> {
  const found = new Map<string, IsolatedMember[]>();
  for (const place of yield* trashPlaces(base, state, agent)) {
    for (const one of yield* isolatedIn(place)) {
      // Grouped by the directory and not by the time: a run may have died between giving one member a new time and the
      // other, and an agent moves whole trees, never parts.
      const key = `${place.directory}/${one.name.entryId}.${one.name.nonce}`;
      found.set(key, [...(found.get(key) ?? []), one]);
    }
  }
  const items: TrashItem[] = [];
  for (const group of found.values()) {
    items.push(itemOf(base, group));
    yield;
  }
  return items.toSorted((a, b) => (a.since === b.since ? (a.id < b.id ? -1 : 1) : a.since - b.since));
}

/** Those that are there, and lead nowhere else. */
export function* existingTrashPlaces(
  base: string,
  state: string | null,
  agent: Archiving,
): CooperativeTask<TrashPlace[]> {
  return (yield* trashPlaces(base, state, agent)).filter(({ directory }) => isPlain(directory));
}

export function* trashPlaces(base: string, state: string | null, agent: Archiving): CooperativeTask<TrashPlace[]> {
  const archives = (yield* archivesIn(base, agent)).map((archive) => `${base}/${archive}`);
  const states = [state ?? [], ...[base, ...archives].map((directory) => `${directory}/${STATE_INSIDE}`)].flat();
  const directories = [...new Set(states)].flatMap((one) => [`${one}/${TRASH_NAME}`, `${one}/${OLD_TRASH_NAME}`]);
  return [
    ...directories.map((directory): TrashPlace => ({ directory, prefix: "" })),
    ...[base, ...archives].map((directory): TrashPlace => ({ directory, prefix: BESIDE_PREFIX })),
  ];
}

function* archivesIn(base: string, { isArchive }: Archiving): CooperativeTask<string[]> {
  const found: string[] = [];
  for (const text of streamOrNone(bytePath(base))) {
    const name = isArchive(text) ? textOf(rawPath(text)) : null;
    if (name !== null && isPlain(`${base}/${name}`)) found.push(name);
    yield;
  }
  return found.toSorted();
}

function* isolatedIn({ directory, prefix }: TrashPlace): CooperativeTask<IsolatedMember[]> {
  const found: IsolatedMember[] = [];
  // Through a symlink another user could present foreign directories as our trash, to be destroyed in the end.
  if (!isPlain(directory)) return found;
  const spelling = spellingIn({ directory, prefix });
  for (const text of streamOrNone(bytePath(directory))) {
    yield;
    if (!text.startsWith(prefix)) continue;
    const name = parseTrashName(textOf(rawPath(text.slice(prefix.length))), spelling);
    if (name === null) continue;
    const path = below(bytePath(directory), text);
    const stat = lstatOrNull(path);
    const { place, as } = name;
    // Only a real directory or file counts, and a symlink only as the record of a ref.
    if (stat === null || (stat.kind === "symlink" && as !== "ref")) continue;
    const own = as === undefined ? {} : { as };
    found.push({ name, member: { path: textOf(path), place, identity: stat.identity, ...own } });
  }
  return found;
}

/** A real directory inside a real directory; symlinks do not count. */
function isPlain(directory: string): boolean {
  try {
    return [dirname(directory), directory].every((path) => lstatOrNull(bytePath(path))?.kind === "directory");
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function itemOf(base: string, group: readonly IsolatedMember[]): TrashItem {
  const sorted = group.toSorted((a, b) => a.name.member - b.name.member);
  const first = sorted[0];
  if (first === undefined) throw new Error("a group of isolated members is never empty");
  const since = Math.max(...sorted.map((one) => one.name.since));
  const taken = Math.min(...sorted.map((one) => one.name.taken));
  const name = { ...first.name, taken };
  return {
    id: trashId(name),
    entryId: name.entryId,
    store: name.store,
    rule: name.rule,
    taken,
    since,
    marked: sorted.some((one) => one.name.marked),
    complete: sorted.length === name.of,
    conflicted: sorted.some((one) => one.name.conflicted),
    ...(sorted.every((one) => one.name.returned === true) ? { returned: true } : {}),
    bytes: null,
    base,
    members: sorted.map((one) => one.member),
  };
}
