// Undo of a run, manual or automatic: what it moved to the trash goes back, in all bases and of all agents, and nothing else.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DocumentOf, schemaOf } from "../src/report/schema.ts";
import { byHand, DAY_MS, inDays, namesIn, stateOf, sweep, trashNames } from "./reclaim/runs.ts";
import { runFaulty } from "./support/faults.ts";
import { run } from "./support/run.ts";
import { opencodeRepo } from "./support/second-agent.ts";
import { git } from "./support/git.ts";
import { noTerminal, runInTerminal } from "./support/terminal.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

type History = DocumentOf<"history">;
type Undone = DocumentOf<"undo">;

async function historyOf(w: World): Promise<History> {
  const { stdout } = await run(["history", "--json"], { home: w });
  return schemaOf("history").parse(JSON.parse(stdout)) as History;
}

async function undoJson(w: World, ...words: readonly string[]): Promise<{ code: number | null; document: Undone }> {
  const { code, stdout } = await run(["undo", ...words, "--json"], { home: w });
  return { code, document: schemaOf("undo").parse(JSON.parse(stdout)) as Undone };
}

const TRASH = ["prune", "--yes", "--trash"];

/** Two bases, a repo that stays, and two that are moved to the trash by `prune`. */
async function pruned(): Promise<{ w: World; profile: World; gone: readonly ShadowRepo[]; alive: ShadowRepo }> {
  const w = world();
  const profile = w.profile("night");
  const alive = w.repo("alive");
  const gone = [w.repo("one", { workdir: "delete" }), profile.repo("two", { workdir: "delete", ageDays: 3 })];
  expect((await run(TRASH, { home: w })).code).toBe(0);
  return { w, profile, gone, alive };
}

describe("after a run whose clock was ahead", () => {
  it("undo takes back the run that came after it, and by its number the one before", async () => {
    const w = world();
    const first = w.repo("first", { workdir: "delete" });
    await sweep(w, { now: inDays(900), settings: { orphan_grace_hours: 0 } });
    const second = w.repo("second", { workdir: "delete" });
    expect((await run(TRASH, { home: w })).code).toBe(0);
    expect([existsSync(first.path), existsSync(second.path)]).toEqual([false, false]);
    expect((await undoJson(w)).code).toBe(0);
    expect([existsSync(first.path), existsSync(second.path)]).toEqual([false, true]);
    expect((await undoJson(w, "2")).code).toBe(0);
    expect(existsSync(first.path)).toBe(true);
  });
});

describe("history", () => {
  it("lists a manual run over two bases as one line, with what can be put back, and what it deleted", async () => {
    const { w, profile, gone } = await pruned();
    w.repo("three", { workdir: "delete" });
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    const { runs } = await historyOf(w);
    expect(runs).toHaveLength(2);
    expect(runs[0]).toMatchObject({
      number: 1,
      kind: "manual",
      command: "prune",
      trashed: 0,
      removed: 1,
      bases: [w.base],
    });
    expect(runs[1]).toMatchObject({
      number: 2,
      command: "prune",
      trashed: 2,
      removed: 0,
      bases: [w.base, profile.base],
    });
    expect(new Set(runs[1]!.restorable.items.map((id) => id.split(".")[0]))).toEqual(new Set(gone.map(({ id }) => id)));
    const { stdout } = await run(["history"], { home: w });
    expect(stdout).toMatch(/^1 {2}.*, prune by .* in .*: 1 removed/m);
    expect(stdout).toMatch(/^2 {2}.*, prune by .* in 2 places: 2 to trash .*; 2 can be put back$/m);
    expect(stdout).toContain("To put back what a run moved to the trash: checkpoints undo 2");
  });

  it("lists trash empty, and no run that removed nothing", async () => {
    const { w } = await pruned();
    expect((await run(TRASH, { home: w })).code).toBe(0);
    expect((await run(["trash", "empty", "--yes"], { home: w })).code).toBe(0);
    const { runs } = await historyOf(w);
    expect(runs.map(({ command, removed }) => [command, removed])).toEqual([
      ["trash empty", 2],
      ["prune", 0],
    ]);
    expect(runs[1]!.restorable.items).toEqual([]);
  });

  it("keeps a hundred manual runs, and does not lose a sweep for them", async () => {
    const w = world();
    w.repo("swept", { workdir: "delete" });
    await sweep(w, { settings: { orphan_grace_hours: 0 } });
    w.repo("gone", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    const file = join(stateOf(w), "state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as { manual: { at: number }[] };
    const [first] = record.manual;
    const manual = Array.from({ length: 100 }, (_, at) => ({ ...first, at: first!.at - at }));
    writeFileSync(file, JSON.stringify({ ...record, manual }));
    w.repo("again", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    const after = JSON.parse(readFileSync(file, "utf8")) as { manual: unknown[]; sweeps: unknown[] };
    expect([after.manual.length, after.sweeps.length]).toEqual([100, 1]);
  });

  it("takes back the last run alone where the record of the one before it is damaged", async () => {
    const w = world();
    const [older, last] = ["older", "last"].map((name) => w.repo(name, { workdir: "delete" }));
    await run([...TRASH, older!.id], { home: w });
    await run([...TRASH, last!.id], { home: w });
    const file = join(stateOf(w), "state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as { manual: { scanned: unknown }[] };
    record.manual[1]!.scanned = "many";
    writeFileSync(file, JSON.stringify(record));
    await run(["undo", "--yes"], { home: w });
    expect([existsSync(older!.path), existsSync(last!.path)]).toEqual([false, true]);
    await run(["undo", "2", "--yes"], { home: w });
    expect([existsSync(older!.path), existsSync(last!.path)]).toEqual([true, true]);
  });

  it("marks a run that was undone, over both of its bases, and not the one before it", async () => {
    const w = world();
    w.profile("night").repo("two", { workdir: "delete" });
    w.repo("older", { workdir: "delete" });
    await run([...TRASH, "--base", w.base], { home: w });
    w.repo("one", { workdir: "delete" });
    await run(TRASH, { home: w });
    await run(["undo"], { home: w });
    const { runs } = await historyOf(w);
    expect(runs.map(({ putBack }) => putBack?.items ?? null)).toEqual([2, null]);
    const lines = (await run(["history"], { home: w })).stdout.split("\n");
    expect(lines[0]).toMatch(/^1 .* 2 to trash .*; undone$/);
    expect(lines[1]).toMatch(/^2 .* 1 to trash .*; 1 can be put back$/);
  });

  it("marks a run partly undone by trash restore, which a second restore and one into a directory do not add to", async () => {
    const w = world();
    const [one, two] = ["one", "two", "three"].map((name) => w.repo(name, { workdir: "delete" }));
    await run(TRASH, { home: w });
    expect((await run(["trash", "restore", one!.id], { home: w })).code).toBe(0);
    expect((await run(["trash", "restore", one!.id], { home: w })).code).toBe(2);
    expect((await run(["trash", "restore", two!.id, "--to", join(w.root, "out")], { home: w })).code).toBe(0);
    const { runs } = await historyOf(w);
    expect(runs[0]!.putBack).toMatchObject({ items: 1 });
    expect((await run(["history"], { home: w })).stdout).toMatch(/; partly undone: 1 of 3; 1 can be put back$/m);
    expect((await run(["trash", "empty", "--yes"], { home: w })).code).toBe(0);
    const { code, stderr } = await run(["undo", "2"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toMatch(/run 2 is partly undone: 1 of 3 put back on .*, and the others are no longer in the trash/);
  });

  it("marks a run whose orphan a later run put back, since its directory exists again", async () => {
    const w = world();
    const back = w.repo("back", { workdir: "delete" });
    await run(TRASH, { home: w });
    mkdirSync(back.workdir, { recursive: true });
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect((await historyOf(w)).runs[0]!.putBack).toMatchObject({ items: 1 });
  });

  it("does not take a manual run for a sweep that was done", async () => {
    const { w } = await pruned();
    const { stdout } = await run(["status", "--json"], { home: w });
    expect((JSON.parse(stdout) as DocumentOf<"status">).bases[0]!.lastSweep).toBeNull();
  });
});

describe("undo", () => {
  it("puts back what the last manual run moved to the trash, of two bases and two agents, and no older one", async () => {
    const w = world();
    const profile = w.profile("night");
    const before = w.repo("before", { workdir: "delete" });
    expect((await run(TRASH, { home: w })).code).toBe(0);
    const gone = [w.repo("one", { workdir: "delete" }), profile.repo("two", { workdir: "delete" })];
    const other = opencodeRepo(w, join(w.root, "projects/x"), 60, true);
    mkdirSync(join(w.root, "projects/y"), { recursive: true });
    const collect = ["--set", "collect=hermes-shadow,opencode-snapshots"];
    const removed = await run([...TRASH, ...collect], { home: w });
    expect(removed.code, removed.stderr).toBe(0);
    expect(readdirSync(join(other.path, ".."))).toEqual([]);
    const { code, stdout, stderr } = await run(["undo"], { home: w });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Undone: run 1, .*, prune by /);
    for (const { id } of gone) expect(stdout).toContain(`Restored: ${id}`);
    expect(stdout).toContain("Restored 3 repos of 3.");
    expect(namesIn(w.base)).toEqual([gone[0]!.id]);
    expect(namesIn(profile.base)).toEqual([gone[1]!.id]);
    expect(git({ repo: other.path }, "fsck")).not.toContain("missing");
    expect(trashNames(w)).toHaveLength(1);
    expect(trashNames(w)[0]).toContain(before.id);
  });

  it("does not let the next automatic sweep take again what it put back, and lets it take the twin", async () => {
    const { w, gone } = await pruned();
    expect((await run(["undo"], { home: w })).code).toBe(0);
    const twin = w.repo("twin", { workdir: "delete" });
    const swept = await run(["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"], { home: w });
    expect(swept.code, swept.stderr).toBe(0);
    expect(namesIn(w.base)).toContain(gone[0]!.id);
    expect(namesIn(w.base)).not.toContain(twin.id);
  });

  it("puts back what an automatic sweep removed, and undo N an older run", async () => {
    const w = world();
    const manual = w.repo("manual", { workdir: "delete" });
    expect((await run(TRASH, { home: w })).code).toBe(0);
    const swept = w.repo("swept", { workdir: "delete" });
    expect((await run(["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"], { home: w })).code).toBe(0);
    expect((await historyOf(w)).runs.map(({ kind }) => kind)).toEqual(["automatic", "manual"]);
    expect((await run(["undo", "2"], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toContain(manual.id);
    const { code, document } = await undoJson(w);
    expect([code, document.undone]).toMatchObject([0, { number: 1, kind: "automatic", missing: { restored: 0 } }]);
    expect(namesIn(w.base)).toEqual(expect.arrayContaining([manual.id, swept.id]));
  });

  it("shows with --dry-run what it would put back, and changes nothing", async () => {
    const { w, gone } = await pruned();
    const { code, stdout } = await run(["undo", "--dry-run"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Would undo: run 1, /);
    for (const { id } of gone) expect(stdout).toContain(id);
    expect(stdout).toContain("Dry run: nothing was changed.");
    expect(trashNames(w)).toHaveLength(1);
    const { document } = await undoJson(w, "-n");
    expect(document).toMatchObject({ command: "undo", dryRun: true, undone: { number: 1, trashed: 2 } });
    expect(document.trash.map(({ entryId }) => entryId).toSorted()).toEqual(gone.map(({ id }) => id).toSorted());
  });

  it("does not say that a run is undone of which nothing was put back", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    await run(TRASH, { home: w });
    w.repo("gone");
    const { code, stdout } = await run(["undo"], { home: w });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Not undone: run 1, /);
    expect(stdout).toContain("Nothing was restored.");
    expect(trashNames(w)[0]).toContain(gone.id);
  });

  it("puts back the rest where something new is in one place, says so, and exits 1; --swap exchanges it", async () => {
    const { w, profile, gone } = await pruned();
    const [one, two] = gone;
    const again = w.repo("one", { snapshots: 1 });
    expect(again.id).toBe(one!.id);
    const { code, stdout } = await run(["undo"], { home: w });
    expect(code).toBe(1);
    expect(stdout).toContain("Not done: 1 repo");
    expect(stdout).toContain(`checkpoints undo 1 --swap`);
    expect(namesIn(profile.base)).toEqual([two!.id]);
    const swapped = await run(["undo", "1", "--swap"], { home: w });
    expect(swapped.code, swapped.stdout).toBe(0);
    expect(swapped.stdout).toContain("In place again already: 1.");
    expect(trashNames(w)).toHaveLength(1);
  });

  it("says what was deleted permanently since, and puts back the rest", async () => {
    const { w, profile } = await pruned();
    expect((await run(["trash", "empty", "--yes", "--base", profile.base], { home: w })).code).toBe(0);
    const { code, stdout } = await run(["undo", "2"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toContain("Cannot be restored, since deleted permanently: 1.");
  });

  it("refuses a run that deleted permanently, one whose trash was emptied, one that is not there, and no number", async () => {
    const { w, alive } = await pruned();
    expect((await run(["trash", "empty", "--yes"], { home: w })).code).toBe(0);
    for (const [words, says] of [
      [["1"], "deleted 2 permanently: it cannot be undone"],
      [["2"], "nothing of what run 2 moved to the trash"],
      [[], "run 1 deleted 2 permanently: it cannot be undone"],
      [["9"], "there is no run 9 in the history: it has 2"],
      [["0"], '"0" is not the number of a run'],
      [[alive.id], "is not the number of a run"],
    ] as const) {
      const { code, stderr } = await run(["undo", ...words], { home: w });
      expect([words, code]).toEqual([words, 2]);
      expect(stderr).toContain(says);
    }
    const { code, document } = await undoJson(w, "1");
    expect([code, document.error?.code, document.undone]).toEqual([2, "not-found", null]);
  });

  it("undoes no older run where the last one deleted permanently, and names it", async () => {
    const { w, gone } = await pruned();
    w.repo("three", { workdir: "delete" });
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    const { code, stderr } = await run(["undo"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain("run 1 deleted 1 permanently: it cannot be undone");
    expect(stderr).toContain("To undo run 2: checkpoints undo 2");
    expect(namesIn(w.base)).not.toContain(gone[0]!.id);
    expect((await run(["undo", "2"], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toContain(gone[0]!.id);
  });

  it("names an older run where the last one is undone already", async () => {
    const w = world();
    w.repo("older", { workdir: "delete" });
    await run(TRASH, { home: w });
    w.repo("newer", { workdir: "delete" });
    await run(TRASH, { home: w });
    expect((await run(["undo"], { home: w })).code).toBe(0);
    const { code, stderr } = await run(["undo"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toMatch(/run 1 is already undone: 1 put back on \d+ \w{3} \d\d:\d\d \(.*\)/);
    expect(stderr).toContain("To undo run 2: checkpoints undo 2");
  });

  it("says where nothing was ever moved to the trash", async () => {
    const { code, stderr } = await run(["undo"], { home: world() });
    expect([code, stderr.includes("no run has moved anything to the trash yet")]).toEqual([2, true]);
  });

  it("trash restore --last is the same, and the library's `run`", async () => {
    const { w, gone } = await pruned();
    expect((await run(["trash", "restore", "--last"], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toContain(gone[0]!.id);
  });
});

const missing = noTerminal();
describe("undo --dry-run --json", () => {
  const outcomes = ({ planned }: Undone, { gone }: { gone: readonly ShadowRepo[] }): readonly unknown[] =>
    gone.map(({ id }) => planned?.find((one) => one.id.startsWith(`${id}.`))?.outcome);

  it("says of each what the run then does: what has something new in its place stays, the other goes back", async () => {
    const here = await pruned();
    const { w, profile } = here;
    w.repo("one", { snapshots: 1 });
    const before = [namesIn(w.base), namesIn(profile.base), trashNames(w)];
    const { code, document } = await undoJson(w, "--dry-run");
    expect([code, outcomes(document, here)]).toEqual([0, ["conflict", "restore"]]);
    expect(document.planned?.map(({ error }) => error?.code ?? null).toSorted()).toEqual(["EEXIST", null]);
    expect(outcomes((await undoJson(w, "--dry-run", "--swap")).document, here)).toEqual(["exchange", "restore"]);
    expect([namesIn(w.base), namesIn(profile.base), trashNames(w)]).toEqual(before);

    const done = await undoJson(w, "--yes");
    expect([done.code, done.document.planned]).toEqual([1, undefined]);
    const outcomesOfRun = here.gone.map(
      ({ id }) => done.document.trash.find((one) => one.id.startsWith(`${id}.`))?.outcome,
    );
    expect(outcomesOfRun).toEqual(["conflict", "returned"]);
  });
});

if (missing !== null) console.warn(missing);

describe.skipIf(missing !== null)("in a terminal, undo", () => {
  const ASKED = /\[N\]o/;

  async function conflict(): Promise<{ w: World; profile: World; again: ShadowRepo }> {
    const { w, profile } = await pruned();
    return { w, profile, again: w.repo("one", { snapshots: 1 }) };
  }

  it("asks where something new is in one place, and puts back the others on y", async () => {
    const { w, profile } = await conflict();
    const { text, code } = await runInTerminal(["undo"], {
      home: w,
      columns: 120,
      keys: [{ after: ASKED, press: ["y", "Enter"] }],
    });
    expect(text).toContain("1 of 2 repos has something new in place. Restore the other 1?");
    expect(text).toContain("something new is in its place: stays in the trash");
    expect([code, namesIn(profile.base).length, trashNames(w).length]).toEqual([1, 1, 1]);
  });

  it("takes exactly the sweep whose line names it, over two bases, and leaves the run before it", async () => {
    const { w, profile, gone } = await pruned();
    const swept = [w.repo("three", { workdir: "delete" }), profile.repo("four", { workdir: "delete" })];
    const auto = ["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"];
    const { text, code } = await runInTerminal(auto, { home: w, columns: 200 });
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/2 to trash .*; undo until \d+ \w{3}(?: \d{4})?: checkpoints undo/),
    ]);
    expect((await run(["undo"], { home: w })).code).toBe(0);
    expect([namesIn(w.base), namesIn(profile.base)].flat()).toEqual(expect.arrayContaining(swept.map(({ id }) => id)));
    for (const { id } of gone) expect([namesIn(w.base), namesIn(profile.base)].flat()).not.toContain(id);
  });

  it("exchanges them on s", async () => {
    const { w, profile } = await conflict();
    const { code } = await runInTerminal(["undo"], { home: w, keys: [{ after: ASKED, press: ["s", "Enter"] }] });
    expect([code, namesIn(profile.base).length, trashNames(w).length]).toEqual([0, 1, 1]);
    expect(trashNames(w)[0]).toContain("swapped");
  });

  it("changes nothing on Enter, and does not ask where nothing is in the way", async () => {
    const { w, again } = await conflict();
    const declined = await runInTerminal(["undo"], { home: w, keys: [{ after: ASKED, press: ["Enter"] }] });
    expect([declined.code, declined.text.includes("Nothing was restored.")]).toEqual([3, true]);
    rmSync(again.path, { recursive: true });
    expect((await runInTerminal(["undo"], { home: w })).code).toBe(0);
  });
});

describe("where the run left no record", () => {
  it.each(["without the file", "in a file of version 1.0.0"])("the names in the trash are enough: %s", async (how) => {
    const { w, gone } = await pruned();
    for (const home of [w.home, join(w.home, "profiles/night")]) {
      const file = join(home, ".checkpoints.gc/state.json");
      const { manual: _, ...old } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      if (how === "without the file") rmSync(file);
      else writeFileSync(file, JSON.stringify(old));
    }
    const { runs } = await historyOf(w);
    expect(runs).toMatchObject([{ kind: "unrecorded", command: null, trashed: 2, by: "" }]);
    const { code, stdout } = await run(["undo"], { home: w });
    expect([code, stdout.includes("a run that left no record")]).toEqual([0, true]);
    for (const { id } of gone) expect(stdout).toContain(`Restored: ${id}`);
  });

  it.each(["ENOSPC", "EDQUOT", "EROFS"] as const)(
    "%s of the record stops no removal, and undo works all the same",
    async (code) => {
      const w = world();
      w.repo("alive");
      const gone = [w.repo("one", { workdir: "delete" }), w.repo("two", { workdir: "delete" })];
      const fault = { kind: "errno", at: "point:written", nth: 0, code, path: "state.json" } as const;
      const pruned = await runFaulty(fault, TRASH, { home: w });
      expect([pruned.code, trashNames(w).length]).toEqual([code === "EROFS" ? 1 : 0, 2]);
      expect(pruned.stderr).toContain("is not in the history");
      expect((await historyOf(w)).runs).toMatchObject([{ kind: "unrecorded", trashed: 2 }]);
      expect((await run(["undo"], { home: w })).code).toBe(0);
      expect(namesIn(w.base)).toEqual(expect.arrayContaining(gone.map(({ id }) => id)));
    },
  );

  it("puts back what a killed run had moved by then, and nothing of the run before it", async () => {
    const w = world();
    const before = w.repo("before", { workdir: "delete" });
    await byHand(w, { disposal: "trash", now: () => Date.now() - DAY_MS });
    for (const name of ["one", "two", "three"]) w.repo(name, { workdir: "delete" });
    await runFaulty({ kind: "kill", at: "point:isolated", nth: 2 }, TRASH, { home: w });
    const moved = 4 - namesIn(w.base).length - 1;
    expect(moved).toBeGreaterThan(0);
    const { runs } = await historyOf(w);
    expect(runs.map(({ kind, restorable }) => [kind, restorable.items.length])).toEqual([
      ["unrecorded", moved],
      ["manual", 1],
    ]);
    expect((await run(["undo"], { home: w })).code).toBe(0);
    expect([namesIn(w.base).length, trashNames(w).length]).toEqual([3, 1]);
    expect(trashNames(w)[0]).toContain(before.id);
  });

  it("takes two runs an hour apart for two", async () => {
    const w = world();
    const first = w.repo("first", { workdir: "delete" });
    await byHand(w, { disposal: "trash", now: inDays(0) });
    const second = w.repo("second", { workdir: "delete" });
    await byHand(w, { disposal: "trash", now: () => Date.now() + DAY_MS / 24 });
    rmSync(join(stateOf(w), "state.json"));
    expect((await historyOf(w)).runs).toMatchObject([{ trashed: 1 }, { trashed: 1 }]);
    expect((await run(["undo"], { home: w })).code).toBe(0);
    expect([namesIn(w.base), trashNames(w)[0]?.includes(first.id)]).toEqual([[second.id], true]);
  });

  it("a record that cannot be written stops no removal, and undo works all the same", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    expect((await run(["prune", "--yes", "--trash", "nothing-of-it"], { home: w })).code).toBe(2);
    mkdirSync(join(stateOf(w), "state.json"), { recursive: true });
    chmodSync(stateOf(w), 0o700);
    const { stdout } = await run(TRASH, { home: w });
    expect(stdout).toContain("Moved to the trash: 1 repo");
    expect(namesIn(w.base)).toEqual([]);
    rmSync(join(stateOf(w), "state.json"), { recursive: true });
    expect((await run(["undo"], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toEqual([gone.id]);
  });
});
