/**
 * What patterns match on this disk: those of `keep`, and the arguments of `prune`, `compact` and `explain`. Agents
 * record resolved paths while patterns contain paths as typed, so the symlinks on the way are followed one by one. A
 * text may be a glob and a name at once (`c++`, `work(old)`, `ann@corp`): it is read as both. A glob component also
 * matches the targets of the symlinks that match it.
 *
 * `keep` is a promise, so every plausible reading of a pattern is added:
 * - every form between the first link and the last is kept, also where the end does not exist (the disk is unplugged);
 * - `~` is both the home that the settings are in and the home of the current user: a timer, root and a container have
 *   another `HOME` than the author of the pattern;
 * - what a pattern once led to is recorded (state/keep.ts) and kept for as long as the pattern is in the settings;
 * - a pattern that leads onto a mount that does not answer keeps everything below that mount, unless its earlier target
 *   is recorded: the mount may have links of its own.
 *
 * An argument selects what may be removed, so it matches its actual target and nothing that is only possible.
 */
import { posix } from "node:path";
import { rawPath, textOf } from "../fs/byte-path.ts";
import type { NamedPattern, NamedPlace, PatternProblem } from "../model/patterns.ts";
import type { ForeignPaths } from "./foreign.ts";
import type { Resolution } from "./links.ts";

const MAGIC = /[*?[\]{}()!+@\\]/;

/** With more components that look like a glob, a pattern is read as a glob alone. */
const MAX_GLOB_PARTS = 16;

/** Limits the directories in which globs are matched on the disk: a directory of projects holds a handful of links. */
const MAX_DIRECTORIES = 64;
const MAX_NAMES = 1000;

export interface PatternScene {
  /** The directories that `~` may stand for, absolute. */
  readonly homes: readonly string[];
  readonly paths: Pick<ForeignPaths, "resolve" | "list">;
  /** Matches names against a component of a glob (plan/patterns.ts). */
  readonly matcher: (glob: string) => (name: string) => boolean;
}

/** The recorded target of each pattern, from when all of it existed. */
export type RememberedPlaces = ReadonlyMap<string, readonly NamedPlace[]>;

/** A place, and how it was found. */
interface ResolvedPattern extends NamedPlace {
  readonly resolution: Resolution;
}

export async function namedKeeps(
  patterns: readonly string[],
  remembered: RememberedPlaces,
  scene: PatternScene,
): Promise<readonly NamedPattern[]> {
  return (await foundFor(patterns, scene)).map(({ pattern, found }) => {
    const before = remembered.get(pattern) ?? [];
    const named = found.flatMap(({ glob, resolution }) => resolution.forms.map((at): NamedPlace => ({ at, glob })));
    const unanswered = before.length > 0 ? [] : found.flatMap(({ resolution }) => belowSilence(resolution));
    // A path without `~` is the same in every run; what `~` stands for may differ.
    const from = pattern.startsWith("~") ? 0 : 1;
    const settled = found.flatMap(({ glob, resolution }) =>
      isThere(resolution) ? resolution.forms.slice(from).map((at): NamedPlace => ({ at, glob })) : [],
    );
    const places = unique([...named, ...before, ...unanswered]);
    return { pattern, places, settled: unique(settled), problem: problemOf(found) };
  });
}

/** What arguments match, by their resolved targets alone. */
export async function namedWords(words: readonly string[], scene: PatternScene): Promise<readonly NamedPattern[]> {
  return (await foundFor(words, scene)).map(({ pattern, found }) => {
    const places = found.flatMap(({ at, glob, resolution }) =>
      [at, resolution.forms.at(-1) ?? at].map((end): NamedPlace => ({ at: end, glob })),
    );
    return { pattern, places: unique(places), settled: [], problem: problemOf(found) };
  });
}

async function foundFor(
  patterns: readonly string[],
  scene: PatternScene,
): Promise<readonly { readonly pattern: string; readonly found: readonly ResolvedPattern[] }[]> {
  const read = patterns.map((pattern) => ({ pattern, readings: readingsOf(pattern, scene.homes) }));
  const resolved = await resolvedPlaces(
    read.flatMap(({ readings }) => readings),
    scene,
  );
  const all: { readonly pattern: string; readonly found: readonly ResolvedPattern[] }[] = [];
  for (const { pattern, readings } of read) {
    const found = readings.flatMap((reading) => resolved.get(keyOf(reading)) ?? []);
    all.push({ pattern, found: [...found, ...(await behindGlobs(found, scene))] });
  }
  return all;
}

async function resolvedPlaces(
  places: readonly NamedPlace[],
  { paths }: PatternScene,
): Promise<ReadonlyMap<string, ResolvedPattern>> {
  const resolved = await paths.resolve(places.map(({ at }) => at));
  return new Map(
    places.flatMap((place) => {
      const resolution = resolved.get(place.at);
      return resolution === undefined ? [] : [[keyOf(place), { ...place, resolution }]];
    }),
  );
}

/** The targets of symlinks that match glob components, each with the rest of its glob. `**` is not expanded. */
async function behindGlobs(
  found: readonly ResolvedPattern[],
  scene: PatternScene,
): Promise<readonly ResolvedPattern[]> {
  const behind: ResolvedPattern[] = [];
  const queue = found.filter(({ glob, resolution }) => glob !== null && isThere(resolution));
  const listed = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [part = "", ...rest] = (next.glob ?? "/").slice(1).split("/");
    const directory = next.resolution.at;
    const key = keyOf({ at: directory, glob: next.glob });
    if (part.includes("**") || listed.has(key) || listed.size >= MAX_DIRECTORIES) continue;
    listed.add(key);
    const below = rest.length === 0 ? null : `/${rest.join("/")}`;
    const places = (await matching(directory, part, below === null, scene)).map((at): NamedPlace => ({
      at,
      glob: below,
    }));
    const resolved = [...(await resolvedPlaces(places, scene)).values()];
    behind.push(...resolved.filter(({ resolution }) => resolution.forms.length > 1));
    if (below !== null) queue.push(...resolved.filter(({ resolution }) => resolution.end.kind === "directory"));
  }
  return behind;
}

/**
 * A component that is not a glob needs no listing; at the end of the pattern a directory is matched by the glob itself.
 */
async function matching(
  directory: string,
  part: string,
  isLast: boolean,
  { paths, matcher }: PatternScene,
): Promise<readonly string[]> {
  if (!MAGIC.test(part)) return [posix.join(directory, part)];
  const listed = await paths.list(directory);
  if (listed.kind === "trouble") return [];
  const matches = matcher(part);
  const names = listed.names.flatMap(({ name, kind }) =>
    kind === "symlink" || (kind === "directory" && !isLast) ? textOf(rawPath(name)) : [],
  );
  return names
    .filter(matches)
    .slice(0, MAX_NAMES)
    .map((name) => posix.join(directory, name));
}

function isThere({ end }: Resolution): boolean {
  return end.kind === "directory" || end.kind === "other";
}

/** The readings of a pattern: each a path to resolve, and the glob that follows. */
function readingsOf(pattern: string, homes: readonly string[]): readonly NamedPlace[] {
  const ofHome = /^~(?=$|\/)/.test(pattern);
  if (!ofHome && !pattern.startsWith("/")) return [];
  const rest = (ofHome ? pattern.slice(1) : pattern).replace(/\/+$/, "");
  return unique((ofHome ? homes : [""]).flatMap((home) => readingsBelow(home.replace(/\/+$/, ""), rest)));
}

/** The home is literal, whatever characters its name contains. */
function readingsBelow(home: string, rest: string): NamedPlace[] {
  const literal = [rest, unescaped(rest)].map((text): NamedPlace => ({ at: whole(home + text), glob: null }));
  const parts = rest.split("/");
  const cuts = parts.flatMap((part, at) => (MAGIC.test(part) ? [at] : [])).slice(0, MAX_GLOB_PARTS);
  const globs = cuts.map((at): NamedPlace => ({
    at: whole(home + unescaped(parts.slice(0, at).join("/"))),
    glob: `/${parts.slice(at).join("/")}`,
  }));
  return [...literal, ...globs];
}

function unescaped(glob: string): string {
  return glob.replace(/\\(.)/g, "$1");
}

function whole(path: string): string {
  return path === "" ? "/" : posix.normalize(path);
}

function belowSilence({ end }: Resolution): NamedPlace[] {
  return end.kind === "trouble" && end.code !== "ELOOP" ? [{ at: end.below, glob: null }] : [];
}

/** A name matches where it exists; a glob where the directory before it exists. */
function problemOf(found: readonly ResolvedPattern[]): PatternProblem | null {
  const [first] = found;
  if (first === undefined || found.some(({ resolution }) => isThere(resolution))) return null;
  const { end, at } = found.find(({ resolution }) => resolution.end.kind === "trouble")?.resolution ?? first.resolution;
  return { code: end.kind === "trouble" ? end.code : "ENOENT", path: at };
}

function keyOf({ at, glob }: NamedPlace): string {
  return JSON.stringify([at, glob]);
}

function unique(places: readonly NamedPlace[]): readonly NamedPlace[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}
