// An older Hermes takes no lock: it reads "no ref", and sets its own a moment later, over one that was put back in
// between. A run that puts a ref back keeps its history in the trash for two hours, until a run finds it in the ref.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, emptyTrash, prune, restore, scan, type Plan, type RunResult } from "../../../../src/index.ts";
import { ageCopies, trashNames } from "../../../reclaim/runs.ts";
import { assertSound, git } from "../../../support/git.ts";
import { DAY_MS, HOUR_MS, removeTree } from "../../../support/paths.ts";
import { run } from "../../../support/run.ts";
import { interceptCalls, failCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { made, type Made } from "./deleted-project.ts";

/** What Hermes is about to set: a commit without a parent. */
function firstCommit({ store }: Made): string {
  const tree = git({ repo: store.path, input: "" }, "mktree");
  return git({ repo: store.path }, "commit-tree", tree, "-m", "first");
}

async function removed({ options }: Made): Promise<RunResult> {
  return prune(await scan({ ...options, disposal: "trash", only: "orphan" }), options);
}

async function swept({ options }: Made, hours = 0): Promise<RunResult> {
  return autoPrune({ ...options, optIn: true, force: true, now: inHours(hours) });
}

function inHours(hours: number): () => number {
  return () => Date.now() + hours * HOUR_MS;
}

function outcomesOf(result: RunResult): readonly string[] {
  return result.bases.flatMap(({ trash, entries }) => [...trash, ...entries]).map(({ outcome }) => outcome);
}

function trashRows(plan: Plan): readonly (readonly [string, string])[] {
  return plan.bases.flatMap(({ trash }) => trash).map(({ action, reason }) => [action, reason] as const);
}

/** Ways of putting a project back, each with what it leaves in the trash at least: one file, the history. */
const WAYS: readonly (readonly [string, (all: Made) => Promise<void>])[] = [
  [
    "a person",
    async (all) => {
      await removed(all);
      const { rows } = await restore({ ...all.options, ids: [all.id] });
      expect(rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    },
  ],
  [
    "a sweep that finds its directory again",
    async (all) => {
      await removed(all);
      mkdirSync(all.old);
      expect(outcomesOf(await swept(all))).toEqual(["returned"]);
    },
  ],
  [
    "a removal that finds it in use",
    async (all) => {
      interceptCalls((operation) => {
        if (operation === "point:isolated") mkdirSync(all.old);
      });
      expect(outcomesOf(await removed(all))).toEqual(["changed"]);
      stopIntercepting();
    },
  ],
  [
    "a removal of which a file cannot be moved",
    async (all) => {
      failCalls("EACCES", (operation, path) => operation === "rename" && path.includes("/store/projects/"));
      expect(outcomesOf(await removed(all))).toEqual(["failed"]);
      stopIntercepting();
    },
  ],
  [
    "the undo of half an exchange",
    async (all) => {
      await removed(all);
      const theirs = firstCommit(all);
      git({ repo: all.store.path }, "update-ref", all.store.project(all.old).ref, theirs);
      mkdirSync(all.old);
      // What was to come back cannot: its objects are not to be had.
      const bundle = trashNames(all.w).find((name) => name.includes("+ref"))!;
      const path = join(all.w.home, ".checkpoints.gc", "trash", bundle);
      interceptCalls((operation) => {
        if (operation === "point:ref-deleted") renameSync(path, `${path}.away`);
      });
      const { rows } = await restore({ ...all.options, ids: [all.id], swap: true });
      stopIntercepting();
      renameSync(`${path}.away`, path);
      expect(rows.map(({ outcome }) => outcome)).toEqual(["failed"]);
      expect(all.store.tip(all.old)).toBe(theirs);
    },
  ],
];

describe("a history that was put back by", () => {
  it.each(WAYS.slice(0, 4))(
    "%s is dropped from the trash after two hours, by a run that finds it in the ref",
    async (_, act) => {
      const all = made();
      await act(all);
      expect([all.store.list(all.old), trashNames(all.w)]).toEqual([all.history, [expect.stringContaining("+ref")]]);
      expect(trashRows(await scan(all.options))).toEqual([["keep", "restored"]]);
      // In use, so that no rule removes it again.
      mkdirSync(all.old, { recursive: true });
      all.store.amend(all.old, { last_touch: Date.now() / 1000 });
      for (const hours of [0, 1.9]) expect(outcomesOf(await swept(all, hours))).toEqual([]);
      expect(trashNames(all.w)).toEqual([expect.stringContaining("=")]);
      expect(outcomesOf(await swept(all, 2.1))).toEqual(["removed"]);
      expect([all.store.list(all.old), trashNames(all.w)]).toEqual([all.history, []]);
      assertSound(all.store.path);
    },
  );

  it.each(WAYS.slice(0, 4))("%s stays in the trash where the ref was overwritten, and comes back", async (_, act) => {
    const all = made();
    const { store, old, options, w, id, history } = all;
    const theirs = firstCommit(all);
    await act(all);
    git({ repo: store.path }, "update-ref", store.project(old).ref, theirs);
    mkdirSync(old, { recursive: true });
    for (const days of [0, 30, 365]) {
      await autoPrune({ ...options, optIn: true, force: true, now: () => Date.now() + days * DAY_MS });
      const left = trashNames(w).filter((name) => name.includes("+ref") && name.includes("="));
      expect(left).toHaveLength(1);
    }
    // Some of these were removed again by age.
    const reason = store.tip(old) === null ? "superseded" : "overwritten";
    expect(trashRows(await scan(options))).toContainEqual(["keep", reason]);
    const ids = [trashIdOf(trashNames(w).find((name) => name.includes("="))!)];
    const newer = trashNames(w).filter(
      (name) => name.includes(`${id}.`) && name.includes("+ref") && !name.includes("="),
    );
    if (reason === "superseded") await restore({ ...options, ids: newer.map(trashIdOf) });
    const { rows } = await restore({ ...options, ids, swap: true });
    expect(rows.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
    expect(store.list(old)).toEqual(history);
    expect(id).toBe(store.project(old).id);
    assertSound(store.path);
  });

  it("the undo of half an exchange stays, and is dropped when it is found in place", async () => {
    const all = made();
    await WAYS[4]![1](all);
    const copies = trashNames(all.w).filter((name) => name.includes(".swapped="));
    expect(copies).toHaveLength(1);
    await swept(all);
    expect(trashNames(all.w).filter((name) => name.includes(".swapped="))).toHaveLength(1);
    await swept(all, 3);
    expect(trashNames(all.w).filter((name) => name.includes(".swapped"))).toEqual([]);
  });
});

function trashIdOf(name: string): string {
  const [id, taken = "", nonce] = name.split(".");
  return [id, taken.split("-")[0], nonce].join(".");
}

describe("a copy of what was put back", () => {
  it("is not what restore --last means, and a second restore of it says that it is in place", async () => {
    const all = made();
    const { w, id, store, old, history } = all;
    mkdirSync(join(w.work, "x"));
    expect((await run(["auto", "--opt-in", "--now", "--set", "orphan_grace_hours=0"], { home: w })).code).toBe(0);
    const first = await run(["trash", "restore", id], { home: w });
    expect(first.stdout).toContain("A copy stays in the trash for two hours: the first run after that deletes it.");
    const list = await run(["trash", "list"], { home: w });
    expect(list.stdout).toContain("Restored: 1 entry; its copy in the trash is kept for two hours");
    expect(list.stdout).not.toContain("In the trash:");
    expect(list.stdout).not.toContain("trash restore");
    const last = await run(["trash", "restore", "--last"], { home: w });
    expect([last.code, last.stderr]).toEqual([2, expect.stringContaining("is already undone")]);
    const again = await run(["trash", "restore", id], { home: w });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining(`Already restored: ${id}`)]);
    expect([store.list(old), trashNames(w)]).toEqual([history, [expect.stringContaining("=")]]);
  });

  it("is not asked about, and a prune with nothing else to do drops it", async () => {
    const all = made();
    await WAYS[0]![1](all);
    const status = await run(["status"], { home: all.w });
    expect(status.stdout).toContain("its copy in the trash is kept for two hours");
    expect((await run(["prune"], { home: all.w })).code).toBe(0);
    expect(ageCopies(all.w)).toBe(1);
    const done = await run(["prune"], { home: all.w });
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining("Nothing to remove.")]);
    expect([all.store.list(all.old), trashNames(all.w)]).toEqual([all.history, []]);
  });

  it.each([
    { what: "stays, whatever the plan says, where the ref was overwritten since the plan", theirs: true },
    { what: "is emptied with the trash where the ref has it", theirs: false },
  ])("$what", async ({ theirs }) => {
    const all = made();
    const { store, old, options, w } = all;
    const commit = firstCommit(all);
    await WAYS[0]![1](all);
    const young = await scan(options);
    expect(outcomesOf(await emptyTrash({ ...options, plan: young }))).toEqual([]);
    expect(trashNames(w)).toHaveLength(1);
    const plan = await scan({ ...options, now: inHours(3) });
    if (theirs) git({ repo: store.path }, "update-ref", store.project(old).ref, commit);
    expect(outcomesOf(await emptyTrash({ ...options, plan, now: inHours(3) }))).toEqual([
      theirs ? "changed" : "removed",
    ]);
    expect(trashNames(w)).toHaveLength(theirs ? 1 : 0);
  });

  it("is deleted where a person empties the trash, and was shown that the ref has something else", async () => {
    const all = made();
    const { store, old, options, w } = all;
    const commit = firstCommit(all);
    await WAYS[0]![1](all);
    git({ repo: store.path }, "update-ref", store.project(old).ref, commit);
    const list = await run(["trash", "list"], { home: w });
    expect(list.stdout.replaceAll(/\s+/g, " ")).toContain("another program has overwritten it since");
    await emptyTrash({ ...options, plan: await scan(options) });
    expect(trashNames(w)).toEqual([]);
  });

  it("is not offered where newer snapshots were moved to the trash since: those come first", async () => {
    const all = made();
    const { store, old, options, w, history } = all;
    const commit = firstCommit(all);
    await WAYS[1]![1](all);
    git({ repo: store.path }, "update-ref", store.project(old).ref, commit);
    removeTree(old);
    // What protects the restored one is no matter here.
    rmSync(join(w.home, ".checkpoints.gc", "restored"), { recursive: true, force: true });
    expect(outcomesOf(await removed(all))).toEqual(["trashed"]);
    expect(
      trashRows(await scan(options))
        .map(([, reason]) => reason)
        .toSorted(),
    ).toEqual(["superseded", "waiting"]);
    const { stdout } = await run(["trash", "list"], { home: w });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "newer snapshots of it were moved to the trash since: restore those",
    );
    expect(stdout).not.toContain("another program");
    // As it says: the newer ones, then the exchange.
    const names = trashNames(w).filter((name) => name.includes("+ref"));
    const [newer, copy] = [false, true].map((is) => trashIdOf(names.find((name) => name.includes("=") === is)!));
    // The ref alone would be a history without its project.
    for (const swap of [false, true]) {
      const { rows } = await restore({ ...options, ids: [copy!], swap });
      expect(rows[0]).toMatchObject({
        outcome: "failed",
        error: { message: expect.stringContaining(newer!) as string },
      });
      expect(store.tip(old)).toBeNull();
    }
    await restore({ ...options, ids: [newer!] });
    expect(store.tip(old)).toBe(commit);
    await restore({ ...options, ids: [copy!], swap: true });
    expect(store.list(old)).toEqual(history);
    expect(existsSync(store.project(old).json)).toBe(true);
  });

  it("whose ref is gone says that it is not in its place, and not who did it: the near twin", async () => {
    const all = made();
    await WAYS[0]![1](all);
    git({ repo: all.store.path }, "update-ref", "-d", all.store.project(all.old).ref);
    expect(trashRows(await scan(all.options))).toEqual([["keep", "deleted-again"]]);
    const { stdout } = await run(["trash", "list"], { home: all.w });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "it was restored, and is no longer in its place: checkpoints trash restore",
    );
  });

  it("waits where the store was thrown away since, and no run fails over it", async () => {
    const all = made();
    await WAYS[0]![1](all);
    rmSync(all.store.path, { recursive: true });
    expect(existsSync(all.w.base)).toBe(true);
    const result = await swept(all);
    expect([result.status, outcomesOf(result)]).toEqual(["done", []]);
    expect(trashRows(await scan(all.options))).toEqual([["keep", "deleted-again"]]);
    expect(trashNames(all.w)).toHaveLength(1);
  });

  it("does not block an exchange with it", async () => {
    const all = made();
    const { store, old, options, w, id, history } = all;
    await removed(all);
    store.snapshot(old, { "a.txt": "new life\n" });
    const young = store.list(old);
    await restore({ ...options, ids: [id], swap: true });
    expect(store.list(old)).toEqual(history);
    expect((await restore({ ...options, ids: [id], swap: true })).rows.map(({ outcome }) => outcome)).toEqual([
      "restored",
    ]);
    expect(store.list(old)).toEqual(young);
    // The old one whole, and a copy of the young one.
    expect(trashNames(w).filter((name) => name.includes("="))).toHaveLength(1);
    expect(trashNames(w).filter((name) => name.includes("+ref"))).toHaveLength(2);
  });

  it("stays where a history was to be destroyed at once and was put back: its record, whose objects are kept", async () => {
    const all = made();
    interceptCalls((operation) => {
      if (operation === "point:isolated") mkdirSync(all.old);
    });
    const plan = await scan({ ...all.options, only: "orphan" });
    expect(outcomesOf(await prune(plan, all.options))).toEqual(["changed"]);
    stopIntercepting();
    expect(all.store.list(all.old)).toEqual(all.history);
    expect(trashNames(all.w).map((name) => name.includes("="))).toEqual([true]);
  });
});
