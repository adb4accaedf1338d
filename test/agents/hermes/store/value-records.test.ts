// A project that is destroyed at once leaves no bundle: until it is gone, a record in the trash has the value of its ref,
// and its history is in the store alone. As long as such a record lies there, no collection takes what it leads to.

import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { trashNames } from "../../../reclaim/runs.ts";
import { type Fault, runFaulty } from "../../../support/faults.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS } from "../../../support/paths.ts";
import { run } from "../../../support/run.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly a: string;
  readonly b: string;
  readonly history: readonly string[];
}

/** Two projects whose directories are gone, with objects that are old enough to be collected. */
function made(): Made {
  const w = world();
  w.settings({ collect: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const [a, b] = [join(w.work, "a"), join(w.work, "b")];
  for (const [at, workdir] of [a, b].entries()) {
    store.snapshot(workdir, { "f.txt": `one ${at}\n` }, Date.now() - 61 * DAY_MS);
    store.snapshot(workdir, { "f.txt": `two ${at}\n` }, Date.now() - 60 * DAY_MS);
    rmSync(workdir, { recursive: true });
  }
  const history = store.list(a);
  w.age(join(store.path, "objects"), 1);
  return { w, store, a, b, history };
}

/** `prune --yes` of one project, killed when it was taken and not destroyed yet. */
async function killedAfterTaking({ w, store }: Made, workdir: string): Promise<string> {
  const { id } = store.project(workdir);
  const killed = await runFaulty({ kind: "kill", at: "point:isolated", nth: 1 }, ["prune", "--yes", id], { home: w });
  expect(killed.signal).toBe("SIGKILL");
  expect(trashNames(w).some((name) => name.includes(id))).toBe(true);
  return id;
}

describe("a record of the value alone", () => {
  it("keeps its history through the removal of another project, and the project comes back", async () => {
    const all = made();
    const { w, store, a, b, history } = all;
    const other = store.list(b);
    const { id } = store.project(b);
    await killedAfterTaking(all, a);
    mkdirSync(a, { recursive: true });
    expect((await run(["prune", "--yes", id], { home: w })).code).toBe(0);
    // The twin: what no record has is collected.
    expect(other.every((commit) => !has(store, commit))).toBe(true);
    expect(history.every((commit) => has(store, commit))).toBe(true);
    await run(["prune", "--yes"], { home: w });
    expect(store.list(a)).toEqual(history);
    assertSound(store.path);
  });

  it("keeps all objects while it cannot be read, since it may be the last to name some", async () => {
    const all = made();
    const { w, store, a, b, history } = all;
    const id = await killedAfterTaking(all, a);
    const record = join(
      w.home,
      ".checkpoints.gc/trash",
      trashNames(w).find((name) => name.startsWith(id) && name.includes("+ref"))!,
    );
    // As where a file system has no symlinks.
    const [value] = readlinkSync(record).split(" ");
    rmSync(record);
    writeFileSync(record, `# checkpoint-gc ref v1\n${value!} ${store.project(a).ref}\n\n`);
    const fault: Fault = { kind: "errno", at: "open", nth: 0, code: "EACCES", path: basename(record) };
    const { stdout } = await runFaulty(fault, ["prune", "--yes", store.project(b).id], { home: w });
    expect([store.tip(b), stdout]).toEqual([null, expect.stringContaining("cannot be read")]);
    expect(history.every((commit) => has(store, commit))).toBe(true);
  });

  it("keeps nothing any more when it is destroyed", async () => {
    const all = made();
    const { w, store, a, history } = all;
    await killedAfterTaking(all, a);
    expect((await run(["trash", "empty", "--yes"], { home: w })).code).toBe(0);
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(history.some((commit) => has(store, commit))).toBe(false);
  });

  it("stays as a copy when the ref is put back, so that a ref that is overwritten then can be restored", async () => {
    const all = made();
    const { w, store, a, b, history } = all;
    const id = await killedAfterTaking(all, a);
    expect((await run(["trash", "restore", id], { home: w })).code).toBe(0);
    expect(store.list(a)).toEqual(history);
    // An older Hermes that found no ref a moment ago begins anew.
    git({ repo: store.path }, "update-ref", "-d", store.project(a).ref);
    store.snapshot(a, { "f.txt": "after\n" });
    const after = store.list(a);
    expect((await run(["prune", "--yes", store.project(b).id], { home: w })).code).toBe(0);
    expect(history.every((commit) => has(store, commit))).toBe(true);
    const back = await run(["trash", "restore", "--swap", id], { home: w });
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(store.list(a)).toEqual(history);
    expect(after.every((commit) => has(store, commit) || trashNames(w).length > 0)).toBe(true);
  });

  it("is not taken elsewhere, since there is nothing to take, and stays", async () => {
    const all = made();
    const { w, store, a, history } = all;
    const id = await killedAfterTaking(all, a);
    const before = trashNames(w);
    const out = join(w.root, "out");
    const { code, stdout } = await run(["trash", "restore", id, "--to", out], { home: w });
    expect(code).toBe(1);
    expect(stdout).toContain("its snapshots are still in");
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
    expect(trashNames(w)).toEqual(before);
    expect((await run(["trash", "restore", id], { home: w })).code).toBe(0);
    expect(store.list(a)).toEqual(history);
  });
});

function has(store: HermesStore, commit: string): boolean {
  try {
    git({ repo: store.path }, "cat-file", "-e", commit);
    return true;
  } catch {
    return false;
  }
}
