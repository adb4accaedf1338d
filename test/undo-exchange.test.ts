// What `--swap` moves to the trash is a run of its own: history lists it, and undo exchanges it back.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DocumentOf, schemaOf } from "../src/report/schema.ts";
import { stateOf, trashNames } from "./reclaim/runs.ts";
import { git } from "./support/git.ts";
import { run } from "./support/run.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const TRASH = ["prune", "--yes", "--trash"];

/** One repo in the trash with a new one in its place, and one in the trash whose place is free. */
async function taken(): Promise<{ w: World; gone: ShadowRepo; free: ShadowRepo; isNew: () => boolean }> {
  const w = world();
  const gone = w.repo("gone", { workdir: "delete" });
  const free = w.repo("free", { workdir: "delete" });
  expect((await run(TRASH, { home: w })).code).toBe(0);
  w.repo("gone", { snapshots: 1 });
  writeFileSync(join(gone.path, "new"), "");
  return { w, gone, free, isNew: () => existsSync(join(gone.path, "new")) };
}

async function ok(w: World, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(words, { home: w });
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

async function runsOf(w: World): Promise<DocumentOf<"history">["runs"]> {
  const document = JSON.parse(await ok(w, "history", "--json")) as unknown;
  return (schemaOf("history").parse(document) as DocumentOf<"history">).runs;
}

describe("trash restore --swap", () => {
  it("is a run that undo exchanges back, and back again, and the run before it stays as it was", async () => {
    const { w, gone, free, isNew } = await taken();
    const said = await ok(w, "trash", "restore", gone.id, "--swap");
    expect(said).toMatch(/^To undo the exchange: checkpoints undo$/m);
    expect(isNew()).toBe(false);
    const [exchange, prune] = await runsOf(w);
    expect(exchange).toMatchObject({ number: 1, kind: "manual", command: "trash restore", trashed: 1, removed: 0 });
    expect(exchange!.bytesTrashed).toBeGreaterThan(0);
    expect(prune).toMatchObject({ number: 2, command: "prune", trashed: 2, putBack: { items: 1 } });
    expect(await ok(w, "history")).toMatch(
      /^1 .*, trash restore by .*: 1 to trash in exchange \(.*B\), .*; 1 can be put back$/m,
    );

    expect(await ok(w, "undo")).toMatch(/^Undone: run 1, .*, trash restore by /);
    expect(isNew()).toBe(true);
    const undone = await runsOf(w);
    expect(undone.map(({ command, putBack }) => [command, putBack?.items ?? 0])).toEqual([
      ["undo", 0],
      ["trash restore", 1],
      ["prune", 1],
    ]);
    expect(undone[2]!.restorable.items).toHaveLength(1);
    expect(undone[2]!.restorable.items[0]).toContain(free.id);

    await ok(w, "undo");
    expect(isNew()).toBe(false);
  });

  it("undo --dry-run says that it would exchange, and does not; the list knows the size of what was swapped out", async () => {
    const { w, gone, isNew } = await taken();
    await ok(w, "trash", "restore", gone.id, "--swap");
    expect(await ok(w, "undo", "--dry-run")).toContain("is exchanged with what is in its place now");
    expect(isNew()).toBe(false);
    expect(await ok(w, "trash", "list")).toMatch(new RegExp(`^swapped +[\\d.]+ kB .*${gone.id}`, "m"));
  });

  it("records no run where nothing was in the place, and names no undo then", async () => {
    const { w, free } = await taken();
    expect(await ok(w, "trash", "restore", free.id, "--swap")).not.toContain("To undo");
    expect((await runsOf(w)).map(({ command }) => command)).toEqual(["prune"]);
  });

  it("puts it back where its place is free by now, and records no second exchange", async () => {
    const { w, gone, isNew } = await taken();
    await ok(w, "trash", "restore", gone.id, "--swap");
    rmSync(gone.path, { recursive: true });
    await ok(w, "undo");
    expect(isNew()).toBe(true);
    expect((await runsOf(w)).map(({ command }) => command)).toEqual(["trash restore", "prune"]);
  });

  it("exchanges the history of a project of the single store back as well", async () => {
    const w = world();
    const repo = w.store(["old", "twin"]);
    const refs = (): readonly string[] =>
      git({ repo }, "for-each-ref", "--format=%(refname) %(objectname)").split("\n");
    const all = refs();
    rmSync(join(w.work, "old"), { recursive: true });
    await ok(w, "prune", "--yes", "--trash", "--agent", "hermes", "--set", "collect=hermes-store");
    const twin = refs();
    const [ref = ""] = all.find((line) => !twin.includes(line))!.split(" ");
    const first = git({ repo }, "commit-tree", git({ repo, input: "" }, "mktree"), "-m", "first");
    git({ repo }, "update-ref", ref, first);
    const theirs = refs();
    await ok(w, "trash", "restore", ref.split("/").at(-1)!, "--swap");
    expect(refs()).toEqual(all);
    await ok(w, "undo");
    expect(refs()).toEqual(theirs);
    await ok(w, "undo");
    expect(refs()).toEqual(all);
  });

  it("undo --swap of a run is recorded in the same way", async () => {
    const { w, isNew } = await taken();
    expect(await ok(w, "undo", "--swap")).toMatch(/^To undo the exchange: checkpoints undo$/m);
    expect((await runsOf(w)).map(({ command, trashed }) => [command, trashed])).toEqual([
      ["undo", 1],
      ["prune", 2],
    ]);
    await ok(w, "undo");
    expect(isNew()).toBe(true);
  });

  it("counts as no run where its record is lost: it stays in the trash, and its id restores it", async () => {
    const { w, gone, isNew } = await taken();
    await ok(w, "trash", "restore", gone.id, "--swap");
    rmSync(join(stateOf(w), "state.json"));
    const runs = await runsOf(w);
    expect(runs.map(({ kind, restorable }) => [kind, restorable.items.length])).toEqual([["unrecorded", 1]]);
    expect(trashNames(w)).toHaveLength(2);
    await ok(w, "trash", "restore", gone.id, "--swap");
    expect(isNew()).toBe(true);
  });
});
