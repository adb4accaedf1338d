/**
 * Where packing one repo happens before it touches the repo, and where loose copies wait until the pack has proved
 * itself: a directory of ours in the state, on the repo's own mount.
 *
 *   <state>/compact/<16 hex>/objects/pack/   the pack while it is made, with whatever git leaves when it is killed
 *   <state>/compact/<16 hex>/loose/<name>    loose objects taken out of the repo, each by a rename
 *   <state>/compact/<16 hex>/journal         written before the repo is touched: what undoing takes
 *   <state>/compact/~<16 hex>/               the pack has proved itself: what is in here can only be destroyed
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { inSlices } from "../fs/breathe.ts";
import { destroy } from "../fs/destroy.ts";
import { bytePath, mkdir, rename } from "../fs/door.ts";
import { namesOrNone } from "../fs/listing.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { syncDirectory, writeAtomic } from "../fs/write-atomic.ts";
import type { Identity } from "../model/entry.ts";
import { makePrivate } from "../state/place.ts";

const FOLDER = "compact";
const NAME = /^~?[0-9a-f]{16}$/;
const MARK = "~";
/** 257 directories of 60 bytes each, and a path. */
const JOURNAL_LIMIT = 1 << 20;

export interface Journal {
  readonly version: 1;
  readonly gitDirectory: string;
  readonly identity: Identity;
  /** Of the pack in the repo; null where the very same one was there before. */
  readonly pack: string | null;
  /** Mtimes (ms) of directories that packing touches, by their names below `objects`; `""` is that itself. */
  readonly times: Readonly<Record<string, number>>;
}

const journalSchema: z.ZodType<Journal> = z.strictObject({
  version: z.literal(1),
  gitDirectory: z.string(),
  identity: z.strictObject({ dev: z.string(), ino: z.string(), birth: z.string() }),
  pack: z.nullable(z.string().regex(/^pack-[0-9a-f]{40,64}$/)),
  times: z.record(z.string().regex(/^(?:|pack|[0-9a-f]{2})$/), z.number()),
});

/** Throws the errno. */
export function makeScratch(state: string): string {
  const folder = `${state}/${FOLDER}`;
  makePrivate(folder);
  const scratch = `${folder}/${randomBytes(8).toString("hex")}`;
  mkdir(bytePath(scratch), 0o700);
  return scratch;
}

export function furnish(scratch: string): void {
  for (const name of ["objects", "objects/pack", "loose"]) mkdir(bytePath(`${scratch}/${name}`), 0o700);
}

export function writeJournal(scratch: string, journal: Journal): void {
  writeAtomic(bytePath(`${scratch}/journal`), JSON.stringify(journal), bytePath(scratch));
}

/** Null where nothing was moved yet, or nobody can tell what. */
export function readJournal(scratch: string): Journal | null {
  const file = readSmall(bytePath(`${scratch}/journal`), JOURNAL_LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  if (text === null) return null;
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** From here on there is no way back, and none is needed. Gives where it is now. */
export function markDone(scratch: string): string {
  const cut = scratch.lastIndexOf("/") + 1;
  const marked = `${scratch.slice(0, cut)}${MARK}${scratch.slice(cut)}`;
  rename(bytePath(scratch), bytePath(marked));
  syncDirectory(bytePath(scratch.slice(0, cut - 1)));
  return marked;
}

export function isMarked(scratch: string): boolean {
  return scratch.slice(scratch.lastIndexOf("/") + 1).startsWith(MARK);
}

export async function dropScratch(scratch: string): Promise<void> {
  await inSlices(destroy(scratch));
}

/** What runs that died left in a state. */
export function unfinishedIn(state: string | null): readonly string[] {
  if (state === null) return [];
  const folder = `${state}/${FOLDER}`;
  return namesOrNone(bytePath(folder))
    .filter((name) => NAME.test(name))
    .map((name) => `${folder}/${name}`);
}
