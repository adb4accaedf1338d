// The question, in a real terminal.

import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { answerOf, isAnswer, notAnAnswer, offersOf } from "../../src/cli/question.ts";
import { run } from "../support/run.ts";
import { noTerminal, runInTerminal } from "../support/terminal.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

const missing = noTerminal();
if (missing !== null) process.stdout.write(`${missing}\n`);

/** The question may be broken over lines. */
const ASKED = /\[N\]o/;

/** Keys that the command's own process sends to its terminal, before a line of the command has run. */
function pressedAtTheStart(w: World, keys: readonly string[]): readonly string[] {
  const file = join(dirname(w.home), "press.mjs");
  writeFileSync(
    file,
    `import { spawnSync } from "node:child_process";
const [socket] = process.env.TMUX.split(",");
spawnSync("tmux", ["-S", socket, "send-keys", "-t", process.env.TMUX_PANE, ...${JSON.stringify(keys)}]);
`,
  );
  return ["--import", file];
}

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
    expect(shown.text).toMatch(/Delete 1 repo \(.*\)\? \[d\]elete permanently \/ \[t\]rash for 7 days \/ \[N\]o d/);
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
    ["n", ["n", "Enter"], 3],
    ["no", ["no", "Enter"], 3],
    ["Enter alone", ["Enter"], 3],
    ["Ctrl-C", ["C-c"], 130],
    ["Ctrl-C behind an answer", ["d", "C-c"], 130],
    ["Ctrl-D", ["C-d"], 3],
  ])("changes nothing on %s, not even a time, and ends with %i", async (_, press, code) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const before = fingerprint(w.root);
    const shown = await runInTerminal(["prune"], { home: w, keys: [{ after: ASKED, press }] });
    expect(shown.code, shown.text).toBe(code);
    expect(shown.text).toMatch(/Nothing was removed\.\n?$/);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("asks again after an answer that was not offered, and accepts the next one", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const shown = await runInTerminal(["prune"], {
      home: w,
      keys: [
        { after: ASKED, press: ["y", "Enter"] },
        { after: /"y" is not one of the answers: type d, t or n\n[^]*\[N\]o/, press: ["t", "Enter"] },
      ],
    });
    expect(shown.code, shown.text).toBe(0);
    expect(shown.text).toContain("Moved to the trash: 1 repo");
    expect(existsSync(gone.path)).toBe(false);
  });

  it("counts a third answer that was not offered as no", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const before = fingerprint(w.root);
    const shown = await runInTerminal(["prune"], {
      home: w,
      keys: [
        { after: ASKED, press: ["x", "Enter"] },
        { after: /"x" is not one of[^]*\[N\]o/, press: ["yes", "Enter"] },
        { after: /"yes" is not one of[^]*\[N\]o/, press: ["dd", "Enter"] },
      ],
    });
    expect(shown.code, shown.text).toBe(3);
    expect(shown.text).toMatch(/"dd" is not one of the answers: type d, t or n\nNothing was removed\.\n?$/);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  // One write of a terminal, as a paste is: the second line was typed before it was asked for.
  it("lets no line of a paste answer what is asked after it", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const shown = await runInTerminal(["prune"], {
      home: w,
      keys: [
        { after: ASKED, press: ["x", "Enter", "d", "Enter"] },
        { after: /"x" is not one of[^]*\[N\]o/, press: ["n", "Enter"] },
      ],
    });
    expect(shown.code, shown.text).toBe(3);
    expect(shown.text).toMatch(/Nothing was removed\.\n?$/);
  });

  it.each([
    ["a line", ["d", "Enter"]],
    ["several lines", ["d", "Enter", "d", "Enter", "t", "Enter"]],
    ["a line without its end", ["d"]],
  ])("is not answered by %s typed before it was there", async (_, early) => {
    const w = world();
    const gone = Array.from({ length: 5 }, (__, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
    const before = fingerprint(w.home);
    const shown = await runInTerminal(["prune"], {
      home: w,
      node: pressedAtTheStart(w, early),
      keys: [{ after: ASKED, press: ["Enter"] }],
    });
    expect(shown.code, shown.text).toBe(3);
    expect(shown.text).toMatch(/\[N\]o\s+Nothing was removed\.\n?$/);
    expect(diff(before, fingerprint(w.home))).toEqual([]);
    expect(gone.every(({ path }) => existsSync(path))).toBe(true);
  });

  it.each([
    ["prune", "> plan.txt"],
    ["prune", "| cat"],
    ["prune --trash", "| cat"],
    ["compact", "| cat"],
    ["trash empty", "> list.txt"],
  ])("%s is not asked where the list was redirected: %s", async (line, behind) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    w.repo("alive", { real: true });
    if (line === "trash empty") await run(["prune", "--yes", "--trash"], { home: w });
    const before = fingerprint(w.home);
    const shown = await runInTerminal(line.split(" "), {
      home: w,
      cwd: w.root,
      columns: 160,
      behind,
      keys: [{ after: ASKED, press: ["d", "Enter"] }],
    });
    expect(shown.text).not.toContain("[N]o");
    if (behind.startsWith(">")) expect(shown.code, shown.text).toBe(3);
    if (line !== "compact" || shown.text.includes("checkpoints:")) {
      expect(shown.text.replaceAll("\n", " ")).toContain("the list was not shown on the terminal that would be asked");
      expect(shown.text).toContain(`checkpoints ${line} --yes. To only see the plan: --dry-run.`);
    }
    expect(diff(before, fingerprint(w.home))).toEqual([]);
  });

  it("shows the list with -q too, since it asks about it", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const shown = await runInTerminal(["prune", "-q"], { home: w, keys: [{ after: ASKED, press: ["n", "Enter"] }] });
    expect(shown.text).toContain(gone.id);
  });

  it("is broken between words where the terminal is narrow", async () => {
    const w = world();
    for (let n = 0; n < 3; n += 1) w.repo(`old-${n}`, { ageDays: 60 });
    const shown = await runInTerminal(["prune", "--trash"], {
      home: w,
      columns: 60,
      keys: [{ after: ASKED, press: ["n", "Enter"] }],
    });
    const lines = shown.text.split("\n");
    const at = lines.findIndex((text) => text.startsWith("Move 3 repos"));
    expect(lines.slice(at, at + 3)).toEqual([
      expect.stringMatching(/^Move 3 repos \(.*; all of their directories still$/),
      "exist) to the trash for 7 days?",
      "[y]es / [N]o n",
    ]);
  });

  it("offers the trash alone where --trash was given, and counts the directories that still exist", async () => {
    const w = world();
    w.repo("old", { ageDays: 60 });
    const shown = await runInTerminal(["prune", "--trash"], {
      home: w,
      columns: 160,
      keys: [
        { after: ASKED, press: ["d", "Enter"] },
        { after: /"d" is not one of the answers: type y or n\n[^]*\[N\]o/, press: ["Enter"] },
      ],
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

describe("an answer", () => {
  const offers = offersOf("Delete it? [d]elete permanently / [t]rash for 7 days / [N]o");
  it.each([
    ["d", "d"],
    [" D ", "d"],
    ["delete", "d"],
    ["trash", "t"],
    ["n", "n"],
    ["No", "n"],
    ["", "n"],
    ["  ", "n"],
  ])("%j means %j", (typed, letter) => {
    expect([answerOf(typed, offers), isAnswer(typed, offers)]).toEqual([letter, true]);
  });

  it.each(["y", "del", "d t", "nod", "dd", "[d]"])("%j is none", (typed) => {
    expect(isAnswer(typed, offers)).toBe(false);
  });

  it("that was not offered is named with those that were", () => {
    expect(notAnAnswer(" y", offers)).toBe('"y" is not one of the answers: type d, t or n');
    expect(notAnAnswer("\u001b[2J", offersOf("Pack it? [y]es / [N]o"))).toBe(
      '"\\u001b[2J" is not one of the answers: type y or n',
    );
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

describe("without a terminal to ask in", () => {
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
      `checkpoints: no terminal to ask on, so nothing was removed\nTo run it without asking: ${same}\n`,
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
