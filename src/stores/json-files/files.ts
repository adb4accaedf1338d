/** Files of a base as entries: which there are, and how large they are. */
import { expectErrno, UNREADABLE } from "../../errors.ts";
import { bytePath, lstatOrNull, rawPath, type Stat, textOf } from "../../fs/syscalls.ts";
import type { Child } from "../../fs/listing.ts";
import type { Entry, PathMember } from "../../model/entry.ts";
import type { Measurement } from "../../model/inspection.ts";
import type { Discovery, Measured } from "../kind.ts";
import { withLook } from "./look.ts";

/**
 * A file directly in a base as a member; null where it is not a regular file with one name. What cannot be looked at is
 * not one either. A name that is not UTF-8 is none that its program wrote.
 */
export function fileMember(base: string, child: Child): PathMember | null {
  return fileAt(base, child)?.member ?? null;
}

/** The same, and its size in bytes. */
export function fileAt(
  base: string,
  { name, kind }: Child,
): { readonly member: PathMember; readonly size: number } | null {
  const place = textOf(rawPath(name));
  if (kind !== "file" || bytePath(place) !== name) return null;
  const path = `${base}/${place}`;
  const stat = statOrNull(path);
  if (stat === null || !isPlainFile(stat)) return null;
  return { member: withLook({ path, place, identity: stat.identity }, stat), size: stat.size };
}

/** The same name twice could be the same file for two programs. */
export function isPlainFile({ kind, links }: Stat): boolean {
  return kind === "file" && links === 1;
}

/** Each file of a name that is wanted is an entry; its name is the id. */
export function discoverFiles(
  store: string,
  base: string,
  children: readonly Child[],
  isWanted: (name: string) => boolean,
): Discovery {
  const wanted = children.filter(({ name, kind }) => kind === "file" && isWanted(textOf(rawPath(name))));
  const members = wanted.flatMap((child) => fileMember(base, child) ?? []);
  return {
    entries: members.map((member) => ({ base, store, id: member.place, members: [member] })),
    claimed: members.map(({ place }) => bytePath(place)),
  };
}

/** Whether `discoverFiles` could have found it. */
export function isFileEntry(id: string, places: readonly string[], isWanted: (name: string) => boolean): boolean {
  return places.length === 1 && places[0] === id && !id.includes("/") && isWanted(id);
}

/** The size of entries that are files. No walk in a thread is needed for a file. */
export function measureFiles(entries: readonly Entry[]): ReadonlyMap<Entry, Measured> {
  return new Map(entries.map((entry) => [entry, measured(entry)]));
}

function measured({ members }: Entry): Measurement | null {
  const stats = members.map(({ path }) => statOrNull(path));
  if (stats.includes(null)) return null;
  const bytes = stats.reduce((sum, stat) => sum + (stat?.bytes ?? 0), 0);
  return { newest: null, newestPath: null, bytes, files: members.length, locks: [], troubles: [] };
}

function statOrNull(path: string): Stat | null {
  try {
    return lstatOrNull(bytePath(path));
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
