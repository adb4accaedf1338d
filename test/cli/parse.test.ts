import { describe, expect, it } from "vitest";
import type { Invocation } from "../../src/cli/invocation.ts";
import { type TerminalFacts, renderContextOf } from "../../src/cli/render-context.ts";
import { parseExplain, parsePrune, parseShared, parseStatus } from "../../src/cli/parse.ts";
import { answerOf, offersOf } from "../../src/cli/question.ts";
import { repeatOf, suggestedPrune, repeatedArguments } from "../../src/cli/suggested-command.ts";
import { shellWord } from "../../src/report/paths.ts";
import { commandNamed } from "../../src/cli/usage-errors.ts";
import { parseRestore } from "../../src/cli/parse-trash.ts";
import { resolveArgument } from "../../src/cli/resolve-argument.ts";

function call(values: Invocation["values"] = {}, words: readonly string[] = []): Invocation {
  return { command: "prune", words, values };
}

describe("options of commander converted for the library", () => {
  it("has a value for everything when nothing was typed", () => {
    expect(parseShared(call())).toEqual({
      command: "prune",
      sessions: false,
      agents: [],
      homes: [],
      bases: [],
      sets: [],
      flags: [],
      json: false,
      color: true,
      verbose: false,
      quiet: false,
    });
    expect(parsePrune(call(), "/here")).toEqual({
      dryRun: false,
      yes: false,
      interactive: false,
      rows: 20,
      typed: [],
      sort: null,
      format: null,
      scan: { include: [] },
    });
    expect(parseStatus(call())).toEqual({ all: false, limits: {}, typed: [], sort: null, format: null });
  });

  it("keeps the flag that each setting came by, those with a name of their own last", () => {
    const { flags } = parseShared(
      call({ set: ["keep=~/a", "retention_days=3"], retentionDays: "30", keepOrphans: true }),
    );
    expect(flags).toEqual([
      { key: "keep", value: "~/a", flag: "--set keep" },
      { key: "retention_days", value: 3, flag: "--set retention_days" },
      { key: "retention_days", value: 30, flag: "--retention-days" },
      { key: "delete_orphans", value: false, flag: "--keep-orphans" },
    ]);
  });

  it.each([
    ["20", 20],
    ["0", 0],
    ["all", "all"],
  ])("takes --rows %s", (typed, rows) => {
    expect(parsePrune(call({ rows: typed }), "/here").rows).toBe(rows);
  });

  it.each(["", "-1", "1.5", "All", "1e3", "ten", "99999999999"])(
    "refuses --rows %j and says what it accepts",
    (rows) => {
      const message = `--rows is ${JSON.stringify(rows)}: expected a number of rows, or all`;
      expect(() => parsePrune(call({ rows }), "/here")).toThrow(message);
    },
  );

  it("shows all rows with --verbose, unless a number was given", () => {
    expect(parsePrune(call({ verbose: true }), "/here").rows).toBe("all");
    expect(parsePrune(call({ verbose: true, rows: "3" }), "/here").rows).toBe(3);
    expect(parseStatus(call({ verbose: true }))).toMatchObject({ all: true });
  });

  it("refuses an empty word: an unset variable must not come to mean everything, or the directory one is in", () => {
    expect(() => parsePrune(call({}, [""]), "/here")).toThrow('"" is empty');
    expect(() => parseExplain(call({}, ["  "]), "/here")).toThrow("is empty");
    expect(() => parseRestore(call({}, [""]), "/here")).toThrow("is empty");
    expect(() => parseRestore(call({ to: "" }, ["1aeadc333175595d"]), "/here")).toThrow("--to is empty");
  });

  it.each([
    ["1aeadc333175595d", "1aeadc333175595d"],
    [".", "/here"],
    ["..", "/"],
    ["a/b", "/here/a/b"],
    ["./a", "/here/a"],
    ["a/", "/here/a"],
    ["/x/y", "/x/y"],
    ["~", "~"],
    ["~/code", "~/code"],
    ["**/demo", "**/demo"],
    ["src/*", "/here/src/*"],
  ])("reads the word %s as %s", (typed, word) => {
    expect(resolveArgument(typed, "/here")).toBe(word);
  });
});

describe("what has to be typed again", () => {
  const shared = parseShared(
    call({ home: ["/tmp/a home"], base: ["/b"], set: ["keep=~/x y"], retentionDays: "30", json: true }),
  );

  it("repeats the places and settings, in quotes where a shell needs them", () => {
    expect(repeatOf(shared)).toBe("--home '/tmp/a home' --base /b --set 'keep=~/x y'");
  });

  it("repeats what narrows or widens a prune, and nothing else", () => {
    const asked = parsePrune(
      call({ only: "orphan", include: ["unreachable"], trash: true, dryRun: true }, ["~/s*"]),
      "/h",
    );
    const again = "checkpoints prune '~/s*' --only orphan --include unreachable --trash --retention-days 30 --home /h";
    expect(suggestedPrune(asked, shared, "--home /h")).toBe(again);
    expect(suggestedPrune(parsePrune(call({ dryRun: true, rows: "3" }), "/h"), parseShared(call()), "")).toBeNull();
  });

  it("repeats a size with its unit, without which it would be refused", () => {
    const sized = parseShared(call({ maxSize: "2G", retentionDays: "30", keepOrphans: true }));
    const words = ["--retention-days", "30", "--keep-orphans", "--max-size", "2GiB"];
    expect(repeatedArguments(sized)).toEqual(words);
    expect(suggestedPrune(parsePrune(call(), "/h"), sized, "")).toBe(`checkpoints prune ${words.join(" ")}`);
    expect(parseShared(call({ maxSize: "2GiB" })).flags).toEqual(parseShared(call({ maxSize: "2G" })).flags);
  });

  it.each([
    ["plain/path-1.2_x", "plain/path-1.2_x"],
    ["~/code", "~/code"],
    ["~other", "'~other'"],
    ["it's", "'it'\\''s'"],
    ["a b", "'a b'"],
    ["$(x)", "'$(x)'"],
    ["", "''"],
  ])("quotes %s as %s", (word, shown) => {
    expect(shellWord(word)).toBe(shown);
  });
});

describe("the look of the place", () => {
  const stage: TerminalFacts = {
    env: {},
    platform: "linux",
    isTerminal: true,
    columns: 100,
    now: 0,
    userHome: "/home/ann",
    utcOffset: () => 0,
    color: true,
    repeat: "",
  };

  it.each([
    ["a terminal says", { columns: 100 }, 100],
    ["a pipe has none, whatever COLUMNS says", { isTerminal: false, env: { COLUMNS: "40" } }, null],
    ["COLUMNS for a terminal without a size", { columns: 0, env: { COLUMNS: "66" } }, 66],
    ["80 where the width is unknown", { columns: undefined, env: { COLUMNS: "wide" } }, 80],
  ])("columns: %s", (_, change, columns) => {
    expect(renderContextOf({ ...stage, ...change }).columns).toBe(columns);
  });

  it.each([
    ["a terminal", {}, true],
    ["a pipe", { isTerminal: false }, false],
    ["--no-color", { color: false, env: { FORCE_COLOR: "1" } }, false],
    ["NO_COLOR", { env: { NO_COLOR: "1", FORCE_COLOR: "1" } }, false],
    ["an empty NO_COLOR says nothing", { env: { NO_COLOR: "" } }, true],
    ["TERM=dumb", { env: { TERM: "dumb" } }, false],
    ["FORCE_COLOR on a pipe", { isTerminal: false, env: { FORCE_COLOR: "1" } }, true],
    ["FORCE_COLOR=0", { env: { FORCE_COLOR: "0" } }, false],
  ])("colour: %s", (_, change, colour) => {
    expect(renderContextOf({ ...stage, ...change }).colour).toBe(colour);
  });

  it.each([
    ["no locale at all", {}, true],
    ["LANG", { env: { LANG: "de_DE.UTF-8" } }, true],
    ["another spelling", { env: { LANG: "C.utf8" } }, true],
    ["C", { env: { LANG: "C" } }, false],
    ["POSIX", { env: { LC_ALL: "POSIX" } }, false],
    ["LC_ALL before LC_CTYPE before LANG", { env: { LC_ALL: "C", LC_CTYPE: "C.UTF-8", LANG: "C.UTF-8" } }, false],
    ["an empty one says nothing", { env: { LC_ALL: "", LC_CTYPE: "C.UTF-8", LANG: "C" } }, true],
    ["another character set", { env: { LANG: "de_DE.ISO-8859-1" } }, false],
    ["macOS whatever it says", { platform: "darwin", env: { LANG: "C" } }, true],
  ])("unicode: %s", (_, change, unicode) => {
    expect(renderContextOf({ ...stage, ...change }).unicode).toBe(unicode);
  });
});

describe("the answer to a question", () => {
  const question = "Delete 3 repos (9.8 GB)? [d]elete permanently / [t]rash for 7 days / [N]o";

  it.each([
    ["d", "d"],
    ["D", "d"],
    ["delete", "d"],
    [" t ", "t"],
    ["trash", "t"],
    ["n", "n"],
    ["no", "n"],
    ["", "n"],
    ["y", "n"],
    ["yes", "n"],
    ["dt", "n"],
    ["del", "n"],
  ])("reads %j as %s", (typed, letter) => {
    expect(answerOf(typed, offersOf(question))).toBe(letter);
  });

  it("accepts only what was offered", () => {
    const offers = offersOf("Move 3 repos to the trash for 7 days? [y]es / [N]o");
    expect(["y", "yes", "d", "t", ""].map((typed) => answerOf(typed, offers))).toEqual(["y", "y", "n", "n", "n"]);
  });
});

describe("the command that a broken line means", () => {
  it.each([
    [["prune", "--bad"], "prune"],
    [["--home", "x", "trash", "restore", "--bad"], "trash restore"],
    [["trash", "lst"], "trash list"],
    [["statsu"], "status"],
    [[], "status"],
  ])("%j: %s", (argv, command) => {
    expect(commandNamed(argv)).toBe(command);
  });
});
