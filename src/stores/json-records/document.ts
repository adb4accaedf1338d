/**
 * The records of a JSON document: the members of an object in it, or the elements of an array that have a name in one of
 * their fields. All of the document has to be JSON, strictly: what an agent cannot read either has no records here. A name
 * that two of them have names neither.
 */
import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { runSync } from "../../fs/cooperative.ts";
import type { CooperativeTask } from "../../model/steps.ts";
import { afterSpace, type Container, containerInSteps, type Item, valueIn } from "./scan.ts";

/** Where the records of a document are. */
export interface RecordList {
  /** The keys that lead to the object or array; none: it is the document itself. */
  readonly path: readonly string[];
  /** Of an array: the field of an element that has its name. */
  readonly field?: string;
  /** Is shown each value while the document is read: to parse all of them again takes as long as to read it. */
  readonly visitor?: () => RecordVisitor;
}

/** `key`: null in an array. */
export type RecordVisitor = (key: string | null, value: unknown) => void;

export interface JsonDocument {
  readonly bytes: Buffer;
  readonly list: RecordList;
  /** What was shown all of its values; null: nothing was. */
  readonly visitor: RecordVisitor | null;
  /** Null where the document has no such list. */
  readonly container: Container | null;
  /** By name, in their order. */
  readonly records: ReadonlyMap<string, Item>;
  /** Names that several have, and so none of them. */
  readonly ambiguous: ReadonlySet<string>;
  /** How many have no name of their own. */
  readonly unidentified: number;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Throws a SyntaxError. */
export function parseDocument(bytes: Buffer, list: RecordList): JsonDocument {
  return runSync(parseInSteps(bytes, list));
}

/** The same, a record a step: a document of fifty megabytes takes a second. */
export function* parseInSteps(bytes: Buffer, list: RecordList): CooperativeTask<JsonDocument> {
  // A decoder would put something else in the place of what it does not know.
  if (!isUtf8(bytes)) throw new SyntaxError("it is not UTF-8");
  const start = afterSpace(bytes, bytes.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0);
  const { container, end } = yield* listAt(bytes, start, list.path, list.field !== undefined);
  if (afterSpace(bytes, end) !== bytes.length) throw new SyntaxError(`unexpected text at byte ${end}`);
  const visitor = list.visitor?.() ?? null;
  return { bytes, list, visitor, container, ...(yield* recordsIn(bytes, container, list, visitor)) };
}

/** The list below a value, and where the value ends. What is beside the way is checked, too. */
function* listAt(
  bytes: Buffer,
  start: number,
  path: readonly string[],
  isArray: boolean,
): CooperativeTask<{ readonly container: Container | null; readonly end: number }> {
  const container = yield* containerInSteps(bytes, start);
  const end = container.close + 1;
  const [key, ...rest] = path;
  if (key === undefined) {
    if (container.isArray !== isArray) throw new SyntaxError(`another list was expected at byte ${start}`);
    return { container, end };
  }
  if (container.isArray) throw new SyntaxError(`an object was expected at byte ${start}`);
  const named = container.items.filter((item) => item.key === key);
  if (named.length > 1) throw new SyntaxError(`${JSON.stringify(key)} is there twice`);
  for (const item of container.items) if (item.key !== key) valueIn(bytes, item.valueStart, item.end);
  const [item] = named;
  if (item === undefined) return { container: null, end };
  const below = yield* listAt(bytes, item.valueStart, rest, isArray);
  if (below.end !== item.end) throw new SyntaxError(`unexpected text at byte ${below.end}`);
  return { container: below.container, end };
}

function* recordsIn(
  bytes: Buffer,
  container: Container | null,
  { field }: RecordList,
  visitor: RecordVisitor | null,
): CooperativeTask<Pick<JsonDocument, "records" | "ambiguous" | "unidentified">> {
  const records = new Map<string, Item>();
  const ambiguous = new Set<string>();
  const items = container?.items ?? [];
  for (const item of items) {
    const value = valueIn(bytes, item.valueStart, item.end);
    visitor?.(item.key, value);
    const name = field === undefined ? item.key : nameIn(value, field);
    if (name === null || !canBeNamed(name)) continue;
    if (records.has(name)) ambiguous.add(name);
    records.set(name, item);
    yield;
  }
  for (const name of ambiguous) records.delete(name);
  return { records, ambiguous, unidentified: items.length - records.size };
}

function nameIn(value: unknown, field: string): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const name: unknown = Object.entries(value).find(([key]) => key === field)?.[1];
  return typeof name === "string" ? name : null;
}

/** Half a surrogate pair has no UTF-8, and a path no NUL. */
function canBeNamed(name: string): boolean {
  return name !== "" && !/[\0\p{Surrogate}]/u.test(name);
}

/** Of each item of a document, once: the records of fifty megabytes are asked for several times. */
const digests = new WeakMap<Item, string>();

/** Of the exact bytes of a record, with its key in an object. */
export function digestOf({ bytes }: Pick<JsonDocument, "bytes">, item: Item): string {
  const known = digests.get(item);
  if (known !== undefined) return known;
  const digest = createHash("sha256").update(bytes.subarray(item.start, item.end)).digest("hex");
  digests.set(item, digest);
  return digest;
}
