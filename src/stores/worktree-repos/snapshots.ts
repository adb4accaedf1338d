/** Kinds whose entries are repositories of worktrees (layout.ts), as their agents keep them. */
import { children } from "../../fs/listing.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { ifReadable } from "../../errors.ts";
import type { Entry } from "../../model/entry.ts";
import type { Inspection, LockFile, Restriction, SubjectReading, UsedDirectories } from "../../model/inspection.ts";
import { GIT_LOCKS } from "../git-repository/files.ts";
import { inspectUse } from "../git-repository/inspect.ts";
import { newestTouched, type Touched } from "../git-repository/touched.ts";
import { worktreeSetting, type WorktreeSetting } from "../git-repository/worktree-setting.ts";
import { directoryEntry } from "../directory-entry.ts";
import type { InspectOptions, Kind } from "../kind.ts";
import { keepFound, takeFound } from "./found.ts";
import { isNamedFor, type Layout, layoutOf, type ReposFound, type WorktreeRepo } from "./layout.ts";
import { because } from "./reasons.ts";

export interface WorktreeSnapshots extends Pick<Kind, "kind" | "optIn" | "snapshots" | "guard"> {
  readonly find: (base: string, ...listed: Parameters<Kind["discover"]>[1][]) => ReposFound;
  /** Its agent deletes files of the worktree where a snapshot that it asks for is missing. */
  readonly undoDeletes: boolean;
  /** Files of the agent's own in a repository that are there while it changes it. */
  readonly unfinished?: readonly string[];
  /** What shows that the agent is at work in a repository, besides locks of git. Throws no errno. */
  readonly locksOf?: (base: string, place: string, look: InspectOptions) => readonly LockFile[];
}

/** Eight digits and twelve tell a few thousand apart, and a name in the trash has room for them. */
const PROJECT_DIGITS = 8;
const WORKTREE_DIGITS = 12;

/** `87f1715f-81c88b6502`; of an older layout the name of its directory. */
export function idOf(place: string, layout: Layout | null = layoutOf(place)): string {
  const [first = "", second = ""] = place.split("/");
  if (layout !== "worktree") return first;
  return `${first.slice(0, PROJECT_DIGITS)}-${second.slice(0, WORKTREE_DIGITS)}`;
}

export function worktreeSnapshots(of: WorktreeSnapshots): Kind {
  const { kind, optIn, find, snapshots, guard } = of;
  return {
    kind,
    ...(optIn === undefined ? {} : { optIn }),
    discover: (base, listed) => {
      const { repos, claimed, strays } = find(base, listed);
      return {
        entries: repos.flatMap((repo) => entryOf(base, kind, repo)),
        claimed,
        strays,
      };
    },
    isEntry: (id, places) => places.length === 1 && layoutOf(places[0] ?? "") !== null && idOf(places[0] ?? "") === id,
    inspect: (entry, look) => inspect(entry, look, of),
    lockNames: GIT_LOCKS,
    walked,
    used: ({ members: [{ path }] }) => usedDirectories(path),
    snapshots,
    ...(guard === undefined ? {} : { guard }),
  };
}

function entryOf(base: string, kind: string, repo: WorktreeRepo): readonly Entry[] {
  const entry = directoryEntry(base, kind, idOf(repo.place, repo.layout), repo.place);
  if (entry === null) return [];
  keepFound(entry, repo);
  return [entry];
}

function inspect(entry: Entry, look: InspectOptions, of: WorktreeSnapshots): Inspection {
  const seen = takeFound(entry, look);
  const { path, place } = entry.members[0];
  const layout = seen?.layout ?? layoutOf(place);
  const home = `${entry.base}/${place}`;
  const touched = (freshAfter: number | null, isWalked: boolean): Touched =>
    isWalked
      ? { ...newestTouched(path, TOUCHED_FILES, freshAfter), leftToWalk: true }
      : newestTouched(path, touchedPlaces(path), freshAfter);
  const use = inspectUse(path, home, look, touched, seen?.isOriginal);
  const unfinished = filesOf(path, of.unfinished ?? []);
  const restricted: readonly Restriction[] = [
    ...(layout === "project" ? ["shared-layout" as const] : of.undoDeletes ? ["undo-deletes" as const] : []),
    ...(unfinished.length > 0 ? ["unfinished" as const] : []),
  ];
  return {
    reading: readWorktree(seen?.setting ?? worktreeSetting(path), place, layout, seen?.isNamed === true),
    ...use,
    locks: [...use.locks, ...unfinished, ...(path === home ? (of.locksOf?.(entry.base, place, look) ?? []) : [])],
    borrows: use.borrows.filter((directory) => !isWithin(directory, home)),
    ...(restricted.length === 0 ? {} : { restricted }),
  };
}

/** `isNamed`: it was just seen that it is named for the directory that it says. */
function readWorktree(
  setting: WorktreeSetting,
  place: string,
  layout: Layout | null,
  isNamed: boolean,
): SubjectReading {
  const evidence = { "core.worktree": setting.kind === "path" ? setting.path : setting.kind };
  if (setting.kind !== "path") {
    const why = setting.kind === "none" ? "not there" : setting.why;
    return { kind: "unidentified", ...because("no-worktree"), evidence: { "core.worktree": why } };
  }
  // All clones of a project share it, and its directory is only the first of them.
  if (layout === "project") return { kind: "unidentified", ...because("older-layout"), evidence };
  if (!isNamed && !isNamedFor(place, setting.path))
    return { kind: "unidentified", ...because("other-worktree"), evidence };
  const checked = { ...evidence, "hash check": `fits ${place.slice(place.lastIndexOf("/") + 1)}` };
  return { kind: "identified", subject: { kind: "workdir", value: setting.path }, verified: true, evidence: checked };
}

/** Each snapshot writes the first of them, so a recent one settles the question soonest. */
const TOUCHED_FILES: readonly string[] = ["info/exclude", "index"];

function usedDirectories(path: string): UsedDirectories {
  return { within: `${path}/objects`, names: /^[0-9a-f]{2}$/ };
}

/**
 * What a snapshot writes: these files, and objects. Not `objects/pack`, `objects/info` and
 * `packed-refs`, which an hourly collection touches as well.
 */
function* touchedPlaces(path: string): Generator<string, void> {
  yield* TOUCHED_FILES;
  const { within, names } = usedDirectories(path);
  for (const { name, kind } of ifReadable(() => children(bytePath(within))) ?? [])
    if (kind === "directory" && names.test(name)) yield `objects/${name}`;
}

function filesOf(path: string, names: readonly string[]): LockFile[] {
  return names.flatMap((name): LockFile[] => {
    const stat = ifReadable(() => lstatOrNull(bytePath(`${path}/${name}`)));
    return stat === null ? [] : [{ path: `${path}/${name}`, at: stat.mtime }];
  });
}

/** What a walk measures: of a directory that newer repositories lie in, the rest alone. */
function walked({ members }: Entry): readonly string[] {
  const { path, place } = members[0];
  if (layoutOf(place) !== "project") return [path];
  const within = ifReadable(() => children(bytePath(path))) ?? [];
  return within.filter(({ name }) => layoutOf(`${place}/${name}`) === null).map(({ name }) => `${path}/${name}`);
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
