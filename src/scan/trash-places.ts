/**
 * Everything that was isolated from a base, wherever it lies: in the trash of the state, in a state inside the base,
 * beside its entry where a full disk left no other room, and in archives into which Hermes' migration carried any of
 * these.
 */
import { dirname } from "node:path";
import type { TrashItem, TrashMember } from "../model/plan.ts";
import { ARCHIVE_PREFIX, BESIDE_PREFIX, STATE_INSIDE } from "../model/names.ts";
import { parseTrashName, trashId, type TrashName } from "../model/trash-name.ts";
import type { Steps } from "../model/steps.ts";
import { errnoOf } from "../errors.ts";
import { below, bytePath, lstatOrNull, rawPath, textOf } from "../fs/door.ts";
import { streamOrNone } from "../fs/listing.ts";

export const TRASH_NAME = "trash";

/** A directory that may hold isolated members, and what their names begin with there. */
interface Place {
  readonly directory: string;
  readonly prefix: string;
}

/** One member of something that was isolated, with what its name says. */
interface Isolated {
  readonly name: TrashName;
  readonly member: TrashMember;
}

/**
 * All items of a base's trash, oldest first, step by step: there may be thousands. `state`: its state directory, or null
 * where there is none. Throws the errno.
 */
export function* findTrash(base: string, state: string | null): Steps<TrashItem[]> {
  const found = new Map<string, Isolated[]>();
  for (const place of yield* placesOf(base, state)) {
    for (const one of yield* isolatedIn(place)) {
      // Not by the time: a run may have died between giving one member a new time and the other. And by the place where
      // it lies: Hermes carries off whole trees, never halves.
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

function* placesOf(base: string, state: string | null): Steps<Place[]> {
  const inside = `${base}/${STATE_INSIDE}/${TRASH_NAME}`;
  const own = state === null ? [] : [`${state}/${TRASH_NAME}`];
  const archives = (yield* archivesIn(base)).map((archive) => `${base}/${archive}`);
  const carried = archives.map((archive) => `${archive}/${STATE_INSIDE}/${TRASH_NAME}`);
  return [
    ...[...new Set([...own, inside, ...carried])].map((directory): Place => ({ directory, prefix: "" })),
    ...[base, ...archives].map((directory): Place => ({ directory, prefix: BESIDE_PREFIX })),
  ];
}

/** What Hermes' migration carried things into. */
function* archivesIn(base: string): Steps<string[]> {
  const found: string[] = [];
  for (const text of streamOrNone(bytePath(base))) {
    const name = text.startsWith(ARCHIVE_PREFIX) ? textOf(rawPath(text)) : null;
    if (name !== null && isPlain(`${base}/${name}`)) found.push(name);
    yield;
  }
  return found.toSorted();
}

function* isolatedIn({ directory, prefix }: Place): Steps<Isolated[]> {
  const found: Isolated[] = [];
  // Through a symlink somebody could show us things of theirs as our trash, to be destroyed in the end.
  if (!isPlain(directory)) return found;
  for (const text of streamOrNone(bytePath(directory))) {
    yield;
    if (!text.startsWith(prefix)) continue;
    const name = parseTrashName(textOf(rawPath(text.slice(prefix.length))));
    if (name === null) continue;
    const path = below(bytePath(directory), text);
    const stat = lstatOrNull(path);
    // Beside the entries only what is really a directory or a file of ours counts, never a symlink.
    if (stat === null || stat.kind === "symlink") continue;
    const { place, as } = name;
    const own = as === undefined ? {} : { as };
    found.push({ name, member: { path: textOf(path), place, identity: stat.identity, ...own } });
  }
  return found;
}

/** A directory that is no symlink, in one that is none. */
function isPlain(directory: string): boolean {
  try {
    return [dirname(directory), directory].every((path) => lstatOrNull(bytePath(path))?.kind === "directory");
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function itemOf(base: string, group: readonly Isolated[]): TrashItem {
  const sorted = group.toSorted((a, b) => a.name.member - b.name.member);
  const first = sorted[0];
  if (first === undefined) throw new Error("a group of isolated members is never empty");
  const since = Math.max(...sorted.map((one) => one.name.since));
  const name = { ...first.name, since };
  return {
    id: trashId(name),
    entryId: name.entryId,
    store: name.store,
    rule: name.rule,
    since,
    marked: sorted.some((one) => one.name.marked),
    complete: sorted.length === name.of,
    conflicted: sorted.some((one) => one.name.conflicted),
    bytes: null,
    base,
    members: sorted.map((one) => one.member),
  };
}
