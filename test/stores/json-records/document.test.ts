// Records of a JSON document: found by their bytes, taken out and put back without a change to any other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "../../../src/stores/json-records/document.ts";
import { saverOf, withoutRecords, withRecord } from "../../../src/stores/json-records/edit.ts";
import { recordAt, recordPath } from "../../../src/stores/json-records/place.ts";
import { refuseOther } from "../../../src/stores/json-records/same.ts";
import { formatSaved, parseSaved } from "../../../src/stores/json-records/saved.ts";
import { isPlace } from "../../../src/model/trash-name.ts";
import { anyDocument, anyValue, parse, texts } from "./documents.ts";

function saved(document: ReturnType<typeof parse>, key: string) {
  const one = saverOf(document)(key);
  if (one === null) throw new Error(`no record ${key}`);
  const read = parseSaved(Buffer.from(formatSaved(one)));
  expect(read).toEqual(one);
  return one;
}

describe("a document", () => {
  it("has the records that JSON.parse finds, each with its exact text", () => {
    fc.assert(
      fc.property(anyDocument, ({ text, keys, list }) => {
        const document = parse(text, list);
        expect([...document.records.keys()]).toEqual(keys);
        expect(document.unidentified).toBe(0);
        const whole: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
        const below = (list.path.length === 0 ? whole : (whole as Record<string, unknown>)["sessions"]) as object;
        for (const [at, [name, one]] of texts(document).entries()) {
          const value: unknown =
            list.field === undefined ? Object.values(JSON.parse(`{${one}}`) as object)[0] : JSON.parse(one);
          expect(value).toEqual(
            list.field === undefined ? Object.entries(below).find(([k]) => k === name)?.[1] : Object.values(below)[at],
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is refused exactly where JSON.parse refuses it", () => {
    const broken = fc.tuple(
      anyDocument,
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', "{", "\\", "/**/", "1", ":", "\u0001"),
    );
    fc.assert(
      fc.property(broken, ({ 0: { text, list }, 1: at, 2: piece }) => {
        const plain = text.replace(/^\uFEFF/, "");
        const cut = at % (plain.length + 1);
        const changed = plain.slice(0, cut) + piece + plain.slice(cut + (at % 2));
        const isJson = succeeds(() => JSON.parse(changed));
        // It may be JSON that has no such list.
        if (succeeds(() => parse(changed, list))) expect(isJson).toBe(true);
        else if (isJson) expect(list.path.length > 0 || !changed.trim().startsWith("{")).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["a comment", '{"a":1/*x*/}'],
    ["a comma too many", '{"a":1,}'],
    ["single quotes", "{'a':1}"],
    ["no quotes", "{a:1}"],
    ["half of it", '{"a":{"b":1'],
    ["nothing", ""],
    ["a number", "1"],
    ["an array", "[1]"],
    ["brackets that do not match", '{"a":[1}}'],
    ["something after it", '{"a":1} x'],
    ["two of them", '{"a":1}{"b":2}'],
    ["NaN", '{"a":NaN}'],
    ["a tab in a string", '{"a":"\t"}'],
  ])("has no records: %s", (_, text) => {
    expect(() => parse(text)).toThrow(SyntaxError);
    expect([...parse('{"a":1}').records.keys()]).toEqual(["a"]);
  });

  it("that is not UTF-8 has none", () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(() => parse(bytes.toString("latin1"))).not.toThrow();
    const { list } = parse("{}");
    expect(() => parseDocument(bytes, list)).toThrow("UTF-8");
  });

  it("ends a text where JSON.parse does, however long it is and whatever is escaped in it", () => {
    const long = fc.tuple(fc.nat(70), fc.array(fc.constantFrom("\\", '"', "a", "}"), { maxLength: 8 }), fc.nat(70));
    const text = long.map(([before, middle, after]) => "x".repeat(before) + middle.join("") + "y".repeat(after));
    fc.assert(
      fc.property(fc.tuple(text, text), ([one, other]) => {
        // Names that are numbers would come first, whatever their order in the text.
        const document = parse(JSON.stringify({ [`p${one}`]: other, [`q${other}`]: [one] }));
        expect(texts(document)).toEqual([
          [`p${one}`, `${JSON.stringify(`p${one}`)}:${JSON.stringify(other)}`],
          [`q${other}`, `${JSON.stringify(`q${other}`)}:${JSON.stringify([one])}`],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["", "x".repeat(60)])("without the end of a text is refused: %j", (text) => {
    for (const end of ["", "\\", '\\"', '\\\\\\"']) expect(() => parse(`{"a":"${text}${end}`)).toThrow(SyntaxError);
    expect([...parse(`{"a":"${text}\\\\"}`).records.keys()]).toEqual(["a"]);
  });

  it("shows each of its values once while it is read, those without a name of their own as well", () => {
    const shown: unknown[] = [];
    const list = { path: ["l"], visitor: () => (key: string | null, value: unknown) => void shown.push([key, value]) };
    parse('{"l":{"a":1,"a":2,"":3,"b":{"c":4}},"m":{"d":5}}', list);
    expect(shown.splice(0)).toEqual([
      ["a", 1],
      ["a", 2],
      ["", 3],
      ["b", { c: 4 }],
    ]);
    parse('{"l":[6]}', { ...list, field: "id" });
    expect(shown).toEqual([[null, 6]]);
  });

  it("leaves out names that two records have, in whichever spelling, and those that are none", () => {
    const text = '{"a":1,"b":2,"\\u0061":3,"":4,"\\ud800":5,"c":6}';
    const document = parse(text);
    expect([...document.records.keys()]).toEqual(["b", "c"]);
    expect([[...document.ambiguous], document.unidentified]).toEqual([["a"], 4]);
    const array = parse('[{"id":"a"},{"id":1},2,{"id":"b"},{"x":"c"}]', { path: [], field: "id" });
    expect([[...array.records.keys()], array.unidentified]).toEqual([["a", "b"], 3]);
  });

  it("has none where the way to its list is not there, or there twice", () => {
    expect(parse('{"other":{}}', { path: ["sessions"] }).container).toBeNull();
    expect(() => parse('{"sessions":{},"sessions":{}}', { path: ["sessions"] })).toThrow("twice");
    expect(() => parse('{"sessions":[]}', { path: ["sessions"] })).toThrow("list");
    expect(() => parse('{"sessions":1}', { path: ["sessions"] })).toThrow(SyntaxError);
  });

  it("may be nested as deep as JSON.parse takes it", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)},"b":1}`;
    expect([...parse(deep).records.keys()]).toEqual(["a", "b"]);
  });
});

describe("without some of its records", () => {
  const chosen = fc.tuple(
    anyDocument,
    fc.array(fc.nat(), { maxLength: 7 }),
    fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
  );

  it("it has the others byte by byte, and all of them again when they are back, in any order", () => {
    fc.assert(
      fc.property(chosen, ([{ text, keys, list }, picks, order]) => {
        const document = parse(text, list);
        const gone = new Set(keys.filter((_, at) => picks.some((pick) => pick % 7 === at)));
        const copies = [...gone].map((name) => saved(document, name));
        const left = withoutRecords(document, gone);
        expect(() => refuseOther(document, left, { without: gone })).not.toThrow();
        let now = parse(left.toString(), list);
        expect(texts(now)).toEqual(texts(document).filter(([name]) => !gone.has(name)));
        const back = copies.map((one, at) => ({ one, at: order[at] ?? 0 })).toSorted((a, b) => a.at - b.at);
        for (const { one } of back) {
          const next = withRecord(now, one);
          expect(() => refuseOther(now, next!, { with: one })).not.toThrow();
          now = parse(next!.toString(), list);
        }
        expect(texts(now)).toEqual(texts(document));
        const spaceless = (from: string): string => from.replaceAll(/[ \t\r\n]/g, "");
        expect(spaceless(now.bytes.toString())).toBe(spaceless(text));
      }),
      { numRuns: 500 },
    );
  });

  it("and with them again it is the same to the byte, as programs print it", () => {
    const printed = fc.tuple(
      fc.uniqueArray(
        fc.string({ minLength: 1, maxLength: 5 }).filter((key) => !/^\d+$|^__proto__$/.test(key)),
        { minLength: 1, maxLength: 7 },
      ),
      fc.array(anyValue, { minLength: 7, maxLength: 7 }),
      fc.constantFrom(0, 1, 2, "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.array(fc.nat({ max: 6 }), { minLength: 7, maxLength: 7 }),
    );
    fc.assert(
      fc.property(printed, ([keys, values, indent, newline, order]) => {
        const object = Object.fromEntries(keys.map((key, at) => [key, JSON.parse(values[at] ?? "1") as unknown]));
        const text = `${JSON.stringify(object, null, indent)}\n`.replaceAll("\n", newline);
        const document = parse(text);
        const gone = new Set(keys.filter((_, at) => (order[at] ?? 0) % 2 === 0));
        let now = parse(withoutRecords(document, gone).toString());
        for (const name of [...gone].toSorted((a, b) => (order[keys.indexOf(a)] ?? 0) - (order[keys.indexOf(b)] ?? 0)))
          now = parse(withRecord(now, saved(document, name))!.toString());
        expect(now.bytes.toString()).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["the first", '{\n  "a": 1,\n  "b": 2\n}\n', "a", '{\n  "b": 2\n}\n'],
    ["the last", '{\n  "a": 1,\n  "b": 2\n}\n', "b", '{\n  "a": 1\n}\n'],
    ["the only one", '{\n  "a": 1\n}\n', "a", "{\n}\n"],
    [
      "one on a line of its own formatting",
      '{"a":1\t,\r\n"b" : [ 2 ] ,"c":9007199254740993}',
      "b",
      '{"a":1\t,"c":9007199254740993}',
    ],
  ])("it is as a person would write it: %s", (_, text, key, left) => {
    const document = parse(text);
    const now = withoutRecords(document, [key]).toString();
    expect(now).toBe(left);
    expect(withRecord(parse(now), saved(document, key))?.toString()).toBe(text);
  });

  it("is refused where another record is different", () => {
    const document = parse('{"a":1,"b":2,"c":3}');
    const without = new Set(["b"]);
    expect(() => refuseOther(document, Buffer.from('{"a":1,"c":3}'), { without })).not.toThrow();
    for (const other of [
      '{"a":1}',
      '{"a":1,"c":3.0}',
      '{"c":3,"a":1}',
      '{"a":1,"b":2,"c":3}',
      '{"a":1,"c":3} ',
      '{"a":1,"c":3,"":1}',
    ])
      expect(() => refuseOther(document, Buffer.from(other), { without }), other).toThrow("EINVAL");
  });
});

describe("the path of a record", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[\0\p{Surrogate}]/u.test(text));
  const address = fc.record({
    document: fc.constantFrom("sessions.json", "a/b#c.json", "x#/y.json", "/home/x/[id]/s.json"),
    path: fc.array(fc.oneof(name, fc.constantFrom("", ".", "..", "[id]", "%", "a/b", "#/")), { maxLength: 3 }),
    field: fc.option(name, { nil: undefined }),
    key: fc.oneof(name, fc.constantFrom(".", "..", "[x]", "agent:main//..", "%2F", "#/")),
  });

  it("is one place below a base, and leads to the same record", () => {
    fc.assert(
      fc.property(address, ({ document, path, field, key }) => {
        const one = { document, list: { path, ...(field === undefined ? {} : { field }) }, key };
        const text = recordPath(one);
        expect(recordAt(text)).toEqual(one);
        expect(isPlace(text.replace(/^\//, ""))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "sessions.json",
    "sessions.json#",
    "#/a",
    "s.json#/%zz",
    "s.json#/%2f",
    "s.json#/%61",
    "s.json#/a]",
    "s.json#/",
  ])("is not %s", (text) => expect(recordAt(text)).toBeNull());
});

describe("a record in the trash", () => {
  it.each([
    ["half of it", (text: string) => text.slice(0, -5)],
    ["another text", (text: string) => text.replace('\\"a\\": 1', '\\"a\\": 2')],
    ["more than space around it", (text: string) => text.replace('"lead":""', '"lead":"x"')],
    ["a later version", (text: string) => text.replace('"version":1', '"version":2')],
    ["no list", (text: string) => text.replace('"list":[]', '"list":{}')],
  ])("says nothing: %s", (_, spoil) => {
    const text = formatSaved(saved(parse('{"a": 1}'), "a"));
    expect(parseSaved(Buffer.from(text))).not.toBeNull();
    expect(spoil(text)).not.toBe(text);
    expect(parseSaved(Buffer.from(spoil(text)))).toBeNull();
  });
});

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return false;
  }
}
