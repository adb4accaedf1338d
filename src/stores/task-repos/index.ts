/**
 * Kinds whose entries are directories with a repository in them, `<entry>/.git`, and nothing else, as extensions of editors make
 * them for a workspace or a task. Whose it is, its own `core.worktree` says, where name and address of the writer fit.
 */
import { ifReadable } from "../../errors.ts";
import { type Child, children } from "../../fs/listing.ts";
import { bytePath } from "../../fs/syscalls.ts";
import type { Entry } from "../../model/entry.ts";
import type { Inspection, SubjectReading } from "../../model/inspection.ts";
import { GIT_LOCKS } from "../git-repository/files.ts";
import { inspectUse } from "../git-repository/inspect.ts";
import { readLaterSnapshots } from "../git-repository/logged-commits.ts";
import { isGitDirectory } from "../git-repository/recognise.ts";
import { newestOf, newestTouched } from "../git-repository/touched.ts";
import { readConfig, worktreeIn } from "../git-repository/worktree-setting.ts";
import { readCheckouts } from "../git-repository/worktrees.ts";
import { directoryEntry } from "../directory-entry.ts";
import type { Discovery, InspectOptions, Kind } from "../kind.ts";
import { because } from "./reasons.ts";

export interface TaskRepos {
  readonly kind: string;
  /** The places of entries that a child of the base may hold; none: it is not the agent's. */
  readonly placesIn: (name: string) => readonly string[];
  /** Null where the form of a place is none of its own. */
  readonly idOf: (place: string) => string | null;
  /** What its config has, beside the directory: `user.email` and such. */
  readonly written: Readonly<Record<string, string>>;
  /** Whether the name at a place is that of a directory; null: the name says nothing of one. */
  readonly isNamedFor: (place: string, worktree: string) => boolean | null;
  /** What each use touches, below the repository. */
  readonly touched: readonly string[];
  /** The same beside the entry. */
  readonly touchedBeside?: readonly string[];
}

export function taskRepos(of: TaskRepos): Kind {
  const { kind, idOf } = of;
  return {
    kind,
    discover: (base, listed) => discover(base, listed, of),
    isEntry: (id, places) => places.length === 1 && idOf(places[0] ?? "") === id,
    inspect: (entry, look) => inspect(entry, look, of),
    gitDirectory,
    lockNames: GIT_LOCKS,
    snapshots: (entry) => readLaterSnapshots(gitDirectory(entry)),
  };
}

function gitDirectory({ members: [{ path }] }: Entry): string {
  return `${path}/.git`;
}

function discover(base: string, listed: readonly Child[], of: TaskRepos): Discovery {
  const own = listed.filter(({ name, kind }) => kind === "directory" && of.placesIn(name).length > 0);
  const entries = own.flatMap(({ name }) => of.placesIn(name).flatMap((place) => entryAt(base, place, of)));
  // A task without a repository is the agent's as well.
  return { entries, claimed: own.map(({ name }) => name) };
}

function entryAt(base: string, place: string, { kind, idOf }: TaskRepos): readonly Entry[] {
  const id = idOf(place);
  const entry = id === null ? null : directoryEntry(base, kind, id, place);
  return entry === null || !isGitDirectory(`${base}/${place}/.git`) ? [] : [entry];
}

function inspect(entry: Entry, look: InspectOptions, of: TaskRepos): Inspection {
  const { path, place } = entry.members[0];
  const repo = `${path}/.git`;
  const home = `${entry.base}/${place}`;
  const use = inspectUse(repo, `${home}/.git`, look, (freshAfter) =>
    newestOf(
      newestTouched(repo, of.touched, freshAfter),
      newestTouched(home.slice(0, home.lastIndexOf("/")), of.touchedBeside ?? [], freshAfter),
    ),
  );
  const { checkouts, troubles } = readCheckouts(repo, `${home}/.git`);
  return { ...use, reading: readTask(path, place, of), checkouts, troubles: [...use.troubles, ...troubles] };
}

function readTask(path: string, place: string, { written, isNamedFor }: TaskRepos): SubjectReading {
  const config = readConfig(`${path}/.git`);
  if (config.kind === "unusable")
    return { kind: "unidentified", ...because("no-worktree"), evidence: { config: config.why } };
  const setting = worktreeIn(config.values);
  const evidence = {
    "core.worktree": setting.kind === "path" ? setting.path : setting.kind === "none" ? "not there" : setting.why,
    ...Object.fromEntries(Object.keys(written).map((name) => [name, config.values.get(name) ?? "not there"])),
  };
  if (Object.entries(written).some(([name, value]) => config.values.get(name) !== value))
    return { kind: "unidentified", ...because("other-writer"), evidence };
  if (setting.kind !== "path") return { kind: "unidentified", ...because("no-worktree"), evidence };
  const isNamed = isNamedFor(place, setting.path);
  if (isNamed === false) return { kind: "unidentified", ...because("other-worktree"), evidence };
  const within = ifReadable(() => children(bytePath(path)));
  if (within?.some(({ name }) => name !== ".git") !== false)
    return { kind: "unidentified", ...because("other-contents"), evidence };
  return {
    kind: "identified",
    subject: { kind: "workdir", value: setting.path },
    verified: isNamed === true,
    evidence: isNamed === true ? { ...evidence, "hash check": `fits ${place}` } : evidence,
  };
}
