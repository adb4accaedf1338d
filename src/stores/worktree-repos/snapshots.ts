/** Kinds whose entries are repositories of worktrees (layout.ts), as their agents keep them. */
import { children } from "../../fs/listing.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { ifReadable } from "../../errors.ts";
import type { Entry } from "../../model/entry.ts";
import type { Inspection, LockFile, Restriction, SubjectReading } from "../../model/inspection.ts";
import { GIT_LOCKS } from "../git-repository/files.ts";
import { inspectUse } from "../git-repository/inspect.ts";
import { newestTouched } from "../git-repository/touched.ts";
import { worktreeSetting } from "../git-repository/worktree-setting.ts";
import { directoryEntry } from "../directory-entry.ts";
import type { InspectOptions, Kind } from "../kind.ts";
import { isNamedFor, layoutOf, type ReposFound } from "./layout.ts";
import { because } from "./reasons.ts";

export interface WorktreeSnapshots extends Pick<Kind, "kind" | "optIn" | "snapshots" | "guard"> {
  readonly find: (base: string, ...listed: Parameters<Kind["discover"]>[1][]) => ReposFound;
  /** Its agent deletes files of the worktree where a snapshot that it asks for is missing. */
  readonly undoDeletes: boolean;
  /** Files of the agent's own in a repository that are there while it changes it. */
  readonly unfinished?: readonly string[];
  /** What shows that the agent is at work in a repository, besides locks of git. Throws no errno. */
  readonly locksOf?: (base: string, place: string, now: number) => readonly LockFile[];
}

/** Eight digits and twelve tell a few thousand apart, and a name in the trash has room for them. */
const PROJECT_DIGITS = 8;
const WORKTREE_DIGITS = 12;

/** `87f1715f-81c88b6502`; of an older layout the name of its directory. */
export function idOf(place: string): string {
  const [first = "", second = ""] = place.split("/");
  if (layoutOf(place) !== "worktree") return first;
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
        entries: repos.flatMap(({ place }) => directoryEntry(base, kind, idOf(place), place) ?? []),
        claimed,
        strays,
      };
    },
    isEntry: (id, places) => places.length === 1 && layoutOf(places[0] ?? "") !== null && idOf(places[0] ?? "") === id,
    inspect: (entry, look) => inspect(entry, look, of),
    lockNames: GIT_LOCKS,
    walked,
    snapshots,
    ...(guard === undefined ? {} : { guard }),
  };
}

function inspect(entry: Entry, look: InspectOptions, of: WorktreeSnapshots): Inspection {
  const { path, place } = entry.members[0];
  const isShared = layoutOf(place) === "project";
  const home = `${entry.base}/${place}`;
  const use = inspectUse(path, home, look, (freshAfter) => newestTouched(path, touchedPlaces(path), freshAfter));
  const unfinished = filesOf(path, of.unfinished ?? []);
  const restricted: readonly Restriction[] = [
    ...(isShared ? ["shared-layout" as const] : of.undoDeletes ? ["undo-deletes" as const] : []),
    ...(unfinished.length > 0 ? ["unfinished" as const] : []),
  ];
  return {
    reading: readWorktree(path, place),
    ...use,
    locks: [...use.locks, ...unfinished, ...(path === home ? (of.locksOf?.(entry.base, place, look.now) ?? []) : [])],
    borrows: use.borrows.filter((directory) => !isWithin(directory, home)),
    ...(restricted.length === 0 ? {} : { restricted }),
  };
}

function readWorktree(path: string, place: string): SubjectReading {
  const setting = worktreeSetting(path);
  const evidence = { "core.worktree": setting.kind === "path" ? setting.path : setting.kind };
  if (setting.kind !== "path") {
    const why = setting.kind === "none" ? "not there" : setting.why;
    return { kind: "unidentified", ...because("no-worktree"), evidence: { "core.worktree": why } };
  }
  // All clones of a project share it, and its directory is only the first of them.
  if (layoutOf(place) === "project") return { kind: "unidentified", ...because("older-layout"), evidence };
  if (!isNamedFor(place, setting.path)) return { kind: "unidentified", ...because("other-worktree"), evidence };
  const checked = { ...evidence, "hash check": `fits ${place.slice(place.lastIndexOf("/") + 1)}` };
  return { kind: "identified", subject: { kind: "workdir", value: setting.path }, verified: true, evidence: checked };
}

/**
 * What a snapshot writes: `info/exclude` each time, the index, and objects. Not `objects/pack`, `objects/info` and
 * `packed-refs`, which an hourly collection touches as well.
 */
function* touchedPlaces(path: string): Generator<string, void> {
  yield "info/exclude";
  yield "index";
  for (const { name, kind } of ifReadable(() => children(bytePath(`${path}/objects`))) ?? [])
    if (kind === "directory" && /^[0-9a-f]{2}$/.test(name)) yield `objects/${name}`;
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
