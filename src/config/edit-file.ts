/**
 * Sets or removes one value in a file of settings, by changing its text at one place: comments, order, anchors and everything
 * else stay as they are. What came of it is read again and compared, and refused where anything else would mean something
 * different. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { GcError } from "../errors.ts";
import { columnOf, dashIndent, linesAfter, unitOf, withoutLines } from "./block-text.ts";
import { appendFlow, compactText, insert, removeFlow, type Splice, spliced } from "./flow-text.ts";
import { pairIn, rangeOf, Refusal } from "./node-range.ts";
import { showValue } from "./wording.ts";
import { parseYaml } from "./yaml.ts";

export type WrittenValue = string | number | boolean | readonly string[];

/**
 * `path`: the keys that lead to the value. Throws `settings-unreadable` for broken YAML, and `settings-invalid` where it
 * cannot be done without touching something else.
 */
export function withSetting(text: string, file: string, path: readonly string[], value: WrittenValue): string {
  return refusing(file, path, () => {
    const { contents } = parseYaml(text, file, true);
    const eol = eolOf(text);
    const lines = (keys: readonly string[], indent: string): readonly string[] => linesOf(keys, value, indent);
    const splice = isEmpty(contents)
      ? linesAfter(text, text.length, lines(path, ""), eol)
      : addition(text, mapOf(contents, []), path, 0);
    return checked(text, spliced(text, splice), file, path, value);

    function addition(whole: string, map: YAMLMap, keys: readonly string[], at: number): Splice {
      const key = keys[at] ?? "";
      const pair = pairIn(map, key);
      const rest = keys.slice(at);
      const indent = columnOf(whole, map);
      if (pair === null) {
        if (indent !== null) return linesAfter(whole, rangeOf(map)[1], lines(rest, indent), eol);
        const style = { spread: false, unit: unitOf(whole), eol };
        return appendFlow(whole, map, { key, value: nested(rest.slice(1), value) }, style);
      }
      if (rest.length === 1) return replacement(whole, pair, value, eol);
      if (!isEmpty(pair.value)) return addition(whole, mapOf(pair.value, keys.slice(0, at + 1)), keys, at + 1);
      const flow = compactText(nested(rest.slice(1), value));
      if (isScalar(pair.value) && (pair.value.source ?? "") !== "") return over(pair.value, flow);
      if (indent === null) return afterColon(whole, pair, flow);
      return linesAfter(whole, rangeOf(pair.key)[1], lines(rest.slice(1), `${indent}  `), eol);
    }
  });
}

/** The text as it is where the value is not set. A map of which nothing is left goes with it, unless it has a comment. */
export function withoutSetting(text: string, file: string, path: readonly string[]): string {
  return refusing(file, path, () => {
    const { contents } = parseYaml(text, file, true);
    if (!isMap(contents)) return text;
    const trail: { readonly map: YAMLMap; readonly pair: Pair }[] = [];
    for (let map: unknown = contents; isMap(map) && trail.length < path.length; map = trail.at(-1)?.pair.value) {
      const pair = pairIn(map, path[trail.length] ?? "");
      if (pair === null) return text;
      trail.push({ map, pair });
    }
    const own = trail.at(-1);
    if (own === undefined || trail.length < path.length) return text;
    const end = endOf(own.pair);
    const begins = (pair: Pair): number => rangeOf(pair.key)[0];
    // Outwards, as long as nothing else is in the map.
    let at = trail.length - 1;
    for (let above = trail[at - 1]; above !== undefined; above = trail[at - 1]) {
      if ((trail[at]?.map.items.length ?? 0) > 1 || hasComment(text, begins(above.pair), end)) break;
      at -= 1;
    }
    const { map, pair } = trail[at] ?? own;
    const splice =
      map.flow === true ? removeFlow(text, map, map.items.indexOf(pair)) : withoutLines(text, begins(pair), end);
    return checked(text, spliced(text, splice), file, path, undefined);
  });
}

/** What is at `path` as it is written; null: nothing. */
export function nodeAt(text: string, file: string, path: readonly string[]): unknown {
  let node: unknown = parseYaml(text, file, true).contents;
  for (const key of path) node = isMap(node) ? (pairIn(node, key)?.value ?? null) : null;
  return node;
}

/** The value at `path`; undefined: there is none. */
export function valueIn(text: string, file: string, path: readonly string[]): unknown {
  return refusing(file, path, () => valueAt(plainValue(text, file), path) ?? undefined);
}

/** The keys of the map at `path`, or none. */
export function keysAt(text: string, file: string, path: readonly string[]): readonly string[] {
  const node = nodeAt(text, file, path);
  return isMap(node)
    ? node.items.flatMap(({ key }) => (isScalar(key) && typeof key.value === "string" ? [key.value] : []))
    : [];
}

/** A comment in a line of its own, or behind a key that others are below. */
function hasComment(text: string, begin: number, end: number): boolean {
  return text
    .slice(begin, end)
    .split("\n")
    .slice(0, -1)
    .some((line) => /(?:^|\s)#/.test(line));
}

function replacement(text: string, pair: Pair, value: WrittenValue, eol: string): Splice {
  const old = pair.value;
  if (isSeq(old) && old.flow !== true && typeof value === "object" && value.length > 0) {
    const dash = dashIndent(text, old.items[0]);
    const gone = withoutLines(text, rangeOf(old.items[0])[0], rangeOf(old.items.at(-1))[1]);
    return { ...gone, text: value.map((each) => `${dash}- ${compactText(each)}${eol}`).join("") };
  }
  if (old === null || (isScalar(old) && (old.source ?? "") === "")) return afterColon(text, pair, flowOf(value));
  if ((isSeq(old) || isMap(old)) && old.flow !== true) {
    const [, keyEnd] = rangeOf(pair.key);
    const gone = withoutLines(text, rangeOf(old)[0], rangeOf(old)[1]);
    // The lines of the value, and it stands behind its key now.
    const at = text.indexOf(":", keyEnd) + 1;
    return { at, end: gone.end, text: ` ${flowOf(value)}${eol}` };
  }
  return over(old, flowOf(value));
}

function over(node: unknown, text: string): Splice {
  const [at, end] = rangeOf(node);
  return { at, end, text };
}

function afterColon(text: string, { key }: Pair, flow: string): Splice {
  return insert(text.indexOf(":", rangeOf(key)[1]) + 1, ` ${flow}`);
}

/** `a:`, and below it `b: value`. */
function linesOf(keys: readonly string[], value: WrittenValue, indent: string): readonly string[] {
  return keys.map((key, at) => {
    const line = `${indent}${"  ".repeat(at)}${plain(key)}:`;
    return at === keys.length - 1 ? `${line} ${flowOf(value)}` : line;
  });
}

/** As it is typed where YAML reads that as the same string, else in quotes. */
function flowOf(value: WrittenValue): string {
  return typeof value === "string" ? plain(value) : compactText(value);
}

function plain(text: string): string {
  return /^[A-Za-z][\w.-]*$|^\d+(?:\.\d+)?[KMGTkmgt](?:i?B)?$/.test(text) &&
    !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function nested(keys: readonly string[], value: WrittenValue): unknown {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function endOf({ key, value }: Pair): number {
  return rangeOf(value ?? key)[1];
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function mapOf(node: unknown, path: readonly string[]): YAMLMap {
  if (isMap(node)) return node;
  const found = isAlias(node) ? "an alias" : showValue(isScalar(node) ? node.value : isSeq(node) ? [] : node);
  throw new Refusal(path.length === 0 ? `it has ${found} at the top` : `${path.join(".")} is ${found}`);
}

export function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The text after a change, where nothing else means something different. `value` undefined: it is not there. */
export function checked(
  before: string,
  after: string,
  file: string,
  path: readonly string[],
  value: WrittenValue | undefined,
): string {
  const [old, now] = [plainValue(before, file), plainValue(after, file)];
  const isRight = isDeepStrictEqual(valueAt(now, path), value) && isDeepStrictEqual(rest(old, path), rest(now, path));
  if (!isRight) throw new Refusal("something else in it would change");
  return after;
}

function plainValue(text: string, file: string): unknown {
  try {
    return parseYaml(text, file, true).toJS({ maxAliasCount: 1000 });
  } catch (error) {
    // An alias that has lost its anchor.
    if (error instanceof ReferenceError) throw new Refusal(error.message);
    throw error;
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (map, key) =>
      typeof map === "object" && map !== null && Object.hasOwn(map, key) ? Reflect.get(map, key) : undefined,
    value,
  );
}

/** Everything but the value at `path`; maps that have nothing else are as good as none. */
function rest(value: unknown, [key = "", ...below]: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const { [key]: own, ...others } = Object.fromEntries(Object.entries(value));
  const left = below.length === 0 ? undefined : rest(own, below);
  const all = left === undefined ? others : { ...others, [key]: left };
  return Object.keys(all).length === 0 ? undefined : all;
}

export function refusing<T>(file: string, path: readonly string[], edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new GcError("settings-invalid", `${file} cannot be edited by a command: ${error.message}`, {
      hint: `Change ${path.join(".")} in it with an editor.`,
    });
  }
}
