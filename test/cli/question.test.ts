// The question, in a real terminal.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { noTerminal, runInTerminal } from "../support/terminal.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";

const missing = noTerminal();
if (missing !== null) process.stdout.write(`${missing}\n`);

/** The question may be broken over lines. */
const ASKED = /\[N\]o/;

describe.skipIf(missing !== null)("the question of prune", () => {
  it("deletes for good on d", async () => {
    const w = world();
    const [gone, alive] = [w.repo("gone", { workdir: "delete" }), w.repo("alive")];
    const shown = await runInTerminal(["prune"], {
      home: w,
      columns: 120,
      keys: [{ after: ASKED, press: ["d", "Enter"] }],
    });
    expect(shown.code, shown.text).toBe(0);
    expect(shown.text).toMatch(/Delete 1 repo \(.*\)\? \[d\]elete for good \/ \[t\]rash for 7 days \/ \[N\]o d/);
    expect(shown.text).toContain(gone.id);
    expect(shown.text).toMatch(/Removed 1 repo/);
    expect([existsSync(gone.path), existsSync(alive.path)]).toEqual([false, true]);
    expect((await run(["trash", "list"], { home: w })).stdout).toBe("The trash is empty.\n");
  });

  it.each(["t", "trash"])("moves to the trash on %s", async (answer) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const shown = await runInTerminal(["prune"], { home: w, keys: [{ after: ASKED, press: [answer, "Enter"] }] });
    expect(shown.code, shown.text).toBe(0);
    expect(shown.text).toContain("Moved to the trash: 1 repo");
    expect(existsSync(gone.path)).toBe(false);
    expect((await run(["trash", "list"], { home: w })).stdout).toContain(gone.id);
    expect((await run(["trash", "restore", gone.id], { home: w })).code).toBe(0);
    expect(existsSync(gone.path)).toBe(true);
  });

  it.each([
    ["n", ["n", "Enter"]],
    ["Enter alone", ["Enter"]],
    ["what was not offered", ["y", "Enter"]],
    ["Ctrl-C", ["C-c"]],
    ["Ctrl-D", ["C-d"]],
  ])("changes nothing on %s, not even a time", async (_, press) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const before = fingerprint(w.root);
    const shown = await runInTerminal(["prune"], { home: w, keys: [{ after: ASKED, press }] });
    expect(shown.code, shown.text).toBe(3);
    expect(shown.text).toMatch(/Nothing was removed\.\n?$/);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("offers the trash alone where --trash was given, and counts the directories that still exist", async () => {
    const w = world();
    w.repo("old", { ageDays: 60 });
    const shown = await runInTerminal(["prune", "--trash"], {
      home: w,
      columns: 160,
      keys: [{ after: ASKED, press: ["d", "Enter"] }],
    });
    expect(shown.code, shown.text).toBe(3);
    expect(shown.text).toContain("its directory still exists");
    expect(shown.text).not.toContain("[d]elete");
  });

  it("is not asked where there is nothing to do", async () => {
    const w = world();
    w.repo("alive");
    const shown = await runInTerminal(["prune"], { home: w });
    expect(shown.code, shown.text).toBe(0);
    expect(shown.text).toMatch(/Nothing to remove\.\n?$/);
    expect(shown.text).not.toContain("[N]o");
  });

  it("is not asked with --yes, which shows the same plan and does it", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const shown = await runInTerminal(["prune", "--yes"], { home: w });
    expect(shown.code, shown.text).toBe(0);
    expect(shown.text).not.toContain("[N]o");
    expect(shown.text).toContain("Would be removed: 1 repo");
    expect(shown.text).toContain("Removed 1 repo");
    expect(existsSync(gone.path)).toBe(false);
  });
});

describe.skipIf(missing !== null)("the question of trash empty", () => {
  it.each([
    ["d", 0, "The trash is empty.\n"],
    ["n", 3, ""],
  ])("%s ends with %i", async (answer, code, list) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const before = fingerprint(w.root);
    const shown = await runInTerminal(["trash", "empty"], {
      home: w,
      keys: [{ after: ASKED, press: [answer, "Enter"] }],
    });
    expect(shown.code, shown.text).toBe(code);
    expect(shown.text).toContain("Delete 1 repo in the trash");
    if (code !== 0) expect(diff(before, fingerprint(w.root))).toEqual([]);
    expect((await run(["trash", "list"], { home: w })).stdout).toContain(list === "" ? gone.id : list);
  });
});

describe("where nobody can be asked", () => {
  it.each([
    ["prune", "checkpoints prune --yes"],
    ["prune --only orphan", "checkpoints prune --only orphan --yes"],
  ])("checkpoints %s shows the plan, names the flag and ends with 3", async (line, same) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const before = fingerprint(w.root);
    const { code, stdout, stderr } = await run(line.split(" "), { home: w, input: "d\n" });
    expect(code).toBe(3);
    expect(stdout).toContain(gone.id);
    expect(stderr).toBe(
      `checkpoints: no terminal to ask on, so nothing was removed\nTo do it without a question: ${same}\n`,
    );
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("trash empty does the same", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    await run(["prune", "--yes", "--trash"], { home: w });
    const { code, stderr } = await run(["trash", "empty"], { home: w, input: "d\n" });
    expect(code).toBe(3);
    expect(stderr).toContain("checkpoints trash empty --yes");
  });
});
