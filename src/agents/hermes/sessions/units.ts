/**
 * The files of a base as sessions: all files of an id are one entry. An empty file is one of its own, since nothing of its
 * session is in it; so is a file that was never renamed into its place.
 */
import { expectErrno, UNREADABLE } from "../../../errors.ts";
import { bytePath, lstatOrNull, rawPath, textOf } from "../../../fs/syscalls.ts";
import type { Child } from "../../../fs/listing.ts";
import type { Entry, Member } from "../../../model/entry.ts";
import type { CooperativeTask } from "../../../model/steps.ts";
import { fileAt, isPlainFile } from "../../../stores/json-files/files.ts";
import type { Discovery } from "../../../stores/kind.ts";
import { sessionFileName, type SessionFileName, stemsOf } from "./names.ts";

interface Unit {
  readonly stems: Set<string>;
  readonly members: Member[];
}

/**
 * Groups the files that are wanted, by the session that their names tell. All files of a session go together, so that one
 * that cannot be taken (it has another name, or is a link) keeps the others. `ownerOf`: the id of the session that a stem is
 * known to be of; null: of none that is known. A name and a file a step.
 */
export function* discoverUnits(
  store: string,
  base: string,
  children: readonly Child[],
  isWanted: (file: SessionFileName, isEmpty: boolean) => boolean,
  ownerOf: (stem: string) => string | null,
): CooperativeTask<Discovery> {
  const files: { readonly child: Child; readonly name: string; readonly file: SessionFileName }[] = [];
  for (const child of children) {
    const name = textOf(rawPath(child.name));
    const file = sessionFileName(name);
    if (file !== null) files.push({ child, name, file });
    yield;
  }
  const raw = yield* rawStems(files.map(({ file }) => file.stem));
  const units = new Map<string, Unit>();
  const kept = new Set<string>();
  for (const { child, name, file } of files) {
    yield;
    const { stem } = file;
    const owner = ownerOf(stem) ?? raw.get(stem) ?? stem;
    const found = fileAt(base, child);
    if (found === null) kept.add(owner);
    if (found === null || !isWanted(file, found.size === 0)) continue;
    const id = found.size === 0 ? name : owner;
    const unit = units.get(id) ?? { stems: new Set(), members: [] };
    units.set(id, unit);
    unit.stems.add(stem);
    unit.members.push(found.member);
  }
  const entries: Entry[] = [];
  for (const [id, { stems, members }] of units) {
    yield;
    const [first, ...rest] = members;
    if (first === undefined || kept.has(id)) continue;
    const [stem, ...others] = stems;
    const isStem = first.place !== id && stem !== undefined && others.length === 0;
    entries.push({ base, store, id: isStem ? stem : id, members: [first, ...rest] });
  }
  return { entries, claimed: entries.flatMap(({ members }) => members.map(({ place }) => bytePath(place))) };
}

/** Where a stem is the one that another stem here is written as in other names: that other stem, which is an id. */
function* rawStems(stems: readonly string[]): CooperativeTask<ReadonlyMap<string, string>> {
  const raw = new Map<string, string>();
  for (const id of new Set(stems)) {
    for (const stem of stemsOf(id)) if (stem !== id) raw.set(stem, id);
    yield;
  }
  return raw;
}

/** Whether the files of a session of this id can have these names. */
export function isUnit(id: string, places: readonly string[]): boolean {
  const stems = stemsOf(id);
  return places.every((place) => {
    const stem = sessionFileName(place)?.stem;
    return stem !== undefined && (stem === id || stems.includes(stem));
  });
}

/** What the names of its files have of the id of its session: each once. */
export function stemsIn({ id, members }: Pick<Entry, "id" | "members">): readonly string[] {
  return [...new Set(members.map(({ place }) => sessionFileName(place)?.stem ?? id))];
}

/**
 * A file of the session that cannot be taken with the others, and lies where those were moved from; null: there is none. While
 * they are in their places it is `discoverUnits` that sees it.
 */
export function leftBehind(entry: Entry): string | null {
  const { base, members } = entry;
  if (members.every(({ path, place }) => path === `${base}/${place}`)) return null;
  const places = new Set(members.map(({ place }) => place));
  const names = stemsIn(entry).flatMap((stem) => [`${stem}.json`, `${stem}.jsonl`, `session_${stem}.json`]);
  return (
    names.map((name) => (places.has(name) ? null : notTaken(`${base}/${name}`))).find((path) => path !== null) ?? null
  );
}

function notTaken(path: string): string | null {
  try {
    const stat = lstatOrNull(bytePath(path));
    return stat === null || isPlainFile(stat) ? null : path;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return path;
  }
}

/** What holds a session of which something was left behind, about "it". */
export const NOT_ALL = "a file of its session cannot be taken with the others";
