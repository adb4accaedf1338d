/**
 * Refuses a repository that git would hang on, before git runs. Judging checks the few files that git always opens
 * (special-files.ts); before a command that may take minutes all of it is checked, once per run.
 */
import { createErrnoError } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { parseAlternates } from "./alternates.ts";
import { type Configuration, hooksOff, readConfiguration } from "./configuration.ts";
import { ALWAYS_READ, isSpecial, linesOf, specialFilesBelow } from "./special-files.ts";

/** `all`: the command reads every ref; else the refs that it reads. */
export type RefsRead = "all" | readonly string[];

/** Checking a store of a hundred thousand files takes a second. */
const LOOK_MS = 20_000;

/** One check serves all commands of a run. */
const REMEMBERED_MS = 60_000;

interface Look {
  /** All that is special in it or in what it borrows from, as absolute paths. */
  readonly special: readonly string[];
  readonly configuration: Configuration;
  /** What it borrows from does not answer. */
  readonly silent: boolean;
}

const looks = new Map<string, { readonly until: number; readonly look: Promise<Look> }>();

/**
 * Throws `EINVAL` where a command would wait for a FIFO or a device, `ETIMEDOUT` where the configuration includes a file
 * that does not answer, or objects are borrowed from such a place. A ref that is a FIFO stops what reads it, and nothing
 * else. Gives what else the environment of git has to have: the repository's own hooks are switched off there.
 */
export async function refuseSpecialFiles(gitDirectory: string, refs: RefsRead): Promise<Record<string, string>> {
  const now = performance.now();
  const known = looks.get(gitDirectory);
  const current =
    known !== undefined && known.until > now ? known : { until: now + REMEMBERED_MS, look: lookAt(gitDirectory) };
  looks.set(gitDirectory, current);
  const { special, configuration, silent } = await current.look;
  const found = special.find((path) => isRead(path, gitDirectory, refs));
  if (found !== undefined) throw waits(`${found} is a FIFO or a device, expected a file`);
  if (silent) throw createErrnoError("ETIMEDOUT", `what ${gitDirectory} borrows objects from does not answer`);
  switch (configuration.kind) {
    case "readable":
      return hooksOff(configuration.hooks);
    case "special":
      throw waits(`${gitDirectory}/config includes ${configuration.path}, which is a FIFO or a device`);
    case "silent":
      throw createErrnoError(
        "ETIMEDOUT",
        `git cannot read ${gitDirectory}/config to its end: what it includes does not answer`,
      );
  }
}

function waits(what: string): Error {
  return createErrnoError("EINVAL", `${what}: git would wait for it`);
}

function isRead(path: string, gitDirectory: string, refs: RefsRead): boolean {
  // Objects that it borrows.
  if (!path.startsWith(`${gitDirectory}/`)) return true;
  const name = path.slice(gitDirectory.length + 1);
  if (name.startsWith("objects/") || ALWAYS_READ.includes(name)) return true;
  if (refs === "all") return /^(?:refs|logs|worktrees)\/|^(?:index|shared-index\..*)$/.test(name);
  return refs.some((ref) => name === ref || name === `logs/${ref}`);
}

async function lookAt(gitDirectory: string): Promise<Look> {
  // Without find(1) only the files that git always opens are checked.
  const found = await specialFilesBelow([gitDirectory], LOOK_MS);
  const special =
    typeof found === "string" ? ALWAYS_READ.map((name) => `${gitDirectory}/${name}`).filter(isSpecial) : found;
  // None of the rest can be read then, and need not be.
  if (special.some((path) => ALWAYS_READ.includes(path.slice(gitDirectory.length + 1))))
    return { special, configuration: { kind: "readable", hooks: [] }, silent: false };
  const borrowed = await specialInBorrowed(`${gitDirectory}/objects`);
  return {
    special: [...special, ...(borrowed ?? [])],
    configuration: await readConfiguration(gitDirectory),
    silent: borrowed === null,
  };
}

/** git goes on to the alternates of alternates, and stops at this depth. */
const MAX_DEPTH = 5;

/** By processes of its own, for these paths are the repository's; null: one of them does not answer. */
async function specialInBorrowed(objects: string): Promise<readonly string[] | null> {
  if (lstatOrNull(bytePath(`${objects}/info/alternates`)) === null) return [];
  const special: string[] = [];
  const seen = new Set([objects]);
  let level = [objects];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      const lines = await linesOf("cat", [`${directory}/info/alternates`], LOOK_MS);
      if (lines === "silent") return null;
      if (lines === "missing") return special;
      next.push(...parseAlternates(lines.join("\n"), directory).filter((path) => !seen.has(path)));
    }
    level = [...new Set(next)];
    for (const path of level) seen.add(path);
    if (level.length === 0) break;
    const found = await specialFilesBelow(level, LOOK_MS);
    if (found === "silent") return null;
    if (found === "missing") return special;
    special.push(...found);
    // Its list of what it borrows in turn is what would be read next.
    level = level.filter((path) => !found.includes(`${path}/info/alternates`));
  }
  return special;
}
