/**
 * A file of settings of an agent, in YAML or JSON, in which a list of hooks is: `hooks: {on_session_start: [...]}`. It is read as a
 * document with the places of its nodes, so that an edit changes the text at one place and leaves the rest as it is
 * (edit-list.ts). JSON is read as the YAML that it is too, but has to be JSON: what a comment there means to its reader is not
 * known.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { pairIn, Refusal } from "../config/node-range.ts";
import { parseYaml } from "../config/yaml.ts";
import { GcError } from "../errors.ts";

/** Where the list is: a key of the top, and a key in it. */
export interface ListPlace {
  readonly format: "yaml" | "json";
  readonly map: string;
  readonly list: string;
}

export interface ListDocument {
  readonly text: string;
  readonly place: ListPlace;
  /** Null: the file is empty. */
  readonly top: YAMLMap | null;
  readonly mapPair: Pair | null;
  /** Null: there is none, or nothing in it. */
  readonly map: YAMLMap | null;
  readonly listPair: Pair | null;
  readonly list: YAMLSeq | null;
  /** The whole, and the list in it. */
  readonly value: ReadonlyMap<unknown, unknown>;
  readonly entries: readonly unknown[];
}

/** Throws a Refusal. */
export function openList(text: string, place: ListPlace): ListDocument {
  if (place.format === "json") requireJson(text);
  const document = parsed(text);
  const { contents } = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.source === "");
  if (!isEmpty && !isMap(contents)) throw new Refusal("it has no map at the top");
  const top = isMap(contents) ? contents : null;
  const mapPair = pairIn(top, place.map);
  const map = mapPair === null ? null : valueOf(mapPair, place.map, isMap, "a map");
  const listPair = pairIn(map, place.list);
  const list = listPair === null ? null : valueOf(listPair, `${place.map}.${place.list}`, isSeq, "a list");
  const value = valueIn(document);
  const found = mapAt(value, place.map)?.get(place.list);
  // What a merge key brings is written elsewhere.
  if (listPair === null && found !== undefined) throw new Refusal(`${place.list} comes from a merge key`);
  if (mapPair === null && value.has(place.map)) throw new Refusal(`${place.map} comes from a merge key`);
  return { text, place, top, mapPair, map, listPair, list, value, entries: entriesIn(document, place) };
}

export function mapAt(value: ReadonlyMap<unknown, unknown>, key: string): ReadonlyMap<unknown, unknown> | null {
  const map = value.get(key);
  return map instanceof Map ? map : null;
}

function requireJson(text: string): void {
  try {
    JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.trim() !== "") throw new Refusal("it is not plain JSON (a comment, or a comma too many?)");
  }
}

function parsed(text: string): Document {
  try {
    return parseYaml(text, "it", true);
  } catch (error) {
    if (!(error instanceof GcError)) throw error;
    throw new Refusal(
      error.message.replace(/^it(?:, (line \d+, column \d+))?: /, (_, at?: string) =>
        at === undefined ? "" : `${at}: `,
      ),
    );
  }
}

function valueIn(document: Document): ReadonlyMap<unknown, unknown> {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 1000, mapAsMap: true });
    return value instanceof Map ? value : new Map<unknown, unknown>();
  } catch (error) {
    // ReferenceError: an alias without its anchor, or too many of them.
    if (error instanceof ReferenceError) throw new Refusal(error.message);
    throw error;
  }
}

/** As plain objects. */
function entriesIn(document: Document, { map, list }: ListPlace): readonly unknown[] {
  const top: unknown = document.toJS({ maxAliasCount: 1000 });
  const found = member(member(top, map), list);
  return Array.isArray(found) ? found : [];
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** Null for an empty value. */
function valueOf<N extends Node>(
  { value }: Pair,
  name: string,
  is: (node: unknown) => node is N,
  expected: string,
): N | null {
  if (is(value)) return value;
  if (isAlias(value)) throw new Refusal(`${name} is an alias of something else`);
  if (value === null || (isScalar(value) && value.value === null)) return null;
  throw new Refusal(`${name} is not ${expected}`);
}
