// A ref that a backup brought back has no history by itself: its objects may have been collected, and the bundle in the trash is the
// last that has them. And a swap that was killed after it had cleared the place.

import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, emptyTrash, prune, restore, scan, type Plan } from "../../../../src/index.ts";
import { ageCopies, trashNames } from "../../../reclaim/runs.ts";
import { assertSound, git } from "../../../support/git.ts";
import { runFaulty } from "../../../support/faults.ts";
import { HOUR_MS } from "../../../support/paths.ts";
import { made, type Made } from "./deleted-project.ts";

async function removed({ options }: Made): Promise<void> {
  await prune(await scan({ ...options, disposal: "trash", only: "orphan" }), options);
}

/** As a collection leaves them. */
function collected({ store, history }: Made, what = "^{commit}"): void {
  const name = git({ repo: store.path }, "rev-parse", `${history[0]}${what}`);
  rmSync(join(store.path, "objects", name.slice(0, 2), name.slice(2)));
  // What a restore added before is in a pack as well.
  for (const pack of readdirSync(join(store.path, "objects", "pack")))
    rmSync(join(store.path, "objects", "pack", pack));
}

/** The file of the ref alone, as a backup has it. */
function bringBack({ store, old, history }: Made): void {
  git({ repo: store.path }, "update-ref", "--no-deref", store.project(old).ref, history[0]!);
}

async function swept({ options }: Made, hours = 0) {
  const result = await autoPrune({ ...options, optIn: true, force: true, now: () => Date.now() + hours * HOUR_MS });
  return result.bases.flatMap(({ trash }) => trash).map(({ outcome }) => outcome);
}

function trashRows(plan: Plan): readonly (readonly [string, string])[] {
  return plan.bases.flatMap(({ trash }) => trash).map(({ action, reason }) => [action, reason] as const);
}

describe("a ref that a backup brought back", () => {
  it.each([
    { what: "without its commit", lost: "^{commit}" },
    { what: "without a tree", lost: "^{tree}" },
    { what: "without a file", lost: ":a.txt" },
  ])("$what gets its history from the trash by a sweep, and the copy stays", async ({ lost }) => {
    const all = made();
    await removed(all);
    bringBack(all);
    collected(all, lost);
    expect(trashRows(await scan(all.options))).toEqual([["return", "dangling-ref"]]);
    expect(await swept(all)).toEqual(["returned"]);
    expect(all.store.list(all.old)).toEqual(all.history);
    assertSound(all.store.path);
    expect(trashNames(all.w)).toEqual([expect.stringMatching(/=\..*\+ref/)]);
  });

  it("without its history gets it by a restore, with a file of it in the way by an exchange", async () => {
    for (const swap of [false, true]) {
      const all = made();
      const { store, old, id, options, history } = all;
      await removed(all);
      bringBack(all);
      collected(all);
      if (swap) writeFileSync(store.project(old).json, JSON.stringify({ workdir: old }));
      const { rows } = await restore({ ...options, ids: [id], swap });
      expect(rows.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
      expect(store.list(old)).toEqual(history);
      assertSound(store.path);
    }
  });

  it("with all of its history is a restored one: the bundle is dropped after two hours", async () => {
    const all = made();
    await removed(all);
    bringBack(all);
    for (const name of ["projects", "ledgers"]) rmFromTrash(all, name);
    expect(trashRows(await scan(all.options))).toEqual([["keep", "restored"]]);
    expect(await swept(all)).toEqual([]);
    expect(await swept(all, 1.9)).toEqual([]);
    expect(await swept(all, 2.1)).toEqual(["removed"]);
    expect([all.store.list(all.old), trashNames(all.w)]).toEqual([all.history, []]);
  });

  it("that lost its history after a restore gets it from the copy, whatever its age, also where the trash is emptied", async () => {
    const all = made();
    const { store, old, options, w, id } = all;
    await removed(all);
    await restore({ ...options, ids: [id] });
    expect(ageCopies(w)).toBe(1);
    const plan = await scan(options);
    expect(trashRows(plan)).toEqual([["destroy", "restored"]]);
    collected(all);
    await emptyTrash({ ...options, plan });
    expect(trashNames(w)).toHaveLength(1);
    expect(await swept(all)).toEqual(["returned"]);
    expect(store.list(old)).toEqual(all.history);
    assertSound(store.path);
  });
});

/** Half of an item, as a run that was killed leaves it. */
function rmFromTrash({ w }: Made, what: string): void {
  const trash = join(w.home, ".checkpoints.gc", "trash");
  for (const name of readdirSync(trash)) if (name.includes(`store%2F${what}`)) rmSync(join(trash, name));
}

describe("a swap for a history that was overwritten after a restore", () => {
  async function overwritten(): Promise<Made & { readonly theirs: string; readonly copy: string }> {
    const all = made();
    const { store, old, options, id, w } = all;
    await removed(all);
    await restore({ ...options, ids: [id] });
    const tree = git({ repo: store.path, input: "" }, "mktree");
    const theirs = git({ repo: store.path }, "commit-tree", tree, "-m", "first");
    git({ repo: store.path }, "update-ref", store.project(old).ref, theirs);
    const [first = "", taken = "", nonce = ""] = trashNames(w)[0]!.split(".");
    return { ...all, theirs, copy: `${first}.${taken.split("-")[0]}.${nonce}` };
  }

  it("is undone where it was killed with the place cleared: the newest history is back", async () => {
    const all = await overwritten();
    const { store, old, theirs, copy, w } = all;
    const fault = { kind: "kill", at: "point:member-isolated", nth: 1 } as const;
    const killed = await runFaulty(fault, ["trash", "restore", copy, "--swap"], { home: w });
    expect([killed.signal, store.tip(old)]).toEqual(["SIGKILL", null]);
    expect(await swept(all)).toEqual(["returned"]);
    expect(store.tip(old)).toBe(theirs);
  });

  it("is not undone where it was finished, whatever removed the history that it brought back", async () => {
    const all = await overwritten();
    const { store, old, options, copy } = all;
    await restore({ ...options, ids: [copy], swap: true });
    expect(store.list(old)).toEqual(all.history);
    git({ repo: store.path }, "update-ref", "-d", store.project(old).ref);
    expect(await swept(all)).toEqual([]);
    expect(store.tip(old)).toBe(null);
  });
});
