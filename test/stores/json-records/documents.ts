// JSON documents of every formatting, as text.
import fc from "fast-check";
import { parseDocument, type JsonDocument, type RecordList } from "../../../src/stores/json-records/document.ts";

const space: fc.Arbitrary<string> = fc.constantFrom("", "", "", " ", "\n", "\r\n", "\t", "  \n ");

/** Numbers that no double holds, escapes that a printer would write in another way, deep and empty things. */
const scalar: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "9007199254740993",
    "1e400",
    "-0",
    "1.0",
    "0.1E+2",
    "true",
    "null",
    '"\\u0041\\/"',
    '"\\ud83d"',
    '""',
  ),
  fc.constantFrom('"},{\\"a\\":1"', '"\\\\"', '"\\\\\\""', '"日本 ä"', '"]"', '"// no comment"'),
  fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => JSON.stringify(text)),
);

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("list"), tie("object")),
  list: fc
    .array(fc.tuple(space, tie("value"), space), { maxLength: 3 })
    .map((items) => inside("[", items.map(joined), "]")),
  object: fc
    .array(fc.tuple(space, fc.string({ maxLength: 4 }).map(quoted), space, space, tie("value"), space), {
      maxLength: 3,
    })
    .map((items) =>
      inside(
        "{",
        items.map(([a, key, b, c, one, d]) => `${a}${key}${b}:${c}${one}${d}`),
        "}",
      ),
    ),
}));

export const anyValue: fc.Arbitrary<string> = value;

export interface Made {
  readonly text: string;
  readonly keys: readonly string[];
  readonly list: RecordList;
}

const key: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
    fc.constantFrom("__proto__", "a/b", "#/", "%", ".."),
  )
  .filter((text) => text !== "" && !/[\0\p{Surrogate}]/u.test(text));

/** A document with records of different names, at the top or below `sessions`, as an object or an array. */
export const anyDocument: fc.Arbitrary<Made> = fc
  .record({
    keys: fc.uniqueArray(key, { maxLength: 7 }),
    parts: fc.array(fc.tuple(space, space, space, value, space), { minLength: 7, maxLength: 7 }),
    empty: space,
    shape: fc.constantFrom("top" as const, "below" as const, "array" as const),
    around: fc.tuple(space, space, value, value),
    bom: fc.boolean(),
  })
  .map(({ keys, parts, empty, shape, around, bom }) => {
    const isArray = shape === "array";
    const items = keys.map((name, at) => {
      const [a, b, c, text, d] = parts[at] ?? ["", "", "", "1", ""];
      const element = `{"x":${text}${a},"id"${b}:${JSON.stringify(name)}}`;
      return isArray ? `${a}${element}${d}` : `${a}${quoted(name)}${b}:${c}${text}${d}`;
    });
    const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
    const own = items.length === 0 ? `${open}${empty}${close}` : inside(open, items, close);
    const [a, b, before, after] = around;
    const whole = shape === "top" ? own : `{"old":${before},${b}"sessions"${a}:${b}${own}${a},"next":${after}}`;
    const list = { path: shape === "top" ? [] : ["sessions"], ...(isArray ? { field: "id" } : {}) };
    return { text: `${bom ? "\uFEFF" : ""}${a}${whole}${b}`, keys, list };
  });

export function parse(text: string, list: RecordList = { path: [] }): JsonDocument {
  return parseDocument(Buffer.from(text), list);
}

/** Name and exact text of each record. */
export function texts({ bytes, records }: JsonDocument): readonly (readonly [string, string])[] {
  return [...records].map(([name, { start, end }]) => [name, bytes.toString("utf8", start, end)]);
}

function inside(open: string, items: readonly string[], close: string): string {
  return `${open}${items.join(",")}${close}`;
}

function joined(parts: readonly string[]): string {
  return parts.join("");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
