// An entry in a list of another program's settings: files of every shape, in YAML and JSON, and what is refused.

import { describe, expect, it } from "vitest";
import { withEntry, withoutEntry } from "../../src/hook-setup/edit-list.ts";
import { Refusal } from "../../src/config/node-range.ts";
import { type ListPlace, openList } from "../../src/hook-setup/list-document.ts";

const YAML: ListPlace = { format: "yaml", map: "hooks", list: "on_session_start" };
const JSON_LIST: ListPlace = { format: "json", map: "hooks", list: "SessionStart" };
const ENTRY = { command: "/bin/sh -c 'x \"$1\"' checkpoint-gc-hook", timeout: 5 };
const GROUP = { matcher: "startup", hooks: [{ type: "command", command: "x", timeout: 5 }] };
const OTHER = "  - command: other # mine\n    timeout: 3\n";

interface Shape {
  readonly what: string;
  readonly text: string;
  /** What is left after it was removed, where that is not the same. */
  readonly left?: string;
}

const IN_YAML: readonly Shape[] = [
  { what: "an empty file", text: "" },
  { what: "comments alone", text: "# one\n\n# two\n" },
  { what: "a map", text: "a: 1\n" },
  { what: "no line end at the end", text: "a: 1" },
  { what: "CRLF", text: "a: 1\r\nb:\r\n  c: 2\r\n" },
  { what: "a byte order mark", text: "\ufeffa: 1\n" },
  { what: "a byte order mark alone", text: "\ufeff" },
  { what: "a tab behind a value", text: "a: 1\t\n" },
  { what: "hooks without a value", text: "hooks:\n" },
  { what: "hooks without a value or a line end", text: "hooks:" },
  { what: "hooks with a comment alone", text: "hooks: # none yet\nb: 1\n" },
  { what: "hooks: null", text: "hooks: null # c\nb: 2\n", left: "hooks: {} # c\nb: 2\n" },
  { what: "hooks: ~", text: "hooks: ~\n", left: "hooks: {}\n" },
  { what: "hooks: {}", text: "hooks: {}\n" },
  { what: "hooks: { }", text: "hooks: { }\nz: 1\n" },
  { what: "hooks in flow style", text: "hooks: {pre: [1]}\n" },
  { what: "hooks of another event", text: "hooks:\n  pre:\n  - command: a\n" },
  { what: "four columns, and a comment at the end", text: "hooks:\n    pre:\n        - command: a\n# end\n" },
  { what: "an entry of another program", text: `hooks:\n  on_session_start:\n${OTHER}  z: []\n` },
  { what: "an entry in flow style", text: "hooks:\n  on_session_start:\n    - {command: other}\n" },
  { what: "an empty list", text: "hooks:\n  on_session_start: []\n" },
  { what: "a list without a value", text: "hooks:\n  on_session_start:\nb: 1\n" },
  { what: "a list in flow style", text: "hooks:\n  on_session_start: [{command: other}]\nb: 1" },
  { what: "marks of a document", text: "---\na: 1\n...\n" },
  { what: "a directive", text: "%YAML 1.1\n---\na: 1\n" },
  { what: "all in flow style", text: "{a: 1}\n" },
  { what: "JSON", text: '{"a": 1,\n  "b": [2]}\n' },
  { what: "anchors and aliases", text: "x: &x\n  a: 1\ny: *x\nz:\n  <<: *x\n" },
  { what: "block scalars", text: "a: |\n  text\n  more\n\nb: >+\n  end\n\n" },
  { what: "indented keys", text: "  a: 1\n  b: 2\n" },
  { what: "comments between hooks", text: "hooks:\n  # first\n  pre: x\n  # last\n\n\nb: 2\n" },
  { what: "an anchor that is used nowhere", text: "hooks: &h\n  pre: []\n" },
  { what: "a last key without a value", text: "a:\n" },
];

const IN_JSON: readonly Shape[] = [
  { what: "an empty file", text: "", left: "{}\n" },
  { what: "an empty map", text: "{}\n" },
  { what: "an empty map on two lines", text: "{\n}\n", left: "{}\n" },
  { what: "other settings", text: '{\n  "a": 1\n}\n' },
  { what: "tabs", text: '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n' },
  { what: "one line", text: '{"a":1}' },
  { what: "CRLF", text: '{\r\n  "a": 1\r\n}\r\n' },
  { what: "a byte order mark, and escapes", text: '\ufeff{\n    "a": "\\u00e9\\/x"\n}\n' },
  { what: "hooks of another event", text: '{\n  "hooks": {\n    "Stop": []\n  },\n  "x": 1\n}\n' },
  {
    what: "a group of another program",
    text: '{\n  "hooks": {\n    "SessionStart": [\n      {"hooks": []}\n    ]\n  }\n}\n',
  },
  { what: "no hooks", text: '{\n  "hooks": {}\n}', left: "{}" },
  { what: "an empty list", text: '{\n  "hooks": {"SessionStart": []}\n}\n', left: "{}\n" },
  { what: "hooks: null", text: '{"hooks": null}', left: "{}" },
];

describe.each([
  { place: YAML, entry: ENTRY, shapes: IN_YAML },
  { place: JSON_LIST, entry: GROUP, shapes: IN_JSON },
])("an entry in $place.format", ({ place, entry, shapes }) => {
  it.each(shapes)("is added to $what, and removed again", ({ text, left = text }) => {
    const before = openList(text, place).entries;
    const added = withEntry(text, place, entry);
    expect(openList(added, place).entries).toEqual([...before, entry]);
    // Nothing but the addition and the commas before it changed.
    const words = added.match(/[^\s,]+/g) ?? [];
    let at = -1;
    for (const word of text.match(/[^\s,]+/g) ?? []) {
      const next = words.findIndex(
        (one, index) => index > at && one.startsWith(word.replace(/[\]}]*$/, "").replace(/^(?:null|~)$/, "")),
      );
      expect(next, word).toBeGreaterThan(at);
      at = next;
    }
    expect(withoutEntry(added, place, before.length)).toBe(left);
    if (place.format === "json") expect(JSON.parse(added.replace("\ufeff", ""))).toHaveProperty("hooks");
  });

  it.each(shapes)("is added twice and removed once from $what: the other stays", ({ text }) => {
    const before = openList(text, place).entries;
    const twice = withEntry(withEntry(text, place, entry), place, { ...entry, timeout: 6 });
    const once = withoutEntry(twice, place, before.length);
    expect(openList(once, place).entries).toEqual([...before, { ...entry, timeout: 6 }]);
  });
});

it("says of each line that it writes that it goes with the entry, and of no line of the user", () => {
  expect(withEntry("a: 1\n", YAML, { command: "x", timeout: 5 })).toBe(
    'a: 1\nhooks: # checkpoint-gc\n  on_session_start: # checkpoint-gc\n    - command: "x"\n      timeout: 5\n',
  );
  expect(withEntry("hooks:\n  pre: []\n", YAML, { command: "x", timeout: 5 })).toBe(
    'hooks:\n  pre: []\n  on_session_start: # checkpoint-gc\n    - command: "x"\n      timeout: 5\n',
  );
});

it("leaves a key that has something else by now", () => {
  const added = withEntry("a: 1\n", YAML, ENTRY);
  const more = `${added}  pre: []\n`;
  expect(withoutEntry(more, YAML, 0)).toBe("a: 1\nhooks: # checkpoint-gc\n  pre: []\n");
});

describe("is refused, and says why", () => {
  it.each([
    ["several documents", YAML, "a: 1\n---\nb: 2\n", /^line 2, column 1: .*a second document/],
    ["equal keys", YAML, "a: 1\na: 2\n", /^line 2, column 1: .*unique/],
    ["a string", YAML, "text\n", /no map at the top/],
    ["a list", YAML, "- 1\n", /no map at the top/],
    ["null", YAML, "~\n", /no map at the top/],
    ["hooks that is a string", YAML, "hooks: text\n", /hooks is not a map/],
    ["hooks that is a list", YAML, "hooks: [1]\n", /hooks is not a map/],
    ["a list that is a map", YAML, "hooks:\n  on_session_start: {a: 1}\n", /hooks\.on_session_start is not a list/],
    ["tabs that indent", YAML, "a:\n\tb: 1\n", /^line 2, column 1: .*[Tt]abs/],
    ["a bracket that is not closed", YAML, "a: {\n", /not valid YAML/],
    ["hooks that is an alias", YAML, "h: &h {pre: []}\nhooks: *h\n", /alias/],
    ["hooks that a merge key brings", YAML, "b: &b\n  hooks: {}\n<<: *b\n", /merge key/],
    [
      "hooks that something else is an alias of",
      YAML,
      "hooks: &h\n  pre: []\nother: *h\n",
      /something else in it would change/,
    ],
    ["an alias of nothing", YAML, "a: *nope\n", /nope/],
    ["a thousand levels", YAML, `a: ${"[".repeat(1000)}${"]".repeat(1000)}\n`, /nested too deeply/],
    ["a comment in JSON", JSON_LIST, '{\n  // mine\n  "a": 1\n}\n', /not plain JSON/],
    ["a comma too many", JSON_LIST, '{"a": 1,}\n', /not plain JSON/],
    ["equal keys in JSON", JSON_LIST, '{"a": 1, "a": 2}\n', /unique/],
    ["a list in JSON", JSON_LIST, "[]\n", /no map at the top/],
    ["hooks that is a list in JSON", JSON_LIST, '{"hooks": []}\n', /hooks is not a map/],
  ])("%s", (_, place, text, why) => {
    const edit = (): string => withEntry(text, place, ENTRY);
    expect(edit).toThrow(Refusal);
    expect(edit).toThrow(why);
  });
});
