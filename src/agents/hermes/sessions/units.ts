/**
 * The files of a base as sessions: all files of an id are one entry. An empty file is one of its own, since nothing of its
 * session is in it; so is a file that was never renamed into its place.
 */
import { bytePath, rawPath, textOf } from "../../../fs/syscalls.ts";
import type { Child } from "../../../fs/listing.ts";
import type { Entry, Member } from "../../../model/entry.ts";
import { fileAt } from "../../../stores/json-files/files.ts";
import type { Discovery } from "../../../stores/kind.ts";
import { sessionFileName, type SessionFileName } from "./names.ts";

/**
 * Groups the files that are wanted, by the session that their names tell. All files of a session go together, so that one
 * that cannot be taken (it has another name, or is a link) keeps the others.
 */
export function discoverUnits(
  store: string,
  base: string,
  children: readonly Child[],
  isWanted: (file: SessionFileName, isEmpty: boolean) => boolean,
): Discovery {
  const units = new Map<string, Member[]>();
  const kept = new Set<string>();
  for (const child of children) {
    const name = textOf(rawPath(child.name));
    const file = sessionFileName(name);
    const found = file === null ? null : fileAt(base, child);
    if (file !== null && found === null) kept.add(file.stem);
    if (file === null || found === null || !isWanted(file, found.size === 0)) continue;
    const id = found.size === 0 ? name : file.stem;
    const unit = units.get(id);
    if (unit === undefined) units.set(id, [found.member]);
    else unit.push(found.member);
  }
  const entries = [...units].flatMap(([id, [first, ...rest]]): Entry[] =>
    first === undefined || kept.has(id) ? [] : [{ base, store, id, members: [first, ...rest] }],
  );
  return { entries, claimed: entries.flatMap(({ members }) => members.map(({ place }) => bytePath(place))) };
}

/** What the names of its files have of the id of its session. */
export function stemOf({ id, members: [{ place }] }: Entry): string {
  return sessionFileName(place)?.stem ?? id;
}
