/**
 * Archives of the migration: `legacy-YYYYmmdd-HHMMSS/`, into which the first snapshot of a newer Hermes moved the
 * contents of the base. Each shadow repo in one is an entry of its own, judged by its own marker and its own times;
 * Hermes removes the archive as a whole, by the date of the move. Other contents are foreign, and stay with the
 * archive.
 */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath } from "../../../../fs/syscalls.ts";
import { children, type Child } from "../../../../fs/listing.ts";
import type { Entry } from "../../../../model/entry.ts";
import { isOurs } from "../../../../model/names.ts";
import type { Discovery, Kind } from "../../../../stores/kind.ts";
import { entryAt, hermesShadow, isEntryName } from "../shadow/index.ts";

const KIND = "hermes-archive";

/** ASCII alone: only names that Hermes created, which need no escaping anywhere. */
const ARCHIVE = /^legacy-[\w.-]+$/;

export const hermesArchive: Kind = {
  kind: KIND,
  reserved: isArchiveName,
  discover,
  isEntry: (id, places) => isEntryName(id) && places.length === 1 && isArchived(id, places[0] ?? ""),
  inspect: hermesShadow.inspect,
  lockNames: hermesShadow.lockNames,
  snapshots: hermesShadow.snapshots,
  ...(hermesShadow.packable === undefined ? {} : { packable: hermesShadow.packable }),
};

export function isArchiveName(name: string): boolean {
  return ARCHIVE.test(name);
}

function isArchived(id: string, place: string): boolean {
  const [archive = "", name, ...more] = place.split("/");
  return isArchiveName(archive) && name === id && more.length === 0;
}

/** Shadow repos in all archives of a base. */
export function entriesIn(base: string, listed: readonly Child[]): readonly Entry[] {
  return archivesIn(base, listed).flatMap(({ entries }) => entries);
}

function discover(base: string, listed: readonly Child[]): Discovery {
  const found = archivesIn(base, listed);
  return {
    entries: found.flatMap(({ entries }) => entries),
    claimed: found.map(({ name }) => name),
    strays: found.flatMap(({ strays }) => strays),
  };
}

function archivesIn(base: string, listed: readonly Child[]): Archive[] {
  return listed
    .filter(({ name, kind }) => kind === "directory" && ARCHIVE.test(name))
    .map(({ name }) => inArchive(base, name))
    .filter((one) => one !== null);
}

interface Archive {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly strays: readonly string[];
}

/** Null where it cannot be listed: then it is foreign as a whole. */
function inArchive(base: string, name: string): Archive | null {
  const entries: Entry[] = [];
  const strays: string[] = [];
  try {
    for (const child of children(bytePath(`${base}/${name}`))) {
      if (isOurs(child.name)) continue;
      const isName = child.kind === "directory" && isEntryName(child.name);
      const entry = isName ? entryAt(base, child.name, `${name}/${child.name}`) : null;
      if (entry === null) strays.push(`${name}/${child.name}`);
      else entries.push({ ...entry, store: KIND, container: `${base}/${name}` });
    }
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
  return { name, entries, strays };
}
