/**
 * `uncollected.json`: repositories that lost a ref and may still have unreachable objects: these were too young, there
 * was no room, another gc was running, or the run was interrupted. Sweeps continue with them. A file that cannot be
 * parsed counts as none: then they wait until the next removal from that repository.
 */
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { bytePath, unlinkIfThere } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { textOf, contentsOf } from "./versioned.ts";

/** A repository by its place in the base, and the kind of store that it belongs to. */
export interface Uncollected {
  readonly store: string;
  readonly place: string;
}

const VERSION = 1;
const LIMIT = 64 * 1024;
/** A base has one; more than these are not recorded. */
const MAX_REPOSITORIES = 100;

const schema = once(() =>
  z.object({
    version: z.literal(VERSION),
    // Joined to the base: it must not lead out of it.
    repositories: z.array(
      z.object({ store: z.string(), place: z.string().check(z.regex(/^(?!\.{1,2}(?:\/|$))[^/\0]+$/)) }),
    ),
  }),
);

/** Throws `state-newer`, and `state-unusable` where it cannot be read. */
export function readUncollected(state: string): readonly Uncollected[] {
  const text = textOf(fileOf(state), LIMIT, "what is left to collect");
  return contentsOf(fileOf(state), text, VERSION, schema)?.repositories ?? [];
}

/** Throws the errno. `before`: the present contents of the file, which is not touched where nothing changed. */
export function writeUncollected(
  state: string,
  before: readonly Uncollected[],
  repositories: readonly Uncollected[],
): void {
  if (JSON.stringify(before) === JSON.stringify(repositories)) return;
  const path = bytePath(fileOf(state));
  if (repositories.length === 0) unlinkIfThere(path);
  else {
    const text = JSON.stringify({ version: VERSION, repositories: repositories.slice(0, MAX_REPOSITORIES) });
    writeAtomic(path, `${text}\n`, bytePath(state));
  }
}

function fileOf(state: string): string {
  return `${state}/uncollected.json`;
}
