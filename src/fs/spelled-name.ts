/**
 * Names in a trash, with what is too long for them in a file beside: `<nonce>.name.json`, one for all members of an entry.
 * It is written and synced before the first of them is renamed, and goes with the last. Each name has a hash of what the
 * file says about it, so that a file that was exchanged or damaged says nothing: then the member is left alone.
 *
 *   {"version":1,"id":"...","store":"...","places":["...", ...]}
 */
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { createErrnoError, expectErrno, UNWRITABLE } from "../errors.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import { LONGEST_NAME, parseTrashName, type Spelled, type Spelling, type TrashName } from "../model/trash-name.ts";
import { failpoint } from "./failpoints.ts";
import { namesOrNone } from "./listing.ts";
import { decodeUtf8, readSmall } from "./read-small.ts";
import { type BytePath, bytePath, close, fsync, open, OPEN, unlink, unlinkIfThere, write } from "./syscalls.ts";
import { syncDirectory } from "./write-atomic.ts";

/** A directory with members, and what their names begin with. */
export interface NamePlace {
  readonly directory: string;
  readonly prefix: string;
}

/** The id and the store of an entry, and the places of all its members, in their order. */
export interface SpelledEntry extends Pick<TrashName, "entryId" | "store" | "nonce"> {
  readonly places: readonly string[];
}

const SUFFIX = ".name.json";
const SIDE_FILE = /^([0-9a-f]{8})\.name\.json$/;
/** Whatever its file says. */
const WITH_HASH = /^~?@[0-9a-f]{32}\.[\d-]+\.([0-9a-f]{8})\./;

/** A thousand places of the greatest length. */
const LIMIT = 4 << 20;

/** What a path in a trash says, or null. The name of its file is all that counts. */
export function readTrashName(path: string): TrashName | null {
  const { place, name } = partsOf(path);
  return parseTrashName(name, spellingIn(place));
}

/** What the files of a directory say now; the last one that was read serves all names of its entry. */
export function spellingIn(place: NamePlace): Spelling {
  let last: { readonly nonce: string; readonly found: SpelledEntry | null } | null = null;
  return ({ nonce, member, of, hash }) => {
    if (last?.nonce !== nonce) last = { nonce, found: readSideFile(sideFile(place, nonce), nonce) };
    const { found } = last;
    const spelled = found === null || found.places.length !== of ? null : spelledMember(found, member);
    return spelled !== null && hashOf(spelled) === hash ? spelled : null;
  };
}

/** The length that a name may have in such a directory. */
export function roomIn({ prefix }: NamePlace): number {
  return LONGEST_NAME - prefix.length;
}

export function hashOf({ entryId, store, place }: Spelled): string {
  const text = JSON.stringify([entryId, store, place]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Durable when it returns. Throws the errno; then it is not there. */
export function writeSideFile(place: NamePlace, entry: SpelledEntry): void {
  const { entryId: id, store, places, nonce } = entry;
  const text = `${JSON.stringify({ version: 1, id, store, places })}\n`;
  const path = sideFile(place, nonce);
  if (Buffer.byteLength(text) > LIMIT) throw createErrnoError("ENAMETOOLONG", `ENAMETOOLONG: the places of ${id}`);
  const fd = open(path, OPEN.createExclusive, 0o600);
  try {
    try {
      write(fd, text);
      fsync(fd);
    } finally {
      close(fd);
    }
  } catch (error) {
    discard(path);
    throw error;
  }
  syncDirectory(bytePath(place.directory));
  failpoint("spelled", place.directory);
}

/** Removes the file of an entry whose last member has gone. Throws no errno: a later run does it, too. */
export function dropSideFile(place: NamePlace, nonce: string): void {
  try {
    if (!namesWithHash(place).nonces.has(nonce)) unlinkIfThere(sideFile(place, nonce));
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}

/** The same for what was to have this path. */
export function dropSideFileOf(path: string): void {
  const { place, nonce } = partsOf(path);
  if (nonce !== undefined) dropSideFile(place, nonce);
}

/** Whether a name says all that is needed: true where it has no hash. */
export function hasSpelledName(path: string): boolean {
  return partsOf(path).nonce === undefined || readTrashName(path) !== null;
}

/** `nonce`: where the name has a hash. */
function partsOf(path: string): {
  readonly place: NamePlace;
  readonly name: string;
  readonly nonce?: string | undefined;
} {
  const text = basename(path);
  const prefix = text.startsWith(BESIDE_PREFIX) ? BESIDE_PREFIX : "";
  const name = text.slice(prefix.length);
  return { place: { directory: dirname(path), prefix }, name, nonce: WITH_HASH.exec(name)?.[1] };
}

/** The same for all of a directory. `isOver`: whether nothing may be about to need it. Throws the errno. */
export function dropSideFiles(place: NamePlace, isOver: (path: BytePath) => boolean): void {
  const { nonces, files } = namesWithHash(place);
  for (const nonce of files.filter((one) => !nonces.has(one))) {
    const path = sideFile(place, nonce);
    if (isOver(path)) unlinkIfThere(path);
  }
}

/** The nonces that names need, also those that cannot be read now, and those that have a file. */
function namesWithHash({ directory, prefix }: NamePlace): { nonces: ReadonlySet<string>; files: readonly string[] } {
  const nonces = new Set<string>();
  const files: string[] = [];
  for (const text of namesOrNone(bytePath(directory))) {
    if (!text.startsWith(prefix)) continue;
    const name = text.slice(prefix.length);
    const [needed, file] = [WITH_HASH.exec(name)?.[1], SIDE_FILE.exec(name)?.[1]];
    if (needed !== undefined) nonces.add(needed);
    if (file !== undefined) files.push(file);
  }
  return { nonces, files };
}

function sideFile({ directory, prefix }: NamePlace, nonce: string): BytePath {
  return bytePath(`${directory}/${prefix}${nonce}${SUFFIX}`);
}

function readSideFile(path: BytePath, nonce: string): SpelledEntry | null {
  const file = readSmall(path, LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  const value = text === null ? null : parsed(text);
  if (!isObject(value)) return null;
  const { version, id, store, places } = value;
  if (version !== 1 || typeof id !== "string" || typeof store !== "string" || !Array.isArray(places)) return null;
  const texts = places.filter((one): one is string => typeof one === "string");
  return texts.length === places.length ? { entryId: id, store, places: texts, nonce } : null;
}

function isObject(value: unknown): value is Readonly<Record<"version" | "id" | "store" | "places", unknown>> {
  return typeof value === "object" && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: half a file, or none of ours.
    return null;
  }
}

function spelledMember({ entryId, store, places }: SpelledEntry, member: number): Spelled | null {
  const place = places[member - 1];
  return place === undefined ? null : { entryId, store, place };
}

function discard(path: BytePath): void {
  try {
    unlink(path);
  } catch (error) {
    // The next run that holds the lock removes it.
    expectErrno(error, ...UNWRITABLE);
  }
}
