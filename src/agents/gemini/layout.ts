/**
 * What is in its directory of snapshots:
 *
 * | place | written by | whose it is |
 * | --- | --- | --- |
 * | `<slug>/.git` | since 0.29 | its `.project_root` and the registry say so, which have to agree |
 * | `<sha256 of the path>` | before 0.29 | its name proves a path that is known |
 *
 * Of a slug only the repository is an entry: with the rest the agent keeps its name for the project. Nothing here follows
 * a symlink.
 */
import { ifReadable } from "../../errors.ts";
import { type Child, children } from "../../fs/listing.ts";
import { bytePath, kindOrNull } from "../../fs/syscalls.ts";
import { isGitDirectory } from "../../stores/git-repository/recognise.ts";
import { GIT, isBeside, isHash, isSlug, MARKER } from "./names.ts";

export interface Found {
  /** Below the base. */
  readonly places: readonly string[];
  /** Children of the base that are the agent's. */
  readonly claimed: readonly string[];
  readonly strays: readonly string[];
}

/** Throws no errno. */
export function findPlaces(base: string, listed: readonly Child[]): Found {
  const directories = listed.filter(({ kind }) => kind === "directory");
  const hashes = directories
    .map(({ name }) => name)
    .filter((name) => isHash(name) && isHashDirectory(`${base}/${name}`));
  const slugs = directories.map(({ name }) => name).filter(isSlug);
  const repos = slugs.filter((slug) => hasRepo(base, slug));
  const known = new Set(repos);
  const others = slugs.filter((slug) => !known.has(slug));
  // Without a repository it is a name that the agent keeps: it makes one where checkpoints are on.
  const kept = others.filter((slug) => kindOf(`${base}/${slug}/${MARKER}`) === "file");
  return {
    places: [...hashes, ...repos.map((slug) => `${slug}/${GIT}`)],
    claimed: [...hashes, ...repos, ...kept],
    strays: kept.filter((slug) => kindOf(`${base}/${slug}/${GIT}`) !== null).map((slug) => `${slug}/${GIT}`),
  };
}

/** Whether a slug has a repository of its own, and not a link to another. */
export function hasRepo(base: string, slug: string): boolean {
  return kindOf(`${base}/${slug}`) === "directory" && isGitDirectory(`${base}/${slug}/${GIT}`);
}

/** The repository of a place, wherever its entry lies. */
export function repoOf(path: string, place: string): string {
  return isHash(place) ? `${path}/${GIT}` : path;
}

/** Whether it has a repository, and nothing that another program, or a newer version, put beside it. */
export function isHashDirectory(path: string): boolean {
  const within = ifReadable(() => children(bytePath(path))) ?? [];
  const others = within.filter((child) => child.name !== GIT);
  return isGitDirectory(`${path}/${GIT}`) && others.every((child) => child.kind === "file" && isBeside(child.name));
}

function kindOf(path: string): string | null {
  return ifReadable(() => kindOrNull(bytePath(path)));
}
