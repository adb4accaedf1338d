/**
 * What an index names. Every text in it counts, wherever it stands and whatever its field is called: as it is, and where it is
 * a path, its last part, since a home that was copied has the paths of the old one. Versions differ in their fields, and a
 * file that some field names is one that its agent may want.
 */
import type { CooperativeTask } from "../../model/steps.ts";
import type { JsonDocument } from "../../stores/json-records/document.ts";
import { valueIn } from "../../stores/json-records/scan.ts";
import { fieldsOf } from "./session.ts";

/** Names of files and ids of sessions. Some file systems take two cases for one name. */
export interface Names {
  /** Whether a session names it; `except`: another one than that of this key. */
  readonly has: (name: string, except: string | null) => boolean;
  /** How many sessions the index has. */
  readonly sessions: number;
  /** What the session of a key says of itself (session.ts); undefined: there is none. */
  readonly session: (key: string) => unknown;
  readonly all: ReadonlyMap<string, unknown>;
}

/** Longer ones are neither an id nor a name. */
const LONGEST = 4096;
const NAME = /^[A-Za-z0-9][\w.%~-]{0,254}$/;

/** Of a document that was read once. */
const KNOWN = new WeakMap<JsonDocument, Names>();

export function* namesIn(document: JsonDocument): CooperativeTask<Names> {
  const known = KNOWN.get(document);
  if (known !== undefined) return known;
  const { bytes, container } = document;
  // Of each name two keys, which is enough to tell whether another one than a certain one has it.
  const keys = new Map<string, readonly string[]>();
  const sessions = new Map<string, unknown>();
  for (const { key, valueStart, end } of container?.items ?? []) {
    const found = new Set<string>();
    const value = valueIn(bytes, valueStart, end);
    sessions.set(key ?? "", fieldsOf(value));
    addText(key ?? "", found);
    addTexts(value, found);
    for (const name of found) {
      const others = keys.get(name) ?? [];
      if (others.length < 2 && !others.includes(key ?? "")) keys.set(name, [...others, key ?? ""]);
    }
    yield;
  }
  const names: Names = {
    has: (name, except) => keys.get(name.toLowerCase())?.some((key) => key !== except) ?? false,
    sessions: container?.items.length ?? 0,
    session: (key) => sessions.get(key),
    all: sessions,
  };
  KNOWN.set(document, names);
  return names;
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

function addText(text: string, found: Set<string>): void {
  if (text.length > LONGEST) return;
  // An agent's key ends in the id where a person chose one.
  const last = text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\"), text.lastIndexOf(":")) + 1);
  if (NAME.test(last)) found.add(last.toLowerCase());
}
