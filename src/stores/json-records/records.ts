/** What a kind whose entries are records asks: which there are, what one says wherever it lies, and how large it is. */
import { runSync } from "../../fs/cooperative.ts";
import { readSmall } from "../../fs/read-small.ts";
import { bytePath } from "../../fs/syscalls.ts";
import { type Entry, isInPlace, type Member, type RecordMember, recordIdentity } from "../../model/entry.ts";
import type { Measurement } from "../../model/inspection.ts";
import type { OutcomeError } from "../../model/result.ts";
import type { CooperativeTask } from "../../model/steps.ts";
import type { Measured } from "../kind.ts";
import { digestOf, type JsonDocument, type RecordList } from "./document.ts";
import type { SavedRecord } from "./edit.ts";
import { recordAt, recordPath } from "./place.ts";
import { DOCUMENT_LIMIT, knownDocument, knownInSteps } from "./read.ts";
import { parseSaved } from "./saved.ts";
import { type Item, valueIn } from "./scan.ts";

export interface FoundRecord {
  readonly member: RecordMember;
  readonly key: string;
  /** Of its text in the document. */
  readonly bytes: number;
  /** Parsed when it is asked for: all together they would take several times the size of the document. */
  readonly value: () => unknown;
}

export type FoundRecords =
  | { readonly kind: "records"; readonly records: readonly FoundRecord[]; readonly unidentified: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable"; readonly error: OutcomeError };

/** All records of a document of a base. Throws the errno. */
export function recordsIn(base: string, place: string, list: RecordList): FoundRecords {
  return runSync(recordsInSteps(base, place, list));
}

/** The same in steps, for a host whose thread this is. */
export function* recordsInSteps(base: string, place: string, list: RecordList): CooperativeTask<FoundRecords> {
  const reading = yield* knownInSteps(`${base}/${place}`, list);
  if (reading.kind !== "document") return reading;
  const { document } = reading;
  const records: FoundRecord[] = [];
  for (const [key, item] of document.records) {
    const at = recordPath({ document: place, list, key });
    const identity = recordIdentity(digestOf(document, item));
    const member = { path: `${base}/${at}`, place: at, identity, as: "record" as const };
    const value = (): unknown => valueIn(document.bytes, item.valueStart, item.end);
    records.push({ member, key, bytes: item.end - item.start, value });
    yield;
  }
  return { kind: "records", records, unidentified: document.unidentified };
}

/** What a record says, in its document or in the trash; undefined where it cannot be read. Throws the errno. */
export function recordValue(member: Member): unknown {
  return textOf(member)?.value();
}

interface RecordText {
  readonly bytes: number;
  readonly value: () => unknown;
}

function textOf({ path, identity }: Member): RecordText | null {
  if (!isInPlace(identity)) {
    const saved = savedAt(path);
    if (saved === null) return null;
    const { text, list } = saved;
    const value = (): unknown => (list.field === undefined ? Object.values(object(text))[0] : JSON.parse(text));
    return { bytes: Buffer.byteLength(text), value };
  }
  const found = foundAt(path);
  if (found === null || digestOf(found.document, found.item) !== identity.ino) return null;
  const { document, item } = found;
  return { bytes: item.end - item.start, value: () => valueIn(document.bytes, item.valueStart, item.end) };
}

function object(text: string): object {
  const value: unknown = JSON.parse(`{${text}}`);
  return typeof value === "object" && value !== null ? value : {};
}

/** A record in its document, as that was when it was last changed; null where it has none of the name. */
function foundAt(path: string): { readonly document: JsonDocument; readonly item: Item } | null {
  const address = recordAt(path);
  const reading = address === null ? null : knownDocument(address.document, address.list);
  const item = reading?.kind === "document" ? reading.document.records.get(address?.key ?? "") : undefined;
  return reading?.kind !== "document" || item === undefined ? null : { document: reading.document, item };
}

/** A record in the trash, or null where the file is not whole. Throws no errno. */
export function savedAt(path: string): SavedRecord | null {
  const file = readSmall(bytePath(path), 8 * DOCUMENT_LIMIT);
  return file.kind === "bytes" ? parseSaved(file.bytes) : null;
}

/** The size of entries that are a record alone; where there are files as well, those are walked. */
export function measureRecords(entries: readonly Entry[]): ReadonlyMap<Entry, Measured> {
  return new Map(entries.map((entry) => [entry, measured(entry)]));
}

function measured({ members }: Entry): Measured {
  if (members.some(({ as }) => as !== "record")) return "walk";
  const bytes = members.map((member) => textOf(member)?.bytes ?? null);
  if (bytes.includes(null)) return null;
  const sum = bytes.reduce<number>((all, one) => all + (one ?? 0), 0);
  const measurement: Measurement = { newest: null, newestPath: null, bytes: sum, files: 0, locks: [], troubles: [] };
  return measurement;
}
