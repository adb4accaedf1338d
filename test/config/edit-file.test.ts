// One value set in, or removed from, a file of settings: nothing else changes.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { keysAt, withoutSetting, withSetting } from "../../src/config/edit-file.ts";
import { messageOf } from "../../src/errors.ts";

const set = (text: string, path: string, value: string | number | boolean | readonly string[]): string =>
  withSetting(text, "/f.yaml", path.split("."), value);
const unset = (text: string, path: string): string => withoutSetting(text, "/f.yaml", path.split("."));

describe("a value that is set", () => {
  it.each([
    ["in an empty file", "", "a: 30\n"],
    ["in a file of comments", "# mine\n", "# mine\na: 30\n"],
    ["behind other keys", "b: 1 # one\n# two\nc: 2\n", "b: 1 # one\n# two\nc: 2\na: 30\n"],
    ["in place of another, with its comment", "b: 1\na: 7   # a week\nc: 2\n", "b: 1\na: 30   # a week\nc: 2\n"],
    ["in place of one in quotes", "a: '7'\n", "a: 30\n"],
    ["in place of nothing", "a:\nb: 1\n", "a: 30\nb: 1\n"],
    ["in place of null", "a: ~\n", "a: 30\n"],
    ["in place of a list of lines", "a:\n  - x\n  - y\nb: 1\n", "a: 30\nb: 1\n"],
    ["without a line feed at the end", "b: 1", "b: 1\na: 30"],
    ["with CRLF", "b: 1\r\n", "b: 1\r\na: 30\r\n"],
    ["behind a byte order mark", "\ufeffb: 1\n", "\ufeffb: 1\na: 30\n"],
    ["before the end of the document", "b: 1\n...\n", "b: 1\na: 30\n...\n"],
    ["behind the beginning of the document", "---\nb: 1\n", "---\nb: 1\na: 30\n"],
    ["in braces", "{b: 1}\n", '{b: 1, "a": 30}\n'],
    [
      "beside values with a meaning of their own",
      "b: yes\nc: 0o17\nd: |\n  x\n  y\n",
      "b: yes\nc: 0o17\nd: |\n  x\n  y\na: 30\n",
    ],
    ["beside odd spaces", "b:   [x,   y]\nc : 1\n", "b:   [x,   y]\nc : 1\na: 30\n"],
  ])("%s", (_, before, after) => {
    expect(set(before, "a", 30)).toBe(after);
  });

  it.each([
    ["in a block that is not there", "x: 1\n", "x: 1\nours:\n  a: 30\n"],
    ["in an empty block", "ours:\nx: 1\n", "ours:\n  a: 30\nx: 1\n"],
    ["in an empty block with a comment", "ours: # mine\nx: 1\n", "ours: # mine\n  a: 30\nx: 1\n"],
    ["in a block of null", "ours: null\n", 'ours: {"a": 30}\n'],
    ["in a block with four spaces", "ours:\n    b: 1\nx: 1\n", "ours:\n    b: 1\n    a: 30\nx: 1\n"],
    ["in a block in braces", "ours: {b: 1}\n", 'ours: {b: 1, "a": 30}\n'],
    ["in a block with a merge key", "d: &d\n  b: 1\nours:\n  <<: *d\n", "d: &d\n  b: 1\nours:\n  <<: *d\n  a: 30\n"],
    [
      "over a value that a merge key brings",
      "d: &d\n  a: 1\nours:\n  <<: *d\n",
      "d: &d\n  a: 1\nours:\n  <<: *d\n  a: 30\n",
    ],
  ])("%s", (_, before, after) => {
    expect(set(before, "ours.a", 30)).toBe(after);
  });

  it.each([
    ["true", true, "a: true\n"],
    ["a size as it is typed", "2G", "a: 2G\n"],
    ["a string that YAML would read as something else", "no", 'a: "no"\n'],
    ["a list", ["~/x", "b c"], 'a: ["~/x", "b c"]\n'],
    ["an empty list", [], "a: []\n"],
    ["a glob with a star in front", ["**/demo"], 'a: ["**/demo"]\n'],
  ])("can be %s", (_, value, text) => {
    expect(set("", "a", value)).toBe(text);
  });

  it("keeps a list of lines in lines", () => {
    expect(set("a:\n- x\n- y # why\nb: 1\n", "a", ["p", "q"])).toBe('a:\n- "p"\n- "q"\nb: 1\n');
  });

  it.each([
    ["where a value is in the place of a block", "ours: 5\n", "ours is 5"],
    ["where an alias is", "x: &x\n  b: 1\nours: *x\n", "ours is an alias"],
    ["where there is a list at the top", "- 1\n", "it has a list at the top"],
    ["where an anchor would be lost", "ours:\n  a: &x 1\nb: *x\n", "something else in it would change"],
  ])("is refused %s", (_, text, message) => {
    expect(() => set(text, "ours.a", 30)).toThrow(message);
  });

  it.each([
    ["broken YAML", "a: [1\n"],
    ["a key that stands twice", "b: 1\nb: 2\n"],
    ["a second document", "a: 1\n---\na: 2\n"],
  ])("is refused in %s", (_, text) => {
    expect(() => set(text, "a", 30)).toThrow(/^\/f\.yaml.*not valid YAML/);
  });
});

describe("a value that is removed", () => {
  it.each([
    ["with its line", "b: 1\na: 7 # week\nc: 2\n", "a", "b: 1\nc: 2\n"],
    ["with the lines of its list", "b: 1\na:\n  - x\n  - y\nc: 2\n", "a", "b: 1\nc: 2\n"],
    ["alone in a file", "# mine\na: 7\n", "a", "# mine\n"],
    ["with a block that has nothing else", "x: 1\nours:\n  a: 7\ny: 2\n", "ours.a", "x: 1\ny: 2\n"],
    ["without a block that has something else", "ours:\n  a: 7\n  b: 1\n", "ours.a", "ours:\n  b: 1\n"],
    ["without a block that has a comment", "ours:\n  # note\n  a: 7\n", "ours.a", "ours:\n  # note\n"],
    ["out of braces", "ours: {a: 7, b: 1}\n", "ours.a", "ours: {b: 1}\n"],
    ["last in braces", "ours: {b: 1, a: 7}\n", "ours.a", "ours: {b: 1}\n"],
    ["with CRLF", "b: 1\r\na: 7\r\n", "a", "b: 1\r\n"],
  ])("%s", (_, before, path, after) => {
    expect(unset(before, path)).toBe(after);
  });

  it.each(["", "b: 1\n", "ours:\n  b: 1\n", "ours: 5\n", "- 1\n"])("and is not in %j changes nothing", (text) => {
    expect(unset(text, "a")).toBe(text);
    expect(unset(text, "ours.a")).toBe(text);
  });
});

it("knows the keys of a map", () => {
  expect(keysAt("a: 1\nours:\n  b: 1\n  c: 2\n", "/f", ["ours"])).toEqual(["b", "c"]);
  expect(keysAt("a: 1\n", "/f", [])).toEqual(["a"]);
  expect(keysAt("a: 1\n", "/f", ["ours"])).toEqual([]);
});

describe("made-up files", () => {
  const key = fc.constantFrom("a", "b", "ours", "keep", "x y", "true");
  const leaf = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.string(),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const tree = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 3 })), { maxKeys: 5 });
  const style = fc.record({
    indent: fc.constantFrom(2, 4),
    collectionStyle: fc.constantFrom("any" as const, "block" as const, "flow" as const),
    version: fc.constant("1.1" as const),
  });

  it("are edited so that only the value differs, or are left alone with a reason", () => {
    let edited = 0;
    fc.assert(
      fc.property(tree, style, fc.constantFrom("a", "ours.a"), (value, options, path) => {
        const text = stringify(value, options);
        try {
          const after = set(text, path, 30);
          const keys = path.split(".");
          expect(
            keys.reduce<unknown>((at, each) => (at as Record<string, unknown>)[each], parse(after, { version: "1.1" })),
          ).toBe(30);
          const before = parse(text, { version: "1.1" }) as Record<string, unknown>;
          const now = parse(after, { version: "1.1" }) as Record<string, unknown>;
          const others = (all: Record<string, unknown>): unknown =>
            Object.entries(all).filter(([each]) => each !== keys[0]);
          expect(others(now)).toEqual(others(before));
          edited += 1;
        } catch (error) {
          expect(messageOf(error)).toMatch(/cannot be edited by a command|not valid YAML/);
        }
      }),
      { numRuns: 300 },
    );
    expect(edited).toBeGreaterThan(150);
  });
});
