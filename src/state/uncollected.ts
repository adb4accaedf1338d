/**
 * `uncollected.json`: repositories that lost a ref and may still hold objects which nothing reaches: these were too young,
 * there was no room or another gc at work, or the run was interrupted. Sweeps go on with them. A file that cannot be
 * understood counts as none: then they wait until something else goes from there.
 */
import { z } from "zod";
import { bytePath, unlink } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { versioned } from "./versioned.ts";

/** A repository by its place in the base, and the kind of store that it belongs to. */
export interface Uncollected {
  readonly store: string;
  readonly place: string;
}

const VERSION = 1;
const LIMIT = 64 * 1024;
/** A base has one; more than these are not remembered. */
const MOST = 100;

const schema = z.object({
  version: z.literal(VERSION),
  // Joined to the base: it must not lead out of it.
  repositories: z.array(z.object({ store: z.string(), place: z.string().regex(/^(?!\.{1,2}(?:\/|$))[^/\0]+$/) })),
});

/** Null where it is there and cannot be read. Throws `state-newer` where a newer version of the tool wrote it. */
export function readUncollected(state: string): readonly Uncollected[] | null {
  const file = readSmall(bytePath(fileOf(state)), LIMIT);
  if (file.kind === "unreadable") return null;
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  return schema.safeParse(versioned(fileOf(state), text, VERSION)).data?.repositories ?? [];
}

/** Throws the errno. `before`: what stood there until now; no file is touched where nothing changed. */
export function writeUncollected(
  state: string,
  before: readonly Uncollected[],
  repositories: readonly Uncollected[],
): void {
  if (JSON.stringify(before) === JSON.stringify(repositories)) return;
  const path = bytePath(fileOf(state));
  if (repositories.length === 0) unlink(path);
  else {
    const text = JSON.stringify({ version: VERSION, repositories: repositories.slice(0, MOST) });
    writeAtomic(path, `${text}\n`, bytePath(state));
  }
}

function fileOf(state: string): string {
  return `${state}/uncollected.json`;
}
