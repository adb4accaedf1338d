/**
 * Sessions: members of the index, each with its transcript and what belongs to that. Where another session names the same
 * files, the member goes alone.
 *
 * What a running agent makes of a change to its index is not known, so none is made while one runs (running.ts), and never
 * without its lock (lock.ts). Opt-in: `collect` alone can name it.
 */
import { expectErrno, isErrno, UNREADABLE } from "../../../../errors.ts";
import { createYielder, runCooperatively } from "../../../../fs/cooperative.ts";
import { bytePath, lstatOrNull, rawPath, textOf } from "../../../../fs/syscalls.ts";
import type { Child } from "../../../../fs/listing.ts";
import { type Entry, isInPlace, type Member, type PathMember } from "../../../../model/entry.ts";
import type { InUse } from "../../../../model/inspection.ts";
import type { CooperativeTask } from "../../../../model/steps.ts";
import { fileMember, measureFiles } from "../../../../stores/json-files/files.ts";
import { knownInSteps } from "../../../../stores/json-records/read.ts";
import { recordPath } from "../../../../stores/json-records/place.ts";
import {
  type FoundRecord,
  measureRecords,
  recordsInSteps,
  recordValue,
} from "../../../../stores/json-records/records.ts";
import type { Discovery, Kind, Measured, Witness } from "../../../../stores/kind.ts";
import { sessionFile } from "../../files.ts";
import { inDatabase, type Indexes, readIndexes, SESSIONS } from "../../indexes.ts";
import { type Names, namesIn } from "../../index-names.ts";
import { indexLock } from "../../lock.ts";
import { INDEX } from "../../names.ts";
import { whyRunning } from "../../running.ts";
import { lockListing } from "../../reading.ts";
import { type Session, sessionOf, whyProtected } from "../../session.ts";
import { inspectSession, withListedSession } from "./inspect.ts";

const KIND = "openclaw-session-entries";

export const openclawSessionEntries: Kind = {
  kind: KIND,
  session: "session",
  optIn: true,
  files: true,
  borrows: false,
  defaults: { retention_days: 30 },
  discover,
  isEntry,
  inspect: inspectSession,
  witness: readWitness,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure: async (entries) => measure(entries),
  guard: ({ base }) => indexLock(base),
};

type ReadIndexes = Extract<Indexes, { readonly kind: "read" }>;

const NOTHING: Discovery = { entries: [], claimed: [] };

async function discover(base: string, children: readonly Child[]): Promise<Discovery> {
  if (!children.some(({ name }) => name === INDEX)) return NOTHING;
  try {
    const found = await runCooperatively(recordsInSteps(base, INDEX, SESSIONS));
    const reading = await runCooperatively(knownInSteps(`${base}/${INDEX}`, SESSIONS));
    if (found.kind !== "records" || reading.kind !== "document") return NOTHING;
    return await sessionsIn(base, children, found.records, await runCooperatively(namesIn(reading.document)));
  } catch (error) {
    // What cannot be read has no entries here, and the witness says why.
    expectErrno(error, ...UNREADABLE);
    return NOTHING;
  }
}

async function sessionsIn(
  base: string,
  children: readonly Child[],
  records: readonly FoundRecord[],
  names: Names,
): Promise<Discovery> {
  const yieldIfDue = createYielder();
  const files = await runCooperatively(filesByOwner(children));
  const listed = lockListing(children);
  const entries: Entry[] = [];
  for (const { member, key, bytes } of records) {
    const session = sessionOf(names.session(key), base);
    const { id = null, stem = null } = session ?? {};
    const own = [
      ...(stem === null ? [] : (files.get(stem) ?? [])),
      ...(id === null ? [] : (files.get(`${id}#`) ?? [])),
    ];
    const isShared = [id, stem, ...own.map(({ name }) => name)].some((name) => name !== null && names.has(name, key));
    const parts = isShared ? [] : own.map((file) => fileMember(base, file));
    // What cannot be taken whole is not taken.
    const record = withListedSession(member, { value: names.session(key), bytes });
    const members: Entry["members"] = [record, ...parts.filter((part) => part !== null)];
    if (!parts.includes(null)) entries.push(listed({ base, store: KIND, id: key, members }, `${stem ?? ""}.jsonl`));
    await yieldIfDue();
  }
  return { entries, claimed: entries.flatMap(({ members }) => members.slice(1).map(({ place }) => bytePath(place))) };
}

/** Files by the transcript that they belong to, which is first; checkpoints by their session and a `#`, which no name has. */
function* filesByOwner(children: readonly Child[]): CooperativeTask<ReadonlyMap<string, readonly Child[]>> {
  const found = new Map<string, Child[]>();
  for (const child of children) {
    yield;
    const name = textOf(rawPath(child.name));
    const file = bytePath(name) === child.name ? sessionFile(name) : null;
    if (file === null || !("stem" in file)) continue;
    const owner = file.kind === "checkpoint" ? `${file.stem}#` : file.stem;
    const others = found.get(owner) ?? [];
    found.set(owner, file.kind === "transcript" ? [child, ...others] : [...others, child]);
  }
  return found;
}

function isEntry(id: string, [record, ...files]: readonly string[]): boolean {
  if (record !== recordPath({ document: INDEX, list: SESSIONS, key: id })) return false;
  const found = files.map((place) => (place.includes("/") ? null : sessionFile(place)));
  return found.every((file) => file !== null && "stem" in file);
}

/** By its record and the sizes of its files. A walk would take their times for its last use, where the index has none. */
function measure(entries: readonly Entry[]): ReadonlyMap<Entry, Measured> {
  return new Map(
    entries.map((entry): [Entry, Measured] => {
      const [first, ...rest] = entry.members.filter(({ as }) => as !== "record");
      const [record, ...others] = entry.members.filter(({ as }) => as === "record");
      const [own] = record === undefined ? [] : measureRecords([{ ...entry, members: [record, ...others] }]).values();
      const [files] = first === undefined ? [] : measureFiles([{ ...entry, members: [first, ...rest] }]).values();
      if (files === undefined || typeof files !== "object" || files === null) return [entry, files ?? own ?? null];
      const bytes = typeof own === "object" && own !== null ? own.bytes : 0;
      return [entry, { ...files, bytes: files.bytes + bytes }];
    }),
  );
}

async function readWitness(base: string, home: string): Promise<Witness> {
  const indexes = await readIndexes(base, home);
  if (indexes.kind === "unreadable") return indexes;
  const running = await whyRunning(base);
  const { isCurrent, limits } = indexes;
  return {
    kind: "read",
    inUse: (entry) => inUse(entry, indexes, running),
    limits: (entry) => {
      const value = valueOf(entry, indexes);
      return value === undefined ? null : limits(entry.id, value);
    },
    isCurrent,
  };
}

function inUse(entry: Entry, indexes: ReadIndexes, running: string | null): InUse | null {
  const by = `${entry.base}/${INDEX}`;
  if (indexes.database !== null) return inDatabase(indexes.database);
  const record = entry.members.find(({ as }) => as === "record");
  if (record === undefined) return null;
  const session = sessionOf(valueOf(entry, indexes), entry.base);
  if (session === null) return null;
  const why = whyProtected(entry.id, session, indexes.mainKey);
  if (why !== null) return { code: "active", by, sentence: why };
  if (running !== null) return { code: "unsure-owner", by, sentence: running };
  if (isShared(entry, record, session.id, indexes))
    return { code: "active", by, sentence: "another session names its files" };
  // An entry that says nothing of its files may have the same ones.
  if (indexes.unclear !== null && entry.members.some(({ as }) => as === undefined)) return indexes.unclear;
  return isWithoutTranscript(entry, record, session, indexes)
    ? { code: "active", by, sentence: "its transcript was not there when it was looked for" }
    : null;
}

/** It was begun between the listing of the files and the reading of the index: its transcript would stay behind. */
function isWithoutTranscript(
  { id: key, base, members }: Entry,
  record: Member,
  { id, stem }: Session,
  { isNamed }: Pick<ReadIndexes, "isNamed">,
): boolean {
  if (stem === null || members.some(({ as }) => as === undefined)) return false;
  const except = isInPlace(record.identity) ? key : null;
  const isOfAnother = [id, stem, `${stem}.jsonl`].some((name) => name !== null && isNamed(name, except));
  return !isOfAnother && mayBeThere(`${base}/${stem}.jsonl`);
}

function mayBeThere(path: string): boolean {
  try {
    return lstatOrNull(bytePath(path)) !== null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE, "ENAMETOOLONG");
    // No file of such a name can be made.
    return !isErrno(error, "ENAMETOOLONG");
  }
}

/** What it says of itself, in the index or in the trash; undefined where it says nothing. */
function valueOf({ id, members }: Entry, { session }: Pick<ReadIndexes, "session">): unknown {
  const record = members.find(({ as }) => as === "record");
  if (record === undefined) return undefined;
  return isInPlace(record.identity) ? session(id) : recordValue(record);
}

/** Its files would be lost to another session. A session that has its key now, while this one is in the trash, is another. */
function isShared(
  { id: key, members }: Entry,
  record: Member,
  id: string | null,
  { isNamed }: Pick<ReadIndexes, "isNamed">,
): boolean {
  const files = members.filter((member): member is PathMember => member.as === undefined);
  const names = files.length === 0 ? [] : [id, ...files.map(({ place }) => place)];
  return names.some((name) => name !== null && isNamed(name, isInPlace(record.identity) ? key : null));
}
