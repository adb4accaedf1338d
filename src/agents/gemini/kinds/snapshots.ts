/** Its repositories of projects, and those that versions before 0.29 left. */
import type { Entry, LastUse } from "../../../model/entry.ts";
import type { Duplicate, Inspection, SubjectReading } from "../../../model/inspection.ts";
import { HOUR } from "../../../model/time.ts";
import { GIT_LOCKS, readAlternates } from "../../../stores/git-repository/files.ts";
import { inspectUse } from "../../../stores/git-repository/inspect.ts";
import { unsupportedIn } from "../../../stores/git-repository/format.ts";
import { readLaterSnapshots } from "../../../stores/git-repository/logged-commits.ts";
import { namedObjects } from "../../../stores/git-repository/named-objects.ts";
import { newestOf, newestTouched, type Touched } from "../../../stores/git-repository/touched.ts";
import { readCheckouts } from "../../../stores/git-repository/worktrees.ts";
import { directoryEntry } from "../../../stores/directory-entry.ts";
import type { InspectOptions, Kind } from "../../../stores/kind.ts";
import { findPlaces, hasRepo, repoOf } from "../layout.ts";
import { CONFIG, GIT, isHash, isSlug } from "../names.ts";
import { because } from "../reasons.ts";
import { readSubject, slugOf } from "../subject.ts";

const KIND = "gemini-snapshots";

/** Twelve digits tell a few thousand apart, and no slug has a dot. */
const HASH_DIGITS = 12;

/** A version before 0.29 that was started in this time may be at work in what was copied. */
const DUPLICATE_AFTER = HOUR;

export const geminiSnapshots: Kind = {
  kind: KIND,
  discover: (base, listed) => {
    const { places, claimed, strays } = findPlaces(base, listed);
    return {
      entries: places.flatMap((place) => directoryEntry(base, KIND, idOf(place), place) ?? []),
      claimed,
      strays,
    };
  },
  isEntry: (id, places) => places.length === 1 && isPlace(places[0] ?? "") && idOf(places[0] ?? "") === id,
  inspect,
  lockNames: GIT_LOCKS,
  gitDirectory,
  snapshots: (entry) => readLaterSnapshots(gitDirectory(entry)),
};

function gitDirectory({ members: [{ path, place }] }: Entry): string {
  return repoOf(path, place);
}

function isPlace(place: string): boolean {
  const [first = "", second, ...more] = place.split("/");
  return second === undefined ? isHash(first) : isSlug(first) && second === GIT && more.length === 0;
}

function idOf(place: string): string {
  return isHash(place) ? `${place.slice(0, HASH_DIGITS)}.hash` : place.slice(0, -`/${GIT}`.length);
}

function inspect(entry: Entry, look: InspectOptions): Inspection {
  const { base, members } = entry;
  const [{ path, place }] = members;
  const repo = repoOf(path, place);
  const home = repoOf(`${base}/${place}`, place);
  // What was copied is compared with the copy, by its newest time.
  const asked = isHash(place) ? { ...look, freshAfter: null } : look;
  const directory = isHash(place) ? path : `${base}/${idOf(place)}`;
  const use = inspectUse(repo, home, asked, (freshAfter) => touchedIn(directory, repo, freshAfter));
  const { checkouts, troubles } = readCheckouts(repo, home);
  const reading = readSubject(base, place, path);
  const duplicate = isHash(place) ? duplicateIn(base, repo, reading, use.touched) : null;
  return {
    ...use,
    reading,
    checkouts,
    ...(duplicate === null ? {} : { duplicate }),
    troubles: [...use.troubles, ...troubles],
  };
}

/** The settings that it gives git are written at each start, beside the repository. */
function touchedIn(directory: string, repo: string, freshAfter: number | null): Touched {
  return newestOf(
    newestTouched(directory, [CONFIG], freshAfter),
    newestTouched(repo, ["logs/HEAD", "index"], freshAfter),
  );
}

/**
 * What it would have to be a copy of: the repository of its project, used since it was, so that whatever the age of that
 * one removes takes this one for its own age too. One that uses objects of others does not have them.
 */
function duplicateIn(base: string, repo: string, reading: SubjectReading, used: LastUse | null): Duplicate | null {
  const slug = reading.kind === "identified" ? slugOf(base, reading.subject.value) : null;
  if (slug === null || used === null || !hasRepo(base, slug)) return null;
  const repository = `${base}/${slug}/${GIT}`;
  const original = touchedIn(`${base}/${slug}`, repository, null).newest;
  if (original === null || original.at < used.at) return null;
  const { borrows, trouble } = readAlternates(repository, repository);
  if (borrows.length > 0 || trouble !== null) return null;
  if (unsupportedIn(repo) !== null || unsupportedIn(repository) !== null) return null;
  const objects = namedObjects(repo);
  if (objects === null || objects.size === 0) return null;
  return { repository, objects: [...objects], original, after: DUPLICATE_AFTER, ...because("duplicate") };
}
