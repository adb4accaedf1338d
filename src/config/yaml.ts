import { isAlias, isMap, isScalar, isSeq, Lexer, type Node, parseDocument, Parser, visit, type Document } from "yaml";
import { GcError, messageOf } from "../errors.ts";

/**
 * Levels of maps and lists. Files of agents have five; the library recurses, and at some 700 levels the stack overflows,
 * sometimes inside V8's compiler of regular expressions, which ends the process instead of throwing.
 */
const MAX_DEPTH = 200;

/** Where a value is: the keys of maps and the indexes of lists that lead to it. */
export type YamlPath = readonly unknown[];

export interface YamlFile {
  /** Maps, lists and scalars; null for an empty file. */
  readonly top: unknown;
  /** The line of a key or an item of a list, from 1; null where it is not found. */
  readonly lineOf: (path: YamlPath) => number | null;
  /** The keys that a map has more than once, with the lines of the first and the last: of those the last one counts. */
  readonly repeatedAt: (path: YamlPath) => readonly RepeatedKey[];
}

export interface RepeatedKey {
  readonly key: string;
  readonly lines: readonly [first: number, last: number];
}

/**
 * The one document of a YAML 1.1 file. Reads what PyYAML reads, which agents use: `on` and `yes` are true, `<<` merges, a
 * second document is an error, of a duplicate key the last one counts unless they have to be `unique`. Also single `y`
 * and `n` are booleans here, as YAML 1.1 says and PyYAML does not implement: there `n` is a string, and a string that is
 * not empty counts as true. Throws `settings-unreadable` with line and column.
 */
export function readYaml(text: string, file: string, { unique = false }: { unique?: boolean } = {}): YamlFile {
  const document = parseYaml(text, file, unique);
  try {
    // A thousand uses of one anchor are more than a hand-written file has, and bound the expansion of nested ones. As
    // maps, because a key may be anything in YAML.
    const top: unknown = document.toJS({ maxAliasCount: 1000, mapAsMap: true });
    return {
      top,
      lineOf: (path) => lineIn(document, text, path),
      repeatedAt: (path) => repeatedIn(document, text, path),
    };
  } catch (error) {
    const lost = lostAlias(document, text);
    if (lost === null) throw unreadable(file, null, messageOf(error), error);
    const hint = `Put a value that begins with * in quotes: "*${lost.name}".`;
    throw unreadable(file, lost, `*${lost.name} refers to nothing`, error, hint);
  }
}

/** The document with the places of its nodes. Throws `settings-unreadable` with line and column. */
export function parseYaml(text: string, file: string, unique: boolean): Document {
  refuseDepth(text, file);
  const document = parseDocument(text, { version: "1.1", uniqueKeys: unique, logLevel: "error" });
  const broken = document.errors[0];
  if (broken !== undefined) {
    // The library appends the position, and an excerpt, to its message.
    const reason = broken.message.replace(/ at line \d+, column \d+:?(?:\n[^]*)?$/, "");
    const plain = broken.code === "MULTIPLE_DOCS" ? "a second document begins here" : reason;
    throw unreadable(file, placeAt(text, broken.pos[0]), plain, broken);
  }
  return document;
}

function lineIn(document: Document, text: string, path: YamlPath): number | null {
  let at: unknown = document.contents;
  let place: unknown = null;
  for (const step of path) {
    const parent = followed(at, document);
    if (isSeq(parent)) {
      at = typeof step === "number" ? parent.items[step] : undefined;
      place = at;
    } else {
      // The last of two equal keys counts. What a merge brought has its place elsewhere.
      const pair = isMap(parent) ? parent.items.findLast(({ key }) => isScalar(key) && key.value === step) : undefined;
      at = pair?.value;
      place = pair?.key;
    }
  }
  const range = isRanged(place) ? place.range : null;
  return range === null || range === undefined ? null : placeAt(text, range[0]).line;
}

/** Merges (`<<`) may be several. */
function repeatedIn(document: Document, text: string, path: YamlPath): readonly RepeatedKey[] {
  let at = followed(document.contents, document);
  for (const step of path) {
    const pair = isMap(at) ? at.items.findLast(({ key }) => isScalar(key) && key.value === step) : undefined;
    at = followed(pair?.value, document);
  }
  const lines = new Map<string, number[]>();
  for (const { key } of isMap(at) ? at.items : []) {
    if (!isScalar(key) || typeof key.value !== "string" || key.value === "<<") continue;
    const line = placeAt(text, key.range?.[0] ?? 0).line;
    lines.set(key.value, [...(lines.get(key.value) ?? []), line]);
  }
  return [...lines].flatMap(([key, [first, ...more]]) => {
    const last = more.at(-1);
    return first === undefined || last === undefined ? [] : [{ key, lines: [first, last] as const }];
  });
}

function followed(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function isRanged(node: unknown): node is Pick<Node, "range"> {
  return typeof node === "object" && node !== null && "range" in node;
}

interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

function placeAt(text: string, offset: number): YamlPosition {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** Throws for a nesting that is never meant, before anything recurses into it. */
function refuseDepth(text: string, file: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset;
    // Each step yields what it has finished; only the open nodes count here.
    for (const _finished of parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) throw unreadable(file, placeAt(text, at), "nested too deeply");
  }
}

function unreadable(file: string, at: YamlPosition | null, reason: string, cause?: unknown, hint?: string): GcError {
  const place = at === null ? file : `${file}, line ${at.line}, column ${at.column}`;
  return new GcError("settings-unreadable", `${place}: not valid YAML: ${reason}`, {
    hint: hint ?? "Correct the file; nothing is removed while it cannot be read.",
    cause,
  });
}

/** The first alias without its anchor: what `keep: [**\/demo]` is without quotes. */
function lostAlias(document: Document, text: string): (YamlPosition & { readonly name: string }) | null {
  let lost: (YamlPosition & { readonly name: string }) | null = null;
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return visit.SKIP;
      lost = { name: node.source, ...placeAt(text, node.range?.[0] ?? 0) };
      return visit.BREAK;
    },
  });
  return lost;
}
