// What is printed, what comments say and how tests are named is plain English: no actor that is nobody, no "is no X", no
// "by hand".

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../support/paths.ts";

const BAD: readonly RegExp[] = [
  /\b(?:no|some|any)body\b/i,
  /\bwhoever\b/i,
  /\bby hand\b/i,
  /\b(?:is|are) no (?:directory|file|regular|setting|name|repo|JSON|list|symlink|ref)\b/,
  /\bdirectory of ours\b/,
  /\bto be seen\b/,
  /\bwords? takes?\b/,
];

/** Code without its comments: identifiers and all that is printed. Lines keep their number. */
function withoutComments(code: string): string {
  return code
    .replaceAll(/\/\*[^]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ""))
    .replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

const BAD_IN_COMMENTS: readonly RegExp[] = [
  /\b(?:no|some|any)body\b/i,
  /\bwhom?ever\b/i,
  /\bby hand\b/i,
  /\bto be seen\b/,
  /\bfor people\b/,
  /\bfault of ours\b/,
  /\b(?:is|are) told (?:by|once|when)\b/,
  /\b(?:bench|breathe|crew)\b/,
];

/** Names of tests and of what they use. */
const BAD_IN_TESTS: readonly RegExp[] = [
  ...BAD,
  /(?<!\bthere )\b(?:is|are) no (?!longer\b)/i,
  /\b(?:is|are) none of ours\b/,
  /\b(?:is|are) told\b/,
  /\bdoors\b/i,
];

/** Data of tests, which only looks like an actor. */
const DATA: Readonly<Record<string, RegExp>> = {
  "compact/command.test.ts": /holder: "somebody"/g,
  "compact/compact.test.ts": /"this is no index"/g,
  "hook/notice.test.ts": /"somebody else's"/g,
  "report/width.test.ts": /\/home\/somebody/g,
  "resolve/ancestors.test.ts": /\/nobody`/g,
  "scan/foreign.test.ts": /"somebody's"/g,
  "state/trash-directory.test.ts": /"somebody"/g,
  "agents/hermes/debris/debris.test.ts": /"somebody-elses"/g,
};

/** The comments of code alone. Lines keep their number. */
function commentsOf(code: string): string {
  const kept = withoutComments(code).split("\n");
  return code
    .split("\n")
    .map((line, at) => (line === kept[at] ? "" : line.slice(commonStart(line, kept[at] ?? ""))))
    .join("\n");
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < b.length && a[at] === b[at]) at += 1;
  return at;
}

function found(text: string, words = BAD): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, at) => (words.some((bad) => bad.test(line)) ? [`${at + 1}: ${line.trim()}`] : []));
}

const files = [
  ...readdirSync(join(PROJECT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|md)$/.test(name))
    .map((name) => join("src", name)),
  "scripts/demo.mjs",
];

const tests = readdirSync(join(PROJECT, "test"), { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.startsWith("fixtures") && name !== "tooling/words.test.ts",
);

describe("what is printed", () => {
  it.each(files)("%s uses plain words", (name) => {
    const text = readFileSync(join(PROJECT, name), "utf8");
    expect(found(/\.(?:ts|mjs)$/.test(name) ? withoutComments(text) : text)).toEqual([]);
  });

  it("is searched: a bad word in a string is found, one in a comment is not", () => {
    const code = 'const a = "nobody knows"; // somebody\n/** by hand */\nconst b = `${x} is no directory`;\n';
    expect(found(withoutComments(code))).toEqual([
      '1: const a = "nobody knows";',
      "3: const b = `${x} is no directory`;",
    ]);
  });
});

describe("comments", () => {
  it.each(files.filter((name) => /\.(?:ts|mjs)$/.test(name)))("of %s use plain words", (name) => {
    const text = readFileSync(join(PROJECT, name), "utf8");
    expect(found(commentsOf(text), BAD_IN_COMMENTS)).toEqual([]);
  });

  it("are searched: a bad word in a comment is found, one in code is not", () => {
    const code = 'const a = "nobody"; // somebody\n/**\n * Whoever asks\n */\nconst b = `by hand`;\n';
    expect(found(commentsOf(code), BAD_IN_COMMENTS)).toEqual(["1: // somebody", "3: * Whoever asks"]);
  });
});

describe("tests", () => {
  it.each(tests)("of test/%s are named in plain words, and so are their comments", (name) => {
    const code = readFileSync(join(PROJECT, "test", name), "utf8");
    const data = DATA[name];
    const named = data === undefined ? withoutComments(code) : withoutComments(code).replaceAll(data, "");
    expect(found(named, BAD_IN_TESTS)).toEqual([]);
    expect(found(commentsOf(code), BAD_IN_COMMENTS)).toEqual([]);
  });

  it("are searched: a bad word in a name is found, a message of the command is not", () => {
    const code = 'it("harms nobody");\nit("a file that is no list");\nexpect(text).toContain("there is no crontab");\n';
    expect(found(withoutComments(code), BAD_IN_TESTS)).toEqual([
      '1: it("harms nobody");',
      '2: it("a file that is no list");',
    ]);
  });

  it.each(Object.entries(DATA))("the exception for test/%s is needed", (name, data) => {
    expect(readFileSync(join(PROJECT, "test", name), "utf8")).toMatch(data);
  });
});
