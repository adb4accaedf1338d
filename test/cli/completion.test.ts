// What completion offers a shell: from the specs and the homes alone, without messages and without writing anything.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../../src/cli/specs/root.ts";
import { commandsOf, leavesOf } from "../../src/cli/specs/spec.ts";
import { run, type RunOptions } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";

interface Told {
  readonly kind: string;
  readonly values: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/** As fish asks: the plainest of the three. */
async function told(words: readonly string[], options: RunOptions): Promise<Told> {
  const { code, stdout, stderr } = await run(["__complete", "fish", "--", ...words], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [kind = "", ...rows] = stdout.split("\n").slice(0, -1);
  const pairs = rows.map((row) => row.split("\t")).map(([value = "", text = ""]): [string, string] => [value, text]);
  return { kind, values: pairs.map(([value]) => value), texts: new Map(pairs) };
}

interface Case {
  readonly words: readonly string[];
  readonly has: readonly string[];
  /** Near to it, and not offered. */
  readonly not: readonly string[];
}

const CASES: readonly Case[] = [
  { words: [""], has: ["status", "prune", "trash", "schedule", "completion"], not: ["list", "__complete", "help"] },
  { words: ["pr"], has: ["prune"], not: ["print", "status"] },
  { words: ["trash", ""], has: ["list", "restore", "empty"], not: ["install", "prune"] },
  { words: ["schedule", "p"], has: ["print"], not: ["prune", "install"] },
  { words: ["help", "trash", "r"], has: ["restore"], not: ["remove", "removal"] },
  { words: ["help", ""], has: ["prune", "trash", "guarantees", "performance"], not: ["list", "help"] },
  { words: ["help", "re"], has: ["removal"], not: ["restore"] },
  { words: ["help", "json", ""], has: [], not: ["removal", "prune"] },
  { words: ["schema", "tr"], has: ["trash"], not: ["trash list", "prune"] },
  { words: ["schema", "trash", ""], has: ["list", "restore"], not: ["trash", "install"] },
  { words: ["schema", ""], has: ["prune"], not: ["completion"] },
  { words: ["nonsense", ""], has: [], not: ["status", "prune"] },
  { words: ["completion", ""], has: ["bash", "zsh", "fish"], not: ["tcsh"] },
  { words: ["completion", "bash", ""], has: ["--json"], not: ["bash", "zsh"] },
  { words: ["--"], has: ["--home", "--all", "--version", "--help"], not: ["--dry-run"] },
  { words: ["prune", "--"], has: ["--dry-run", "--home", "--only"], not: ["--opt-in", "--version", "-n"] },
  { words: ["prune", "-"], has: ["--dry-run", "-n", "-v"], not: ["-V"] },
  { words: ["trash", "restore", "--"], has: ["--swap", "--to", "--last", "--dry-run"], not: ["--older-than"] },
  { words: ["trash", "restore", "--swap", "--"], has: ["--last"], not: ["--swap", "--to"] },
  { words: ["prune", "-nv", "--"], has: ["--yes"], not: ["--dry-run", "--verbose", "--quiet"] },
  { words: ["prune", "--keep-orphans", "--"], has: ["--only"], not: ["--keep-orphans", "--delete-orphans"] },
  { words: ["prune", "--include", "unreachable", "--"], has: ["--include"], not: [] },
  { words: ["status", ""], has: ["--all"], not: ["--dry-run"] },
  { words: ["--all", ""], has: ["--json"], not: ["prune", "--all"] },
  { words: ["prune", "--only", ""], has: ["orphan", "stale"], not: ["unreachable", "live"] },
  { words: ["prune", "--include=un"], has: ["--include=unreachable"], not: ["--include=orphan", "unreachable"] },
  { words: ["prune", "--rows", ""], has: ["all"], not: [] },
  { words: ["schedule", "install", "--kind", ""], has: ["systemd", "cron"], not: ["kubernetes"] },
  { words: ["schedule", "print", "--kind", ""], has: ["kubernetes"], not: ["bash"] },
  { words: ["hook", "install", "--agent", ""], has: ["hermes", "claude", "opencode"], not: ["kilo"] },
  { words: ["prune", "--agent", ""], has: ["hermes", "kilo"], not: ["claude"] },
  { words: ["schedule", "print", "--kind=k"], has: ["--kind=kubernetes"], not: ["--kind=cron"] },
  { words: ["--set", "ret"], has: ["retention_days="], not: ["keep="] },
  { words: ["prune", "--retention-days", ""], has: [], not: ["7", "--dry-run"] },
  { words: ["auto", "--dry-run=x", "--"], has: ["--now"], not: ["--only"] },
  { words: ["explain", "--", "--"], has: [], not: ["--home"] },
];

describe("words of the specs", () => {
  it.each(CASES)("checkpoints $words", async ({ words, has, not }) => {
    const { values } = await told(words, {});
    expect(values).toEqual(expect.arrayContaining([...has]));
    expect(values.filter((value) => not.includes(value))).toEqual([]);
    const [last = ""] = words.slice(-1);
    expect(values.filter((value) => !value.startsWith(last))).toEqual([]);
    if (has.length === 0) expect(values).toEqual([]);
  });

  it("are described as in the help", async () => {
    const { texts } = await told(["pr"], {});
    expect(texts.get("prune")).toBe("show what would be removed, ask, then remove it");
  });

  it.each([
    [["--home", ""], "directories"],
    [["prune", "--base=/t"], "directories"],
    [["trash", "restore", "--to", "x"], "directories"],
    [["auto", "--metrics-file", ""], "files"],
    [["housekeeping", "--metrics-file=/v"], "files"],
    [["housekeeping", "--jitter", ""], "words"],
  ] as const)("%j is for the shell: %s", async (words, kind) => {
    expect(await told(words, {})).toMatchObject({ kind, values: [] });
  });

  const choices = leavesOf(ROOT).flatMap((leaf) =>
    leaf.options.flatMap(({ flags, completes }) => {
      const flag = flags.replace(/ .*/, "");
      return typeof completes === "object" ? completes.map((value) => ({ line: leaf.command ?? "", flag, value })) : [];
    }),
  );
  // To be judged, a value has to get past the parser: what changes things gets a dry run.
  it.each(choices)("checkpoints $line $flag $value is accepted", async ({ line, flag, value }) => {
    const dry = /^\w+ print/.test(line) ? [] : ["--dry-run"];
    const w = world();
    const { stderr } = await run([...line.split(" "), flag, value, ...dry], { home: w });
    expect(stderr).not.toMatch(new RegExp(`${flag} is .*: expected`));
  });
});

describe("ids and directories", () => {
  const w = world({ scope: "manual" });
  afterAll(() => w.dispose());
  const thesis = w.repo("code/thesis");
  const other = w.repo("code/other", { workdir: "delete" });
  const profile = w.profile("job").repo("job/report");
  const elsewhere = world({ scope: "manual" });
  afterAll(() => elsewhere.dispose());
  const foreign = elsewhere.repo("foreign");
  const twice = w.repo("twice", { workdir: "delete" });

  it("of all repos, profiles too, each described by the other", async () => {
    const { kind, values, texts } = await told(["explain", ""], { home: w });
    expect(kind).toBe("paths");
    for (const repo of [thesis, other, profile])
      expect(values).toEqual(expect.arrayContaining([repo.id, repo.workdir]));
    expect(values).not.toContain(foreign.id);
    expect([texts.get(thesis.id), texts.get(thesis.workdir)]).toEqual([thesis.workdir, thesis.id]);
  });

  it.each([
    { typed: thesis.id.slice(0, 7), offers: [thesis.id] },
    { typed: "zzz", offers: [] },
    { typed: `${w.work}/code/t`, offers: [thesis.workdir] },
    { typed: "~/work/code/", offers: ["~/work/code/other", "~/work/code/thesis"] },
    { typed: "./code/oth", offers: ["./code/other"] },
    { typed: "code/", offers: ["code/other", "code/thesis"] },
    { typed: "../work/code/x", offers: [] },
    { typed: "code", offers: [] },
    { typed: `${w.work}/code/t*`, offers: [] },
  ])("that begin with $typed", async ({ typed, offers }) => {
    expect((await told(["prune", typed], { home: w, cwd: w.work })).values).toEqual(offers);
  });

  it("of the homes on the line alone", async () => {
    for (const place of [["--home", elsewhere.home], [`--base=${elsewhere.base}`], ["--home", "$OTHER/.hermes"]]) {
      const { values } = await told(["prune", ...place, ""], { home: w, env: { OTHER: elsewhere.root } });
      expect(values).toEqual([foreign.id, foreign.workdir]);
    }
    expect((await told(["prune", "--home", "/nonexistent/h", ""], { home: w })).values).toEqual([]);
    const env = { HERMES_HOME: elsewhere.home };
    expect((await told(["prune", ""], { home: w, env })).values).toEqual([foreign.id, foreign.workdir]);
  });

  it("not twice, and for explain not a second one", async () => {
    const { values } = await told(["prune", thesis.id, ""], { home: w });
    expect(values).toContain(other.id);
    expect(values).not.toContain(thesis.id);
    expect((await told(["explain", thesis.id, ""], { home: w })).values).not.toContain(other.id);
  });

  it("of the trash where something is put back, and only those", async () => {
    const trashed = world();
    const [gone, alive] = [trashed.repo("gone", { workdir: "delete" }), trashed.repo("alive")];
    await run(["prune", "--yes", "--trash"], { home: trashed });
    const { values, texts } = await told(["trash", "restore", ""], { home: trashed });
    expect(values).toEqual([gone.id]);
    expect(texts.get(gone.id)).toBe(gone.workdir);
    expect((await told(["prune", ""], { home: trashed })).values).toEqual([alive.id, alive.workdir]);
    const both = (await told(["explain", ""], { home: trashed })).values;
    expect(both).toEqual(expect.arrayContaining([gone.id, alive.id, gone.workdir]));
  });

  it("by the longer id where the trash has two of one repo", async () => {
    for (let n = 0; n < 2; n++) {
      if (n > 0) w.repo("twice", { workdir: "delete" });
      await run(["prune", "--yes", "--trash", twice.id], { home: w });
    }
    const { values } = await told(["trash", "restore", ""], { home: w });
    expect(values).toHaveLength(2);
    for (const id of values) expect(id).toMatch(new RegExp(`^${twice.id}\\.\\d+\\.[0-9a-f]{8}$`));
  });
});

describe("whatever lies there", () => {
  it("names that cannot be shown are left out, and the id stays", async () => {
    const w = world();
    const bad = ["a\nb", "c\u001b[31m", "d\te", "f\u202eg", "h\u2028i"].map((name, n) =>
      w.repo(`plain-${n}`, { marker: `${w.work}/${name}\n`, worktree: null }),
    );
    const { values, texts } = await told(["explain", ""], { home: w });
    expect(values).toEqual(bad.map(({ id }) => id).toSorted());
    expect(new Set(texts.values())).toEqual(new Set([""]));
  });

  it("says nothing of what is broken", async () => {
    const w = world();
    const repo = w.repo("alive");
    for (const marker of [null, "", "relative", Buffer.from([0x2f, 0xff])])
      w.repo(`odd-${String(marker).length}`, { marker, worktree: null });
    mkdirSync(join(w.base, "0000000000000000", "HEAD"), { recursive: true });
    w.config("checkpoint_gc: {retention_days: soon}\n\t:");
    w.stray("notes.txt");
    const { values } = await told(["explain", "/"], { home: w });
    expect(values).toEqual([repo.workdir]);
    writeFileSync(join(w.root, "file"), "");
    for (const place of ["/dev/null", join(w.root, "file"), "/", "", "\u0000"]) {
      if (place !== "\u0000") expect((await told(["prune", "--base", place, ""], { home: w })).values).toEqual([]);
    }
  });

  it("an id in a trash that a shell would run is left out", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    await run(["prune", "--yes", "--trash"], { home: w });
    const trash = join(w.home, ".checkpoints.gc", "trash");
    mkdirSync(join(trash, "%24%28touch%20x%29.1790000000000.0123abcd.orphan.hermes-shadow"));
    expect((await told(["trash", "restore", ""], { home: w })).values).toHaveLength(1);
  });

  it.each([[], ["tcsh", "--", "prune", ""], ["bash"], ["bash", "--"], ["zsh", "--"], ["fish", "--"]])(
    "a script that asks %j is not answered with an error",
    async (...words) => {
      const { code, stderr } = await run(["__complete", ...words], {});
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    },
  );

  it("is the same afterwards, times included", async () => {
    const w = world();
    w.repo("alive");
    w.repo("gone", { workdir: "delete" });
    w.repo("trashed", { workdir: "delete" });
    await run(["prune", "--yes", "--trash", "~/work/trashed"], { home: w });
    const before = fingerprint(w.root);
    for (const words of [
      ["explain", ""],
      ["trash", "restore", ""],
      ["prune", "/"],
      ["--home", "~/"],
      ["auto", "--"],
    ]) {
      await told(words, { home: w });
    }
    expect(diff(before, fingerprint(w.root))).toEqual([]);
    const empty = world();
    const untouched = fingerprint(empty.root);
    await told(["explain", ""], { home: empty });
    expect(diff(untouched, fingerprint(empty.root))).toEqual([]);
  });

  it("offers a few hundred of thousands, with what they have in common and no more", async () => {
    const w = world();
    for (let n = 0; n < 1200; n++) {
      const repo = join(w.base, (0x1000_0000_0000_0000n + BigInt(n)).toString(16).replace(/^1/, n < 600 ? "a" : "b"));
      mkdirSync(repo);
      writeFileSync(join(repo, "HEAD"), "ref: refs/heads/main\n");
    }
    const { values } = await told(["prune", ""], { home: w });
    expect(values.length).toBeLessThanOrEqual(300);
    expect(new Set(values.map((value) => value[0]))).toEqual(new Set(["a", "b"]));
  });
});

describe("checkpoints completion", () => {
  it.each(["bash", "zsh", "fish"])("%s prints a script", async (shell) => {
    const { code, stdout, stderr } = await run(["completion", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`checkpoints __complete ${shell} -- `);
  });

  it.each([
    {
      words: ["bsh"],
      says: 'unknown shell "bsh": expected bash, zsh or fish',
      hint: "Did you mean checkpoints completion bash?",
    },
    { words: ["powershell"], says: "expected bash, zsh or fish", hint: "" },
    { words: [], says: "no shell is named: expected bash, zsh or fish", hint: "" },
    { words: ["bash", "zsh"], says: 'takes 1 argument, but also got "zsh"', hint: "checkpoints completion --help" },
    { words: ["bash", "--json"], says: "completion prints a script", hint: "" },
  ])("refuses $words", async ({ words, says, hint }) => {
    const { code, stdout, stderr } = await run(["completion", ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^checkpoints: /);
    expect(stderr).toContain(says);
    expect(stderr).toContain(hint);
    if (!words.includes("--json")) expect(stdout).toBe("");
    else expect(JSON.parse(stdout)).toMatchObject({ status: "error" });
  });

  it("is in the help, and what the scripts ask is not", async () => {
    const { stdout } = await run(["--help"]);
    expect(stdout).toMatch(/^More:$[^]*^ {2}completion <shell> .*$[^]*^Options:$/m);
    expect(stdout).not.toContain("__complete");
    const own = (await run(["completion", "--help"])).stdout;
    expect(own).toContain("Usage: checkpoints completion <shell> ");
    expect(own.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("knows each command of the help", async () => {
    const { values } = await told([""], {});
    expect(values).toEqual(commandsOf(ROOT).map(({ name }) => name));
  });
});
