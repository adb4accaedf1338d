// Every way to type it wrong: exit 2, a message that names the thing, the value and what was expected, and what was
// probably meant; with --json the same as a document. Nothing is looked at, so nothing can be harmed.

import { afterAll, describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";

interface Case {
  readonly line: string;
  readonly says: string;
  readonly hint: string;
}

const CASES: readonly Case[] = [
  { line: "statsu", says: 'unknown command "statsu"', hint: "Did you mean checkpoints status?" },
  { line: "prnue -n", says: 'unknown command "prnue"', hint: "Did you mean checkpoints prune?" },
  {
    line: "xyzzy",
    says: 'unknown command "xyzzy"',
    hint: "The commands are status, prune, compact, explain, sessions, trash",
  },
  { line: "trash lst", says: 'unknown command "lst"', hint: "Did you mean checkpoints trash list?" },
  { line: "trash restor x", says: 'unknown command "restor"', hint: "Did you mean checkpoints trash restore?" },
  { line: "-h prun", says: 'unknown command or help topic "prun"', hint: "Did you mean checkpoints help prune?" },
  { line: "help prun", says: 'unknown command or help topic "prun"', hint: "Did you mean checkpoints help prune?" },
  { line: "help guarantes", says: 'help topic "guarantes"', hint: "Did you mean checkpoints help guarantees?" },
  { line: "help xyzzy", says: 'help topic "xyzzy"', hint: "The topics are decisions, removal, stores, session-files" },
  { line: "help json now", says: 'help json takes no arguments, but got "now"', hint: "See checkpoints help json" },
  { line: "help trash restor", says: 'unknown command "restor"', hint: "Did you mean checkpoints trash restore?" },
  { line: "schema prun", says: 'unknown command "prun"', hint: "Did you mean checkpoints schema prune?" },
  { line: "--all prune", says: "prune must come before its options", hint: "expected checkpoints prune" },
  { line: "status now", says: 'status takes no arguments, but got "now"', hint: "See checkpoints status --help." },
  { line: "ls all", says: 'status takes no arguments, but got "all"', hint: "See checkpoints status --help." },
  { line: "prune --dry", says: "unknown option '--dry'", hint: "Did you mean --dry-run?" },
  { line: "config get kep", says: '"kep" is not a setting', hint: "Did you mean keep?" },
  { line: "config get", says: "missing required argument 'key'", hint: "See checkpoints config get --help." },
  {
    line: "completion tcsh",
    says: 'unknown shell "tcsh": expected bash, zsh or fish',
    hint: "expected bash, zsh or fish",
  },
  { line: "nope --help", says: 'unknown command "nope"', hint: "The commands are status, prune, " },
  { line: "stauts -h", says: 'unknown command "stauts"', hint: "Did you mean checkpoints status?" },
  { line: "config show --help", says: 'unknown command "show"', hint: "Did you mean checkpoints config list?" },
  {
    line: "hook nope --help",
    says: 'unknown command "nope"',
    hint: "The commands are install, status, remove, print; see checkpoints hook --help.",
  },
  { line: "help prune foo", says: 'prune has no commands, but got "foo": expected checkpoints help prune', hint: "" },
  {
    line: "help config set foo",
    says: 'config set has no commands, but got "foo": expected checkpoints help config set',
    hint: "",
  },
  {
    line: "help hook nope",
    says: 'unknown command "nope"',
    hint: "The commands are install, status, remove, print; see checkpoints hook --help.",
  },
  { line: "clean", says: 'unknown command "clean"', hint: "Did you mean checkpoints prune?" },
  { line: "rm -rf x", says: 'unknown command "rm"', hint: "Did you mean checkpoints prune?" },
  { line: "restore x", says: 'unknown command "restore"', hint: "Did you mean checkpoints trash restore?" },
  {
    line: "config all",
    says: 'unknown command "all"',
    hint: "The commands are list, get, set, add, remove, unset; see checkpoints config --help.",
  },
  {
    line: "config list all",
    says: 'config list takes no arguments, but got "all"',
    hint: "See checkpoints config list --help.",
  },
  { line: "auto extra", says: 'auto takes no arguments, but got "extra"', hint: "See checkpoints auto --help." },
  { line: "trash list a b", says: 'trash list takes no arguments, but got "a"', hint: "See checkpoints trash list" },
  { line: "explain a b", says: 'explain takes 1 argument, but also got "b"', hint: "See checkpoints explain --help." },
  { line: "explain", says: "missing required argument 'what'", hint: "See checkpoints explain --help." },
  { line: "trash restore", says: "missing required argument 'what'", hint: "See checkpoints trash restore --help." },
  { line: "--jsn", says: "unknown option '--jsn'", hint: "Did you mean --json?" },
  { line: "prune --dryrun", says: "unknown option '--dryrun'", hint: "Did you mean --dry-run?" },
  { line: "prune --retention-day 3", says: "unknown option '--retention-day'", hint: "Did you mean --retention-days?" },
  { line: "prune --hoem /x", says: "unknown option '--hoem'", hint: "Did you mean --home?" },
  {
    line: "--dry-run",
    says: "unknown option '--dry-run'",
    hint: "--dry-run is an option of checkpoints prune",
  },
  {
    line: "prune --opt-in",
    says: "unknown option '--opt-in'",
    hint: "--opt-in is an option of checkpoints auto, checkpoints housekeeping and checkpoints hook install.",
  },
  { line: "prune --retention-days", says: "--retention-days has no value", hint: "expected --retention-days N" },
  { line: "prune --retention-days week", says: '--retention-days is "week": expected a number of days', hint: "7" },
  { line: "prune --rows few", says: '--rows is "few": expected a number of rows, or all', hint: "" },
  {
    line: "prune --only orphans",
    says: '--only is "orphans": expected orphan or stale',
    hint: "Did you mean --only orphan?",
  },
  {
    line: "prune --include unreachabel",
    says: '--include is "unreachabel"',
    hint: "Did you mean --include unreachable?",
  },
  {
    line: "prune --keep-orphans --delete-orphans",
    says: "cannot be used with option '--keep-orphans'",
    hint: "--help",
  },
  {
    line: "prune --only orphan --keep-orphans",
    says: "--only orphan cannot be used with --keep-orphans, which keeps all of them",
    hint: "Leave out one of them.",
  },
  {
    line: "prune -n --only orphan --set delete_orphans=no",
    says: "--only orphan cannot be used with --set delete_orphans=false",
    hint: "",
  },
  {
    line: "prune -n --only stale --retention-days 0",
    says: "--only stale cannot be used with --retention-days 0, by which none is stale",
    hint: "",
  },
  { line: "auto --delete-orphans --keep-orphans", says: "cannot be used with option '--keep-orphans'", hint: "--help" },
  { line: "trash restore x --swap --to /y", says: "cannot be used with option '--to <dir>'", hint: "--help" },
  { line: "status -v -q", says: "cannot be used with option '-q, --quiet'", hint: "--help" },
  { line: "--set keepp=x", says: 'unknown setting "keepp"', hint: "Did you mean keep?" },
  { line: "--set retention_days", says: "--set retention_days: expected key=value", hint: "--set retention_days=30" },
  {
    line: "auto --set trash_days=no",
    says: '--set trash_days is "no": expected a number of days',
    hint: "trash_days: 7",
  },
  { line: "--home=", says: "--home is empty: expected a directory", hint: "" },
  { line: "status --home /nonexistent/h", says: "/nonexistent/h does not exist", hint: "" },
  { line: "prune -y --base /nonexistent/b", says: "/nonexistent/b does not exist", hint: "" },
  { line: "prune -y 0000000000000000", says: '"0000000000000000"', hint: "checkpoints status --all" },
  { line: "explain 0000000000000000", says: '"0000000000000000"', hint: "checkpoints status --all" },
  { line: "trash restore 0000000000000000", says: '"0000000000000000"', hint: "checkpoints trash list" },
];

describe("a mistake on the command line", () => {
  // One for all: nothing here may change it.
  const w = world({ scope: "manual" });
  afterAll(() => w.dispose());
  w.repo("gone", { workdir: "delete" });
  const before = fingerprint(w.root);

  it.each(CASES)("checkpoints $line", async ({ line, says, hint }) => {
    const result = await run([...line.split(" "), "--json"], { home: w });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^checkpoints: /);
    expect(result.stderr).toContain(says);
    expect(result.stderr).toContain(hint);
    expect(result.stderr).not.toMatch(/\n {4}at /);
    const error: unknown = expect.objectContaining({ message: expect.stringContaining(says) as string });
    expect(result.json()).toMatchObject({ schema: 1, status: "error", error });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it.each(["prnue --dry-run", "prune --dryrun", "trash lst"])(
    "leaves stdout to results: checkpoints %s",
    async (line) => {
      const { code, stdout, stderr } = await run(line.split(" "), { home: w });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("Did you mean");
    },
  );

  it("prints a name with an escape sequence without obeying it", async () => {
    const { code, stderr } = await run(["\u001b[2Jx\ny"]);
    expect(code).toBe(2);
    expect(stderr).toContain(String.raw`\u001b[2Jx\ny`);
    expect(stderr).not.toContain("\u001b");
  });
});

describe("shared options", () => {
  it.each([["--json status"], ["status --json"], ["--json"], ["status -v --json"], ["-v status --json"]])(
    "are understood before and after the command: checkpoints %s",
    async (line) => {
      const w = world();
      w.repo("alive");
      const result = await run(line.split(" "), { home: w });
      expect(result.code).toBe(0);
      expect(result.report()).toMatchObject({ command: "status", totals: { scanned: 1 } });
    },
  );

  it("may be given several times where that makes sense, and in one cluster with the command's own", async () => {
    const [one, two] = [world(), world()];
    const [a, b] = [one.repo("a", { workdir: "delete" }), two.repo("b", { workdir: "delete" })];
    const line = [
      "--base",
      one.base,
      "prune",
      "-nv",
      "--json",
      "--base",
      two.base,
      "--set",
      "keep=~/x",
      "--set=keep=~/y",
    ];
    const result = await run(line, { home: one });
    expect(result.code).toBe(0);
    const report = result.report();
    expect(report.entries.map(({ id }) => id).toSorted()).toEqual([a.id, b.id].toSorted());
    expect(report.bases.map(({ settings }) => settings["keep"])).toEqual([
      ["~/x", "~/y"],
      ["~/x", "~/y"],
    ]);
  });
});
