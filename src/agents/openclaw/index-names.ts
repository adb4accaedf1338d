/**
 * What an index names. Every text in it counts, wherever it stands and whatever its field is called: as it is, and where it is
 * a path, its last part, since a home that was copied has the paths of the old one. Versions differ in their fields, and a
 * file that some field names is one that its agent may want.
 */
import type { CooperativeTask } from "../../model/steps.ts";
import type { JsonDocument, RecordVisitor } from "../../stores/json-records/document.ts";
import { valueIn } from "../../stores/json-records/scan.ts";
import { fieldsOf, isWhole } from "./session.ts";

/** Names of files and ids of sessions. Some file systems take two cases for one name. */
export interface Names {
  /** Whether a session names it; `except`: another one than that of this key. */
  readonly has: (name: string, except: string | null) => boolean;
  /** How many sessions the index has. */
  readonly sessions: () => number;
  /** How many of them do not say which files are theirs: each may be of any. */
  readonly unclear: () => number;
  /** What the session of a key says of itself (session.ts); undefined: there is none. */
  readonly session: (key: string) => unknown;
  readonly all: ReadonlyMap<string, unknown>;
}

/** Longer ones are neither an id nor a name. */
const LONGEST = 4096;
const NAME = /^[A-Za-z0-9][\w.%~-]{0,254}$/;

/** By what was shown all sessions of a document, or by the document itself. */
const KNOWN = new WeakMap<RecordVisitor | JsonDocument, Names>();

/** Notes the names in each session while its document is read. */
export function nameVisitor(): RecordVisitor {
  const { visitor, names } = newNames();
  KNOWN.set(visitor, names);
  return visitor;
}

/** A session a step, where they were not noted before. */
export function* namesIn(document: JsonDocument): CooperativeTask<Names> {
  const known = KNOWN.get(document.visitor ?? document);
  if (known !== undefined) return known;
  const { visitor, names } = newNames();
  for (const { key, valueStart, end } of document.container?.items ?? []) {
    visitor(key, valueIn(document.bytes, valueStart, end));
    yield;
  }
  KNOWN.set(document, names);
  return names;
}

function newNames(): { readonly visitor: RecordVisitor; readonly names: Names } {
  // Of each name two keys, which is enough to tell whether another one than a certain one has it.
  const keys = new Map<string, readonly string[]>();
  const sessions = new Map<string, unknown>();
  let count = 0;
  let unclear = 0;
  const names: Names = {
    has: (name, except) => keys.get(name.toLowerCase())?.some((key) => key !== except) ?? false,
    sessions: () => count,
    unclear: () => unclear,
    session: (key) => sessions.get(key),
    all: sessions,
  };
  const visitor = (member: string | null, value: unknown): void => {
    const [key, found] = [member ?? "", new Set<string>()];
    count += 1;
    const fields = fieldsOf(value);
    if (!isWhole(fields)) unclear += 1;
    sessions.set(key, fields);
    addText(key, found);
    addTexts(value, found);
    for (const name of found) {
      const others = keys.get(name) ?? [];
      if (others.length < 2 && !others.includes(key)) keys.set(name, [...others, key]);
    }
  };
  return { visitor, names };
}

/** Not by calls of itself: a value may be nested deeper than the stack is. */
function addTexts(value: unknown, found: Set<string>): void {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === "string") addText(one, found);
    else if (typeof one === "object" && one !== null) for (const below of Object.values(one)) left.push(below);
  }
}

/** An agent's key ends in the id where a person chose one. */
function addText(text: string, found: Set<string>): void {
  if (text.length > LONGEST) return;
  // From its end, since most texts are prose, and then their last word tells that they are not one.
  let start = text.length;
  while (start > 0 && NAME_CHARACTERS[text.charCodeAt(start - 1)] === 1) start -= 1;
  if (start > 0 && !SEPARATORS.includes(text.charAt(start - 1))) return;
  const last = text.slice(start);
  if (NAME.test(last)) found.add(last.toLowerCase());
}

/** What stands before the last part of a path or of a key. */
const SEPARATORS = "/\\:";

/** Those of `NAME`, by their code. */
const NAME_CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.%~-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
