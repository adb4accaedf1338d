/**
 * The scratch directory of packing one repo: the pack is made in it before the repo is changed, and it keeps the loose
 * objects until the repo with the pack is verified. It is in the state directory, on the repo's own mount.
 *
 *   <state>/compact/<16 hex>/objects/pack/   the pack while it is made, with whatever git leaves when it is killed
 *   <state>/compact/<16 hex>/loose/<name>    loose objects moved out of the repo, each by a rename
 *   <state>/compact/<16 hex>/journal         written before the repo is changed: what the rollback needs
 *   <state>/compact/~<16 hex>/               the pack is verified: what is in here can only be destroyed
 */
import { randomBytes } from "node:crypto";
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { destroy } from "../fs/destroy.ts";
import { bytePath, mkdir, rename } from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { syncDirectory, writeAtomic } from "../fs/write-atomic.ts";
import type { Identity } from "../model/entry.ts";
import { makePrivate } from "../state/place.ts";

const FOLDER = "compact";
const NAME = /^~?[0-9a-f]{16}$/;
const DONE_PREFIX = "~";
/** 257 directories of 60 bytes each, and a path. */
const JOURNAL_LIMIT = 1 << 20;

export interface Journal {
  readonly version: 1;
  readonly gitDirectory: string;
  readonly identity: Identity;
  /** The name of the pack in the repo; null where the same pack was there before. */
  readonly pack: string | null;
  /** Mtimes (ms) of the directories that packing changes, by their names below `objects`; `""` is `objects` itself. */
  readonly times: Readonly<Record<string, number>>;
}

const journalSchema = once((): z.ZodMiniType<Journal> =>
  z.strictObject({
    version: z.literal(1),
    gitDirectory: z.string(),
    identity: z.strictObject({ dev: z.string(), ino: z.string(), birth: z.string() }),
    pack: z.nullable(z.string().check(z.regex(/^pack-[0-9a-f]{40,64}$/))),
    times: z.record(z.string().check(z.regex(/^(?:|pack|[0-9a-f]{2})$/)), z.number()),
  }),
);

/** Throws the errno. */
export function createScratch(state: string): string {
  const folder = `${state}/${FOLDER}`;
  makePrivate(folder);
  const scratch = `${folder}/${randomBytes(8).toString("hex")}`;
  mkdir(bytePath(scratch), 0o700);
  return scratch;
}

export function createLayout(scratch: string): void {
  for (const name of ["objects", "objects/pack", "loose"]) mkdir(bytePath(`${scratch}/${name}`), 0o700);
}

export function writeJournal(scratch: string, journal: Journal): void {
  writeAtomic(bytePath(`${scratch}/journal`), JSON.stringify(journal), bytePath(scratch));
}

/** Null where nothing was moved yet, or where it is unknown what was. */
export function readJournal(scratch: string): Journal | null {
  const file = readSmall(bytePath(`${scratch}/journal`), JOURNAL_LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  if (text === null) return null;
  try {
    return journalSchema().safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** From here on nothing can be rolled back, and nothing needs to be. Returns its new path. */
export function markDone(scratch: string): string {
  const cut = scratch.lastIndexOf("/") + 1;
  const marked = `${scratch.slice(0, cut)}${DONE_PREFIX}${scratch.slice(cut)}`;
  rename(bytePath(scratch), bytePath(marked));
  syncDirectory(bytePath(scratch.slice(0, cut - 1)));
  return marked;
}

export function isDone(scratch: string): boolean {
  return scratch.slice(scratch.lastIndexOf("/") + 1).startsWith(DONE_PREFIX);
}

export async function destroyScratch(scratch: string): Promise<void> {
  await runCooperatively(destroy(scratch));
}

/** Scratch directories that interrupted runs left in a state directory. */
export function unfinishedScratches(state: string | null): readonly string[] {
  if (state === null) return [];
  const folder = `${state}/${FOLDER}`;
  return namesOrNone(bytePath(folder))
    .filter((name) => NAME.test(name))
    .map((name) => `${folder}/${name}`);
}
