// A new kind of store through every stage, with nothing changed in src/: two members an entry, a last use in a file.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, emptyTrash, prune, restore, type RunResult, scan } from "../src/index.ts";
import { killAt } from "./fs/support.ts";
import { errno, interceptCalls, stopIntercepting } from "./support/intercept-calls.ts";
import {
  FRESH,
  isolatedIn,
  makeToy,
  OLD,
  outcomes,
  rows,
  there,
  type Toys,
  toys,
  trashOf,
} from "./support/toy-store.ts";
import { diff, fingerprint } from "./support/tree.ts";

const DAY = 86_400_000;

describe("a toy store", () => {
  it("is found, judged by its own last use, and planned", async () => {
    const { w, options } = toys();
    const plan = await scan({ ...options, everything: true });
    expect(rows(plan)).toEqual([
      ["toy-1", "stale", "stale"],
      ["toy-2", "live", null],
    ]);
    const [row] = plan.bases[0]?.entries ?? [];
    expect(row?.judged).toMatchObject({
      lastUsed: { at: OLD * 1000, from: "last_use" },
      lastUsedExact: true,
      reason: "unused",
    });
    expect(row?.judged.bytes).toBeGreaterThanOrEqual(5000);
    expect(row?.judged.files).toBe(2);
    expect(plan.bases[0]?.foreign).toEqual([]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    // A run without this kind leaves it alone.
    const without = await scan({ home: w.home, env: { HOME: w.root } });
    expect(rows(without)).toEqual([]);
    expect(without.bases[0]?.foreign).toEqual(["toy-1.d", "toy-1.json", "toy-2.d", "toy-2.json"]);
  });

  it("is destroyed with both members, and no other", async () => {
    const { w, old, fresh, options } = toys();
    const result = await prune(await scan(options), options);
    expect(outcomes(result)).toEqual([["toy-1", "removed"]]);
    expect([there(old), there(fresh), isolatedIn(w)]).toEqual([[false, false], [true, true], []]);
    expect(rows(await scan(options))).toEqual([["toy-2", "live", null]]);
  });

  it("is moved to the trash by a manual run, is restored with both members, and is held afterwards", async () => {
    const { w, options } = toys();
    const before = fingerprint(w.base, { times: false });
    const trashed = await prune(await scan({ ...options, disposal: "trash" }), options);
    expect([outcomes(trashed), isolatedIn(w).length]).toEqual([[["toy-1", "trashed"]], 2]);
    const trash = (await scan(options)).bases[0]?.trash ?? [];
    expect(trash.map(({ item, action, reason }) => [item.entryId, item.complete, item.store, action, reason])).toEqual([
      ["toy-1", true, "toy", "keep", "waiting"],
    ]);
    const { rows: restored } = await restore({ ...options, ids: ["toy-1"] });
    expect(restored.map(({ outcome }) => outcome)).toEqual(["restored"]);
    expect(diff(before, fingerprint(w.base, { times: false }))).toEqual([]);
    const row = (await scan(options)).bases[0]?.entries.find(({ judged }) => judged.entry.id === "toy-1");
    expect(row?.ruling).toMatchObject({ rule: "stale", action: "keep", holds: [{ code: "restored" }] });
  });

  it("is swept into the trash, and destroyed there when its days are over", async () => {
    const { w, old, options } = toys();
    const now = Date.now();
    const sweep = (at: number): Promise<RunResult> =>
      autoPrune({ ...options, settings: { ...options.settings, retention_days: 30 }, optIn: true, now: () => at });
    expect(outcomes(await sweep(now))).toEqual([["toy-1", "trashed"]]);
    expect([there(old), isolatedIn(w).length]).toEqual([[false, false], 2]);
    expect(outcomes(await sweep(now + 6 * DAY))).toEqual([]);
    expect(outcomes(await sweep(now + 8 * DAY))).toEqual([["toy-1", "removed"]]);
    expect(isolatedIn(w)).toEqual([]);
  });

  it("is emptied from the trash manually", async () => {
    const { w, options } = toys();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    const emptied = await emptyTrash({ ...options, plan: await scan(options) });
    expect([outcomes(emptied), isolatedIn(w)]).toEqual([[["toy-1", "removed"]], []]);
  });

  it("is restored automatically when its workdir is back", async () => {
    const { w, options } = toys();
    const workdir = join(w.work, "toys");
    const members = makeToy(w.base, 3, { last_use: FRESH, workdir });
    expect(outcomes(await prune(await scan({ ...options, disposal: "trash", only: "orphan" }), options))).toEqual([
      ["toy-3", "trashed"],
    ]);
    mkdirSync(workdir);
    expect(outcomes(await prune(await scan({ ...options, only: "orphan" }), options))).toEqual([["toy-3", "returned"]]);
    expect(there(members)).toEqual([true, true]);
  });

  it.each([0, 1])(
    "is not put back over something that occupies the place of member %i, and stays whole",
    async (at) => {
      const { w, old, options } = toys();
      await prune(await scan({ ...options, disposal: "trash" }), options);
      mkdirSync(old[at]!);
      const { rows: restored } = await restore({ ...options, ids: ["toy-1"] });
      expect(restored.map(({ outcome, path }) => [outcome, path])).toEqual([["conflict", old[at]]]);
      expect([isolatedIn(w).length, readdirSync(old[at]!)]).toEqual([2, []]);
      rmSync(old[at]!, { recursive: true });
      expect((await restore({ ...options, ids: ["toy-1"] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
      expect(there(old)).toEqual([true, true]);
    },
  );

  it.each([
    {
      name: "used in between",
      spoil: ([, file]: readonly string[]) => writeFileSync(file!, JSON.stringify({ last_use: FRESH })),
    },
    { name: "its file lost", spoil: ([, file]: readonly string[]) => rmSync(file!) },
    { name: "its file broken", spoil: ([, file]: readonly string[]) => writeFileSync(file!, "{") },
    {
      name: "its directory another one",
      spoil: ([directory]: readonly string[]) => {
        rmSync(directory!, { recursive: true });
        mkdirSync(directory!);
      },
    },
  ])("is left alone when its turn comes: $name", async ({ spoil }) => {
    const { w, old, options } = toys();
    const plan = await scan(options);
    spoil(old);
    const before = fingerprint(w.base);
    expect(outcomes(await prune(plan, options))).toEqual([["toy-1", "changed"]]);
    expect(diff(before, fingerprint(w.base))).toEqual([]);
    expect(isolatedIn(w)).toEqual([]);
  });

  it.each(["EIO", "EBUSY", "EXDEV"])("stays whole where its second member cannot be moved: %s", async (code) => {
    const { w, old, options } = toys();
    const plan = await scan(options);
    const before = fingerprint(w.base, { times: false });
    interceptCalls((operation, path) => {
      if (operation === "rename" && path === old[1]) throw errno(code);
    });
    const result = await prune(plan, options);
    expect([outcomes(result), result.bases[0]?.entries[0]?.error?.code]).toEqual([[["toy-1", "failed"]], code]);
    expect([diff(before, fingerprint(w.base, { times: false })), isolatedIn(w)]).toEqual([[], []]);
  });

  it.each(["verified", "isolated"])("is put back when it was used at the point %s", async (point) => {
    const { w, old, options } = toys();
    const plan = await scan(options);
    const inTrash = (): string => join(trashOf(w), isolatedIn(w).find((name) => name.includes("2of2")) ?? "");
    interceptCalls((operation) => {
      if (operation !== `point:${point}`) return;
      writeFileSync(point === "isolated" ? inTrash() : old[1], JSON.stringify({ last_use: FRESH }));
    });
    expect(outcomes(await prune(plan, options))).toEqual([["toy-1", "changed"]]);
    expect([there(old), isolatedIn(w)]).toEqual([[true, true], []]);
  });
});

describe("killed between its two members", () => {
  const whole = async ({ w, old, options }: Toys): Promise<void> => {
    expect([there(old), isolatedIn(w)]).toEqual([[true, true], []]);
    expect(rows(await scan(options))).toContainEqual(["toy-1", "stale", "stale"]);
  };

  it.each(["manual", "automatic"])("isolating: the next run, %s, puts it right", async (how) => {
    const made = toys();
    const { w, old, options } = made;
    const plan = await scan(options);
    killAt((operation) => operation === "point:member-isolated");
    await expect(prune(plan, options)).rejects.toThrow("killed");
    stopIntercepting();
    expect([there(old), isolatedIn(w).length]).toEqual([[false, true], 1]);
    // The half that is left is not an entry, and the only plan for it is to restore it.
    const after = await scan(options);
    expect(rows(after)).toEqual([["toy-2", "live", null]]);
    expect(after.bases[0]?.trash.map(({ action, reason }) => [action, reason])).toEqual([["return", "half-isolated"]]);
    const next = how === "manual" ? await prune(after, options) : await autoPrune({ ...options, optIn: true });
    expect(outcomes(next)).toEqual([["toy-1", "returned"]]);
    await whole(made);
  });

  it("restoring: the next run puts it right", async () => {
    const made = toys();
    const { options } = made;
    await prune(await scan({ ...options, disposal: "trash" }), options);
    killAt((operation) => operation === "point:member-returned");
    await expect(restore({ ...options, ids: ["toy-1"] })).rejects.toThrow("killed");
    stopIntercepting();
    expect(isolatedIn(made.w)).toHaveLength(1);
    expect(outcomes(await prune(await scan(options), options))).toEqual([["toy-1", "returned"]]);
    expect(there(made.old)).toEqual([true, true]);
  });

  it.each([1, 2])("marking, before mark %i: nothing is lost, and the next run comes to an end", async (nth) => {
    const { w, old, options } = toys();
    const plan = await scan(options);
    let marks = 0;
    killAt((operation, path) => operation === "rename" && path.includes("/.checkpoints.gc/") && ++marks === nth);
    await expect(prune(plan, options)).rejects.toThrow("killed");
    stopIntercepting();
    expect([there(old), isolatedIn(w).length]).toEqual([[false, false], 2]);
    // Not marked: it waits whole. Marked, if only in part: it can only be finished.
    const [item] = (await scan(options)).bases[0]?.trash ?? [];
    expect([item?.item.complete, item?.item.marked, item?.action]).toEqual(
      nth === 1 ? [true, false, "keep"] : [true, true, "destroy"],
    );
    if (nth === 1)
      expect((await restore({ ...options, ids: ["toy-1"] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    else expect(outcomes(await prune(await scan(options), options))).toEqual([["toy-1", "removed"]]);
    expect(isolatedIn(w)).toEqual([]);
  });

  it("destroying: the next run finishes what is left", async () => {
    const { w, options } = toys();
    const plan = await scan(options);
    let unlinks = 0;
    killAt((operation) => operation === "rmdir" || (operation === "unlink" && ++unlinks === 2));
    await expect(prune(plan, options)).rejects.toThrow("killed");
    stopIntercepting();
    expect(isolatedIn(w).length).toBeGreaterThan(0);
    expect(outcomes(await prune(await scan(options), options))).toEqual([["toy-1", "removed"]]);
    expect(isolatedIn(w)).toEqual([]);
  });

  it("beginning its period again: it is one thing still, and ends", async () => {
    const { w, old, options } = toys();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    mkdirSync(old[0]);
    let renames = 0;
    killAt((operation) => operation === "rename" && ++renames === 2);
    await expect(restore({ ...options, ids: ["toy-1"] })).rejects.toThrow("killed");
    stopIntercepting();
    const { trash = [] } = (await scan(options)).bases[0] ?? {};
    expect(trash.map(({ item }) => [item.entryId, item.complete, item.members.length])).toEqual([["toy-1", true, 2]]);
    const later = { ...options, now: () => Date.now() + 8 * DAY };
    expect(outcomes(await prune(await scan({ ...later, only: "orphan" }), later))).toEqual([["toy-1", "removed"]]);
    expect(isolatedIn(w)).toEqual([]);
  });
});
