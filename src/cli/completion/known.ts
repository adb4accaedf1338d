/**
 * What a Tab may cost: names of directories, and the marker of each repo. Nothing is walked, written or asked of git,
 * and what cannot be read is left out without a word: a person is in the middle of a line.
 */
import { findBases, type FindBases } from "../../config/homes.ts";
import { atOnce } from "../../fs/breathe.ts";
import { bytePath, textOf, rawPath } from "../../fs/door.ts";
import { children } from "../../fs/listing.ts";
import type { Entry } from "../../model/entry.ts";
import { subjectOf } from "../../model/inspection.ts";
import { entryOf } from "../../reclaim/trash.ts";
import { resolveBase } from "../../scan/base.ts";
import { entriesNow } from "../../scan/discover.ts";
import { findTrash } from "../../scan/trash-places.ts";
import { findState } from "../../state/place.ts";
import { adapterOf, STORES } from "../../stores/index.ts";
import type { Known, Named } from "./offer.ts";

export type Whereabouts = Omit<FindBases, "listProfiles">;

/** Markers of one base that are read: 40 µs each, so that this is a tenth of a second. */
const MOST_MARKERS = 2500;

/** Ids have only what a shell takes as it stands; a name in a trash may claim any. */
const PLAIN_ID = /^[\w.-]+$/;

export function knownOf(whereabouts: Whereabouts): Known {
  const { env, osHome } = whereabouts;
  const homes = whereabouts.homes.map((home) => filled(home, env));
  const bases = whereabouts.bases.map((base) => filled(base, env));
  const refs = orElse([], () => findBases({ ...whereabouts, homes, bases, listProfiles: directoriesIn }));
  const places = refs.flatMap((ref) => orElse([], () => [resolveBase(ref, osHome)?.path ?? []].flat()));
  const all = [...new Set(places)];
  return {
    entries: all.flatMap((base) => orElse([], () => entriesIn(base))),
    trashed: all.flatMap((base) => orElse([], () => trashedFrom(base))),
  };
}

function entriesIn(base: string): readonly Named[] {
  return entriesNow(base, STORES, Date.now()).map((entry, at) => ({ id: entry.id, workdir: workdirOf(entry, at) }));
}

/** By the entry's own id, and by the longer one where several have the same. What is marked cannot come back. */
function trashedFrom(base: string): readonly Named[] {
  const items = atOnce(findTrash(base, findState(base))).filter(({ marked, id }) => !marked && PLAIN_ID.test(id));
  return items.map((item, at) => {
    const alone = items.filter((other) => other.entryId === item.entryId).length === 1;
    return { id: alone ? item.entryId : item.id, workdir: workdirOf(entryOf(item), at) };
  });
}

function workdirOf(entry: Entry | null, at: number): string | null {
  if (at >= MOST_MARKERS || entry === null) return null;
  // Any use is fresh enough, and one claim is enough.
  const inspection = adapterOf(STORES, entry.store)?.inspect(entry, {
    freshAfter: 0,
    locks: false,
    claims: false,
    now: 0,
  });
  return inspection === undefined ? null : (subjectOf(inspection.reading)?.value ?? null);
}

function directoriesIn(path: string): readonly string[] {
  return orElse([], () => children(bytePath(path)))
    .filter(({ kind }) => kind === "directory")
    .map(({ name }) => textOf(rawPath(name)));
}

/** `$HOME/x` on a line is still text; commands in it stay text. */
function filled(path: string, env: Whereabouts["env"]): string {
  return path.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    return env[plain ?? braced ?? ""] ?? whole;
  });
}

/** Whatever went wrong, it is no answer to a Tab. */
function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
