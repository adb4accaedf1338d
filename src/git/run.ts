/**
 * Commands that change a repository, and queries right before them: each rejects with an errno that an outcome can
 * hold.
 */
import { createErrnoError } from "../errors.ts";
import { bytePath, close, open, OPEN, read } from "../fs/syscalls.ts";
import { checkBundle } from "./bundle-file.ts";
import { isGitMissing, isRefusal, execGit } from "./exec.ts";

/** Packing a large history, or reading all of one, prints nothing until it is done. */
export const LONG_MS: number = 15 * 60_000;

/** Writing one ref, or looking two commits up in a history: git needs milliseconds, and a busy disk a second. */
const SHORT_MS = 10_000;

export interface GitLimits {
  /** Ms. */
  readonly limit: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** One character a byte; or an open file that git reads on from where it stands. */
  readonly input?: string | number;
  /** The refs that git reads for it; default: all. One that is a FIFO stops only the commands that read it. */
  readonly refs?: readonly string[];
}

/**
 * `EGIT`: git failed, with its message, or is missing; `ENOSPC` where it reports that; `ETIMEDOUT`; `EINTR`. A failure
 * with one entry does not end the run: others may need no git.
 */
export async function runGit(repository: string, args: readonly string[], limits: GitLimits): Promise<string> {
  const { limit, env = {}, signal, ...more } = limits;
  try {
    return await execGit({ gitDirectory: repository, args, env, deadline: performance.now() + limit, signal, ...more });
  } catch (error) {
    if (isGitMissing(error)) throw createErrnoError("EGIT", `${error.message}. ${error.hint ?? ""}`);
    throw error;
  }
}

/** Whether git exits with 0: commands whose exit code is the answer. */
async function succeeds(repository: string, args: readonly string[], limits: GitLimits): Promise<boolean> {
  try {
    await runGit(repository, args, limits);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/**
 * Packs the whole history of a ref into a file that can be read without the repository. Objects shared with others are
 * packed too: an undo must not depend on them. git fails where an object is missing; bundle-file.ts checks what it
 * wrote.
 */
export async function bundle(
  repository: string,
  name: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await runGit(repository, ["bundle", "create", "--quiet", file, name], { limit: LONG_MS, refs: [name], signal });
}

/**
 * Adds the objects of a bundle of `value` to a repository, once the bundle is found to be complete. No ref is created,
 * and nothing keeps the objects there. Not by `git bundle unbundle`: that reads the tips of all refs of the repository
 * first, and fails at any that is damaged. Throws `EBADMSG` for an incomplete bundle. Stopped by `signal` it leaves a
 * temporary pack at most, which a gc clears.
 */
export async function unbundle(
  repository: string,
  file: string,
  value: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const start = await checkBundle(file, value, signal);
  const pack = open(bytePath(file), OPEN.readNoFollow);
  try {
    // Git reads from the descriptor's current position.
    read(pack, start);
    await runGit(repository, ["index-pack", "--stdin"], { limit: LONG_MS, refs: [], input: pack, signal });
  } finally {
    close(pack);
  }
}

export interface RefValue {
  readonly name: string;
  readonly value: string;
}

/**
 * Deletes refs that still have these values, all in one transaction: if one of them was updated in between, none
 * is deleted. Not one transaction each, because git rewrites `packed-refs` for every one. If git is killed, some of them
 * may be deleted.
 */
export async function deleteRefs(repository: string, refs: readonly RefValue[]): Promise<void> {
  const input = refs.map(({ name, value }) => `delete ${name} ${value}\n`).join("");
  const names = refs.map(({ name }) => name);
  await runGit(repository, ["update-ref", "--stdin"], { limit: SHORT_MS, refs: names, input });
}

/** Creates a ref if there is none. */
export async function createRef(repository: string, name: string, value: string): Promise<void> {
  await runGit(repository, ["update-ref", name, value, "0".repeat(value.length)], { limit: SHORT_MS, refs: [name] });
}

/** Whether the history of one commit is part of another's. */
export async function isAncestor(repository: string, older: string, newer: string): Promise<boolean> {
  return succeeds(repository, ["merge-base", "--is-ancestor", older, newer], { limit: SHORT_MS, refs: [] });
}

/** Whether all that a commit needs exists. Not with `--not --all`, which would fail because of another broken ref. */
export async function isComplete(repository: string, value: string, signal: AbortSignal | undefined): Promise<boolean> {
  return succeeds(repository, ["rev-list", "--objects", "--quiet", value], { limit: LONG_MS, refs: [], signal });
}
