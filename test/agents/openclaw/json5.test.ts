// Settings in JSON5: what is read, and what is refused because it cannot be.

import { describe, expect, it } from "vitest";
import { parseJson5 } from "../../../src/agents/openclaw/json5.ts";

describe("JSON5", () => {
  it.each([
    ["{}", new Map()],
    ["  [1, 2,]  ", [1, 2]],
    [
      "{a: 1, $b_2: 'x', \"c\": null,}",
      new Map<string, unknown>([
        ["a", 1],
        ["$b_2", "x"],
        ["c", null],
      ]),
    ],
    ["{a:{b:[true,false]}}", new Map([["a", new Map([["b", [true, false]]])]])],
    ["// one\n/* two\n * / */ 7 // three", 7],
    ["\ufeff'it\\'s' ", "it's"],
    ['"a\\u0041\\x41\\n\\\\\\/\\q"', "aAA\n\\/q"],
    ["'one \\\nline'", "one line"],
    ["'http://x/*y*/'", "http://x/*y*/"],
    ["[+1, -.5, 1e3, 0xFF, -0x10, 5., Infinity]", [1, -0.5, 1000, 255, -16, 5, Infinity]],
    ["{ünïcode: 1}", new Map([["ünïcode", 1]])],
    [
      "{__proto__: 1, constructor: 2}",
      new Map([
        ["__proto__", 1],
        ["constructor", 2],
      ]),
    ],
  ])("is read: %s", (text, value) => {
    expect(parseJson5(text)).toEqual(value);
  });

  it.each([
    "",
    "{",
    "{a}",
    "{a 1}",
    "{a:1 b:2}",
    "{,}",
    "[,]",
    "[1,,2]",
    "{a:1}{",
    "{1: 2}",
    "{a-b: 1}",
    "'two\nlines'",
    "'open",
    '"open',
    "/* open",
    "# comment",
    "nul",
    "0x",
    "01",
    "1.2.3",
    "--1",
    "{a: 1, a: 2}",
    "{a: 1, 'a': 2}",
    "`x`",
    "[".repeat(10_000),
  ])("is refused: %s", (text) => {
    expect(() => parseJson5(text)).toThrow(SyntaxError);
  });

  it("agrees with JSON on what is JSON", () => {
    const value = { a: [1, -2.5e-3, 'é\u2028"\\', null, true, { b: {} }], c: "" };
    const plain = (one: unknown): unknown => {
      if (one instanceof Map) return Object.fromEntries([...one].map(([key, below]) => [key, plain(below)]));
      return Array.isArray(one) ? one.map(plain) : one;
    };
    for (const indent of [0, 2]) expect(plain(parseJson5(JSON.stringify(value, null, indent)))).toEqual(value);
  });
});
