/**
 * Git directories that some agents keep of the worktrees they work in, below a base, in three layouts of their history:
 *
 * | layout | place | what its name says |
 * | --- | --- | --- |
 * | worktree | `<project>/<sha1 of the path of the worktree>` | the worktree, so it proves its own `core.worktree` |
 * | project | `<project>` | nothing of a worktree: all clones of a project share it, and newer ones of them lie in it |
 * | slug | `<path with - for />/snapshots` | the worktree, though two paths may give one name |
 *
 * `<project>` is 40 hex digits (the first commit of the project) or `global`. Nothing here follows a symlink: what is one
 * is no repository of such an agent.
 */
import { createHash } from "node:crypto";
import { ifReadable } from "../../errors.ts";
import { type Child, children } from "../../fs/listing.ts";
import { bytePath, kindOrNull, lstatOrNull, rawPath, textOf } from "../../fs/syscalls.ts";
import { isOurs } from "../../model/names.ts";
import { mayBeCopied } from "../git-repository/copied.ts";
import { hasParts } from "../git-repository/recognise.ts";
import { worktreeSetting, type WorktreeSetting } from "../git-repository/worktree-setting.ts";

export type Layout = "worktree" | "project" | "slug";

/** A git directory of a known layout. */
export interface WorktreeRepo {
  readonly layout: Layout;
  /** Below the base. */
  readonly place: string;
  /** Its directory, absolute; null where it says none that is certain. */
  readonly worktree: string | null;
  readonly setting: WorktreeSetting;
  /** It was seen that it is no copy (git-repository/copied.ts); false: that was not asked. */
  readonly isOriginal: boolean;
  /** The place is named for the directory; false: that was not asked. */
  readonly isNamed: boolean;
  /** A git is at work in it, or was killed there. */
  readonly isLocked: boolean;
}

export interface ReposFound {
  readonly repos: readonly WorktreeRepo[];
  /** Names of the children of the base that they are in. */
  readonly claimed: readonly string[];
  /** Places of what is beside them and is none. */
  readonly strays: readonly string[];
}

const PROJECT = /^(?:[0-9a-f]{40}|global)$/;
const WORKTREE = /^[0-9a-f]{40}$/;
const SLUG_NAME = "snapshots";

/** The layout that a place has by its form, or null. */
export function layoutOf(place: string): Layout | null {
  const [first = "", second, ...more] = place.split("/");
  if (more.length > 0 || first === "") return null;
  if (second === undefined) return PROJECT.test(first) ? "project" : null;
  if (second === SLUG_NAME) return "slug";
  return PROJECT.test(first) && WORKTREE.test(second) ? "worktree" : null;
}

/** Whether a directory is the one that a place is named for; a `project` is named for none. */
export function isNamedFor(place: string, worktree: string): boolean {
  const [first = "", second = ""] = place.split("/");
  switch (layoutOf(place)) {
    case "worktree":
      return nameOf(worktree) === second;
    case "slug":
      return worktree.replace(/^\//, "").replaceAll("/", "-") === first;
    case "project":
    case null:
      return false;
  }
}

function nameOf(worktree: string): string {
  return createHash("sha1").update(worktree, "utf8").digest("hex");
}

/** Those of the layouts `worktree` and `project` among the children of a base. Throws no errno. */
export function findByProject(base: string, listed: readonly Child[]): ReposFound {
  const found = listed
    .filter(isProject)
    .map((child) => ({ name: child.name, ...inProject(base, child) }))
    .filter(({ repos }) => repos.length > 0);
  return {
    repos: found.flatMap(({ repos }) => repos),
    claimed: found.map(({ name }) => name),
    strays: found.flatMap(({ strays }) => strays),
  };
}

function isProject({ name, kind }: Child): boolean {
  return kind === "directory" && PROJECT.test(name);
}

function isNested({ name, kind }: Child): boolean {
  return kind === "directory" && WORKTREE.test(name);
}

interface InChild extends Pick<ReposFound, "repos" | "strays"> {
  readonly listed: readonly Child[];
}

/** By the child itself: each kind of a base is shown the same ones, and a later listing of the base has others. */
const within = new WeakMap<Child, InChild>();

function inProject(base: string, project: Child): InChild {
  const found = within.get(project) ?? lookInto(base, project);
  within.set(project, found);
  return found;
}

/** What is in a project of a base that was just listed, sorted by name. Throws no errno. */
export function listProject(base: string, project: Child): readonly Child[] {
  return inProject(base, project).listed;
}

function lookInto(base: string, { name }: Child): InChild {
  const listed = childrenOf(`${base}/${name}`);
  const own = hasParts(listed) ? [repoAt(base, name, "project", listed)] : [];
  const nested = listed.filter(isNested);
  const repos = nested.flatMap((child) => nestedRepo(base, name, child.name) ?? []);
  const known = new Set(repos.map(({ place }) => place));
  // Beside what is nested a repository has files of git.
  const others = own.length > 0 ? nested : listed.filter((child) => !isOurs(child.name));
  const strays = others.map((child) => `${name}/${child.name}`).filter((place) => !known.has(place));
  return { listed, repos: [...own, ...repos], strays };
}

/** In a directory; null where it is of something else, or was copied. */
function nestedRepo(base: string, project: string, name: string): WorktreeRepo | null {
  const place = `${project}/${name}`;
  const path = `${base}/${place}`;
  const listed = childrenOf(path);
  const head = hasParts(listed) ? ifReadable(() => lstatOrNull(bytePath(`${path}/HEAD`))) : null;
  if (head?.kind !== "file") return null;
  const repo = repoAt(base, place, "worktree", listed);
  const isNamed = repo.worktree !== null && nameOf(repo.worktree) === name;
  return isNamed ? { ...repo, isOriginal: !mayBeCopied(head), isNamed } : null;
}

/** Those of the layout `slug`. What else is beside one belongs to the agent. Throws no errno. */
export function findBySlug(base: string, listed: readonly Child[]): ReposFound {
  const names = listed.filter(({ name, kind }) => kind === "directory" && bytePath(textOf(rawPath(name))) === name);
  const repos = names.flatMap(({ name }) => slugRepo(base, `${textOf(rawPath(name))}/${SLUG_NAME}`) ?? []);
  return { repos, claimed: repos.map(({ place }) => bytePath(place.slice(0, place.indexOf("/")))), strays: [] };
}

function slugRepo(base: string, place: string): WorktreeRepo | null {
  const path = `${base}/${place}`;
  const isDirectory = ifReadable(() => kindOrNull(bytePath(path))) === "directory";
  const listed = isDirectory ? childrenOf(path) : [];
  return hasParts(listed) ? repoAt(base, place, "slug", listed) : null;
}

function childrenOf(directory: string): readonly Child[] {
  return ifReadable(() => children(bytePath(directory))) ?? [];
}

/** `listed`: what is in it. */
function repoAt(base: string, place: string, layout: Layout, listed: readonly Child[]): WorktreeRepo {
  const setting = worktreeSetting(`${base}/${place}`);
  return {
    layout,
    place,
    worktree: setting.kind === "path" ? setting.path : null,
    setting,
    isOriginal: false,
    isNamed: false,
    isLocked: listed.some(({ name }) => name === "index.lock" || name === "gc.pid"),
  };
}
