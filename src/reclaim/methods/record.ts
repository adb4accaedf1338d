/**
 * An entry of a JSON document that several entries share. Its exact bytes are saved in the trash and synced before anything
 * is taken. Then, under the lock of the program that owns the document: read it again, compare the digest of each record that
 * is to go, write the document without them, read it back. One rewrite serves all records of a group.
 *
 * It goes back under the same lock where its key is free. A record that is in both places (a run was killed in between) is
 * whole in its document, so what is in the trash is a copy that can go.
 */
import { dirname } from "node:path";
import { createErrnoError, isErrno } from "../../errors.ts";
import { failpoint } from "../../fs/failpoints.ts";
import { readSmall } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull, unlink } from "../../fs/syscalls.ts";
import { writeAtomic } from "../../fs/write-atomic.ts";
import { recordIdentity } from "../../model/entry.ts";
import type { OutcomeError } from "../../model/result.ts";
import { digestOf, type JsonDocument } from "../../stores/json-records/document.ts";
import { type SavedRecord, saverOf, withoutRecords, withRecord } from "../../stores/json-records/edit.ts";
import { type RecordAddress, recordAt } from "../../stores/json-records/place.ts";
import { type DocumentReading, knownDocument, readDocument } from "../../stores/json-records/read.ts";
import { savedAt } from "../../stores/json-records/records.ts";
import { formatSaved, textDigest } from "../../stores/json-records/saved.ts";
import { refuseOther } from "../../stores/json-records/same.ts";
import { toOutcomeError } from "../outcome.ts";
import type { Detached, Detaching, DestinationState, Move, RemovalMethod } from "./method.ts";
import { refuseSpecial, replaceDocument } from "./rewrite.ts";

export const recordMethod: RemovalMethod = {
  identityAt: (path) => {
    const { document: file, list, key } = addressOf(path);
    const reading = knownDocument(file, list);
    if (reading.kind === "missing") return null;
    if (reading.kind === "unusable" || reading.document.ambiguous.has(key)) return recordIdentity("");
    const digest = digestIn(reading.document, key);
    return digest === null ? null : recordIdentity(digest);
  },
  writesRecord: true,
  prepare: async ({ path, identity }, target, { prefix }) => {
    // Its document is written anew, which takes more room than a trash does.
    if (prefix !== "")
      throw createErrnoError("ENOSPC", "ENOSPC: no room in the trash for the record, or for its document without it");
    const { document: file, list, key } = addressOf(path);
    const document = usable(knownDocument(file, list), file);
    const saved = saverIn(document)(key);
    if (saved === null) throw createErrnoError("ENOENT", `ENOENT: no record ${path}`);
    if (textDigest(saved.text) !== identity.ino) throw createErrnoError(CHANGED.code, CHANGED.message);
    writeAtomic(bytePath(target), formatSaved(saved), bytePath(dirname(target)));
    failpoint("record-saved", target);
  },
  detach,
  discardPrepared: (target) => {
    unlink(bytePath(target));
  },
  destinationState: stateOf,
  isWhole: () => true,
  prepareRestore: async ({ to }) => {
    const { document: file, list } = addressOf(to);
    const reading = knownDocument(file, list);
    // Its files are put back before it, and have to wait where it cannot follow.
    if (reading.kind === "document") refuseSpecial(file, reading.stat);
  },
  restore: back,
};

const CHANGED: OutcomeError = { code: "ECHANGED", message: "its record was changed in the meantime" };

function addressOf(path: string): RecordAddress {
  const address = recordAt(path);
  if (address === null) throw createErrnoError("EINVAL", `EINVAL: ${path} is not the path of a record`);
  return address;
}

/** Throws `EINVAL` where a document is gone, and its errno where it cannot be used. */
function usable(reading: DocumentReading, path: string): JsonDocument {
  switch (reading.kind) {
    case "document":
      return reading.document;
    case "missing":
      throw createErrnoError("EINVAL", `EINVAL: ${path} is gone`);
    case "unusable":
      throw createErrnoError(reading.error.code, reading.error.message);
  }
}

function digestIn(document: JsonDocument, key: string): string | null {
  const item = document.records.get(key);
  return item === undefined ? null : digestOf(document, item);
}

/** The order of its records is worked out once for a document. */
const SAVERS = new WeakMap<JsonDocument, (key: string) => SavedRecord | null>();

function saverIn(document: JsonDocument): (key: string) => SavedRecord | null {
  const saver = SAVERS.get(document) ?? saverOf(document);
  SAVERS.set(document, saver);
  return saver;
}

interface Leaving {
  readonly one: Detaching;
  readonly address: RecordAddress;
}

function detach(members: readonly Detaching[]): ReadonlyMap<Detaching, Detached> {
  const done = new Map<Detaching, Detached>();
  const groups = new Map<string, Leaving[]>();
  for (const one of members) {
    const address = recordAt(one.member.path);
    if (address === null) {
      done.set(one, { kind: "not", error: { code: "EINVAL", message: "EINVAL: it is not the path of a record" } });
      continue;
    }
    const group = JSON.stringify([address.document, address.list, dirname(one.target)]);
    groups.set(group, [...(groups.get(group) ?? []), { one, address }]);
  }
  for (const [first, ...rest] of groups.values()) if (first !== undefined) detachFrom(first, [first, ...rest], done);
  return done;
}

/** All of these are of one document. */
function detachFrom(first: Leaving, all: readonly Leaving[], done: Map<Detaching, Detached>): void {
  const { document: path, list } = first.address;
  const reading = readDocument(path, list);
  const going: Leaving[] = [];
  for (const leaving of all) {
    const error = whyNot(reading, leaving);
    if (error === null) going.push(leaving);
    else done.set(leaving.one, { kind: "not", error });
  }
  if (reading.kind !== "document" || going.length === 0) return;
  const { document, stat } = reading;
  let failed: OutcomeError | null = null;
  let after: Buffer | null = null;
  try {
    const keys = new Set(going.map(({ address }) => address.key));
    after = withoutRecords(document, keys);
    refuseOther(document, after, { without: keys });
    replaceDocument({ path, before: document.bytes, stat, after, scratch: dirname(first.one.target) });
  } catch (error) {
    failed = toOutcomeError(error);
  }
  const isWritten = after !== null && isSameText(path, after);
  const now = isWritten ? null : readDocument(path, list);
  for (const leaving of going)
    done.set(leaving.one, now === null ? { kind: "detached" } : becomeOf(leaving, now, failed));
}

/** Why a record may not be taken, or null. */
function whyNot(reading: DocumentReading, { one, address }: Leaving): OutcomeError | null {
  const { member, target } = one;
  if (reading.kind === "unusable") return reading.error;
  const digest = reading.kind === "document" ? digestIn(reading.document, address.key) : null;
  if (digest === null) return { code: "ENOENT", message: `ENOENT: no record ${member.path}` };
  if (digest !== member.identity.ino) return CHANGED;
  // A run without a lock may have taken it for a copy: the record was in its place.
  const isSaved = lstatOrNull(bytePath(target))?.kind === "file";
  return isSaved ? null : { code: "EAGAIN", message: "EAGAIN: its copy in the trash is gone" };
}

function isSameText(path: string, text: Buffer): boolean {
  const file = readSmall(bytePath(path), text.length);
  return file.kind === "bytes" && file.bytes.equals(text);
}

/** What the document says decides, whatever failed. */
function becomeOf({ one, address }: Leaving, now: DocumentReading, failed: OutcomeError | null): Detached {
  const unsure = failed ?? { code: "ECHANGED", message: `${address.document} was written by another program, too` };
  if (now.kind !== "document") return { kind: "unsure", error: now.kind === "missing" ? unsure : now.error };
  const isThere = now.document.records.has(address.key) || now.document.ambiguous.has(address.key);
  const isSame = digestIn(now.document, address.key) === one.member.identity.ino;
  if (isSame) return { kind: "not", error: failed ?? CHANGED };
  return isThere ? { kind: "not", error: CHANGED } : { kind: "unsure", error: unsure };
}

/** Throws `EINVAL` where either of the two cannot be read, or the document has no place for it. */
function stateOf({ from, to }: Move): DestinationState {
  const { document: path, list, key } = addressOf(to);
  const document = usable(knownDocument(path, list), path);
  // Found here, before its files go back without it.
  if (document.container === null) throw noList(path, key);
  return stateIn(document, wholeAt(from, to), key);
}

function noList(path: string, key: string): Error {
  return createErrnoError("EINVAL", `EINVAL: ${path} has no list of records for ${key}`);
}

function stateIn(document: JsonDocument, saved: SavedRecord, key: string): DestinationState {
  const digest = digestIn(document, key);
  if (digest === null) return document.ambiguous.has(key) ? "occupied" : "vacant";
  return digest === textDigest(saved.text) ? "restored" : "occupied";
}

/** What lies in the trash for a place. */
function wholeAt(from: string, to: string): SavedRecord {
  const saved = savedAt(from);
  const { list, key } = addressOf(to);
  const isOf = saved?.key === key && JSON.stringify(saved.list) === JSON.stringify(list);
  if (saved === null || !isOf) throw createErrnoError("EINVAL", `EINVAL: ${from} does not hold the record ${to}`);
  return saved;
}

function back({ from, to }: Move): void {
  const { document: path, list, key } = addressOf(to);
  const saved = wholeAt(from, to);
  const reading = readDocument(path, list);
  const document = usable(reading, path);
  const state = stateIn(document, saved, key);
  if (state === "occupied") throw createErrnoError("EEXIST", `EEXIST: ${to} is taken`);
  if (state === "vacant" && reading.kind === "document") {
    const after = withRecord(document, saved);
    if (after === null) throw noList(path, key);
    refuseOther(document, after, { with: saved });
    replaceDocument({ path, before: document.bytes, stat: reading.stat, after, scratch: dirname(from) });
    // What it was written with is of no use before it is known to be there.
    if (stateIn(usable(readDocument(path, list), path), saved, key) !== "restored")
      throw createErrnoError("ECHANGED", `ECHANGED: ${path} was written by another program at the same time`);
    failpoint("record-returned", to);
  }
  forget(from);
}

/** It is in its place: what stays here is a copy, which the next run drops. */
function forget(from: string): void {
  try {
    unlink(bytePath(from));
  } catch (error) {
    if (!isErrno(error, "EACCES", "EPERM", "EROFS", "EIO", "ENOENT")) throw error;
  }
}
