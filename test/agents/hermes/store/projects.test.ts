// Projects of the single store: found, judged by what Hermes recorded, removed with their history in the trash, and put
// back. Each that must be removed has a near twin that must stay.

import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type Plan, type RunResult, type ScanOptions } from "../../../../src/index.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, HOUR_MS, removeTree } from "../../../support/paths.ts";
import { interceptCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type World, world } from "../../../support/world.ts";

const OLD = 60 * DAY_MS;

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly old: string;
  readonly fresh: string;
}

/** A project that is old, and one like it that is in use, sharing a file. */
function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [old, fresh] = [join(w.work, "old"), join(w.work, "fresh")];
  const shared = "the same in both\n".repeat(500);
  store.snapshot(old, { "a.txt": "one\n", "shared.txt": shared }, Date.now() - OLD);
  store.snapshot(old, { "a.txt": "two\n" }, Date.now() - OLD + 1000);
  store.snapshot(fresh, { "a.txt": "mine\n", "shared.txt": shared });
  const settings = { stores: ["hermes-store" as const] };
  return { w, store, old, fresh, options: { home: w.home, env: { HOME: w.root }, settings } };
}

function rows(plan: Plan): readonly (readonly [string | undefined, string, string, string])[] {
  return (plan.bases[0]?.entries ?? []).map(
    ({ judged, ruling }) =>
      [judged.subject?.value.split("/").at(-1), judged.verdict, judged.reason, ruling.action] as const,
  );
}

function outcomes(result: RunResult): readonly (string | undefined)[] {
  const { entries = [], trash = [] } = result.bases[0] ?? {};
  return [...trash, ...entries].map(({ outcome, error }) => (error === null ? outcome : `${outcome} ${error.code}`));
}

function rowOf(plan: Plan, id: string) {
  const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

function trashIn(w: World): readonly string[] {
  const trash = join(w.home, ".checkpoints.gc", "trash");
  return readdirSync(trash).filter((name) => !/^[0-9a-f]{8}\.json$/.test(name));
}

describe("what a project is", () => {
  it("is judged by last_touch, and measured by what removing it alone would free", async () => {
    const { options, store, old } = made();
    const plan = await scan({ ...options, everything: true, snapshots: "all" });
    expect(rows(plan)).toEqual([
      ["old", "stale", "unused", "remove"],
      ["fresh", "live", "workdir-present", "keep"],
    ]);
    const { judged, snapshots } = rowOf(plan, store.project(old).id);
    expect(judged.lastUsed?.from).toBe("last_touch");
    expect(snapshots?.count).toBe(2);
    const all = Number(git({ repo: store.path }, "rev-list", "--objects", "--disk-usage", store.tip(old)!));
    const blob = git({ repo: store.path }, "rev-parse", `${store.tip(old)!}:shared.txt`);
    const shared = Number(git({ repo: store.path, input: blob }, "cat-file", "--batch-check=%(objectsize:disk)"));
    expect(judged.shared).toBe(shared);
    const files = [store.project(old).json, store.project(old).ledger];
    const own = files.reduce((sum, path) => sum + lstatSync(path).blocks * 512, 0);
    expect(judged.bytes).toBe(all - shared + own);
    expect(plan.bases[0]?.foreign).toEqual([]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("is found by its ref also where a gc has packed it", async () => {
    const { options, store } = made();
    git({ repo: store.path }, "pack-refs", "--all");
    expect(readdirSync(join(store.path, "refs", "hermes"))).toEqual([]);
    expect(rows(await scan(options))).toHaveLength(2);
    expect(
      (await scan(options)).bases[0]?.entries[0]?.judged.entry.members.map(({ place }) => place.split("/")[1]),
    ).toEqual(["refs", "projects", "ledgers"]);
  });

  it.each([
    { name: "a string", value: "yesterday" },
    { name: "negative", value: -5 },
    { name: "in the future", value: Date.now() / 1000 + 86_400 * 400 },
    { name: "not there", value: null },
  ])("last_touch $name: the date of the newest snapshot counts, and what was written since", async ({ value }) => {
    const { options, store, old, fresh, w } = made();
    for (const workdir of [old, fresh]) store.amend(workdir, { last_touch: value });
    // Just rewritten: it cannot count as old.
    expect(rows(await scan(options)).map(([, verdict]) => verdict)).toEqual(["live", "live"]);
    for (const workdir of [old, fresh]) {
      w.age(store.project(workdir).json, 70);
      w.age(store.project(workdir).index, 70);
    }
    const plan = await scan(options);
    expect(rows(plan).map(([name, verdict]) => [name, verdict])).toEqual([
      ["old", "stale"],
      ["fresh", "live"],
    ]);
    expect(rowOf(plan, store.project(old).id).judged.lastUsed?.from).toBe("commit");
  });

  it.each([
    { name: "half a file", text: '{"workdir": "/srv/x', reason: "project-broken" },
    { name: "a list", text: "[]", reason: "project-broken" },
    { name: "nothing", text: "", reason: "project-broken" },
    { name: "no workdir", text: '{"last_touch": 1000}', reason: "project-without-path" },
    { name: "a relative workdir", text: '{"workdir": "x/y"}', reason: "project-without-path" },
  ])("JSON that holds $name does not cause a removal", async ({ text, reason }) => {
    const { options, store, old, w } = made();
    writeFileSync(store.project(old).json, text);
    if (reason === "project-broken") w.age(store.path, 90);
    const plan = await scan({ ...options, include: ["unidentified"] });
    const { judged, ruling } = rowOf(plan, store.project(old).id);
    expect([judged.reason === reason || judged.verdict === "stale"]).toEqual([true]);
    if (reason === "project-broken") {
      expect([judged.verdict, ruling.action, ruling.holds[0]?.code]).toEqual(["unidentified", "keep", "unreadable"]);
      expect(String(judged.evidence["to mend"])).toContain("write");
    }
  });

  it.each([
    { name: "a lone surrogate, as Python writes a byte that is not UTF-8", workdir: "b\udcffd" },
    { name: "the other half of a pair", workdir: "b\ud83dd" },
    { name: "the sign for what a decoder could not read", workdir: "b\ufffdd" },
    { name: "NUL", workdir: "b\0d" },
    { name: "more bytes than a path may have", workdir: "ä/".repeat(1400) },
  ])("a workdir with $name is unidentified, and not a deleted directory", async ({ workdir }) => {
    const { options, store, fresh, w } = made();
    mkdirSync(Buffer.concat([Buffer.from(`${w.work}/b`), Buffer.from([0xff]), Buffer.from("d")]));
    store.amend(fresh, { workdir: join(w.work, workdir) });
    const { judged, ruling } = rowOf(await scan(options), store.project(fresh).id);
    expect([judged.verdict, judged.reason, ruling.action]).toEqual(["unidentified", "project-without-path", "keep"]);
  });

  it("a workdir outside ASCII that is deleted is an orphan", async () => {
    const { options, store, w } = made();
    const [deleted, there] = [join(w.work, "über \u{1f600}"), join(w.work, "über")];
    for (const workdir of [deleted, there]) store.snapshot(workdir, { "a.txt": "one\n" });
    removeTree(deleted);
    const plan = await scan(options);
    expect(rowOf(plan, store.project(deleted).id).judged.verdict).toBe("orphan");
    expect(rowOf(plan, store.project(there).id).judged.verdict).toBe("live");
  });

  it("is an orphan where its directory was deleted, and not where the parent is another one than Hermes saw", async () => {
    const { options, store, fresh } = made();
    removeTree(fresh);
    expect(rowOf(await scan(options), store.project(fresh).id).judged.reason).toBe("absent-observed");
    store.amend(fresh, { workdir_parent_ino: 1 });
    const { judged, ruling } = rowOf(await scan(options), store.project(fresh).id);
    expect([judged.verdict, judged.reason, ruling.action]).toEqual(["unreachable", "parent-replaced", "keep"]);
    store.amend(fresh, { workdir_parent_ino: null });
    expect(rowOf(await scan(options), store.project(fresh).id).judged.verdict).toBe("orphan");
  });

  it("is shown and held where stores does not name its kind, manually and automatically", async () => {
    const { options, w } = made();
    const { settings: _, ...asked } = options;
    const before = fingerprint(w.base);
    const plan = await scan(asked);
    expect(plan.bases[0]?.entries.flatMap(({ ruling }) => ruling.holds.map(({ code }) => code))).toEqual([
      "not-enabled",
    ]);
    expect(outcomes(await prune(plan, asked))).toEqual([]);
    expect(outcomes(await autoPrune({ ...asked, optIn: true, force: true }))).toEqual([]);
    expect(diff(before, fingerprint(w.base)).filter((line) => !/^[~+] (?:\.|\.last_prune)(?::|$)/.test(line))).toEqual(
      [],
    );
  });

  it("whose workdir another name claims is not removed as an orphan by a sweep", async () => {
    const { options, store, old, fresh } = made();
    const id = "0123456789abcdef";
    renameSync(store.project(fresh).json, join(store.path, "projects", `${id}.json`));
    git({ repo: store.path }, "update-ref", `refs/hermes/${id}`, store.tip(fresh)!);
    removeTree(fresh);
    const plan = await scan({
      ...options,
      mode: "automatic",
      settings: { ...options.settings, orphan_grace_hours: 0 },
    });
    expect(rowOf(plan, id).ruling).toMatchObject({ rule: "orphan", action: "keep", holds: [{ code: "unverified" }] });
    expect(rowOf(plan, store.project(old).id).ruling.action).toBe("remove");
  });
});

describe("removing a project", () => {
  const usable = ({ store, fresh }: Made): void => {
    assertSound(store.path);
    const commit = store.snapshot(fresh, { "a.txt": `after ${Math.random()}\n` });
    expect(store.list(fresh)[0]).toBe(commit);
    expect(store.show(commit!, "a.txt")).toMatch(/^after/);
  };

  it("manually: its ref and files are removed, its index and the other project stay, and the store still works", async () => {
    const all = made();
    const { options, store, old, fresh } = all;
    const [before, { json, index, ledger, id }] = [store.list(fresh), store.project(old)];
    expect(outcomes(await prune(await scan(options), options))).toEqual(["removed"]);
    expect(
      [json, index, ledger].filter((path) => readdirSync(join(path, "..")).some((name) => path.endsWith(`/${name}`))),
    ).toEqual([index]);
    expect([store.tip(old), store.list(fresh)]).toEqual([null, before]);
    expect(trashIn(all.w)).toEqual([]);
    expect(rows(await scan(options)).map(([name]) => name)).toEqual(["fresh"]);
    expect(readdirSync(join(store.path, "refs")).toSorted()).toEqual(["heads", "hermes", "tags"]);
    usable(all);
    // It begins again as if it had never been there.
    store.snapshot(old, { "a.txt": "again\n" });
    expect([store.list(old).length, store.project(old).id]).toEqual([1, id]);
  });

  it("automatically: its whole history is in the trash and not kept in the store, and is restored", async () => {
    const all = made();
    const { options, store, old, w } = all;
    const history = store.list(old);
    const files = fingerprint(w.base, { times: false, ignore: (path) => /objects|refs|last_prune/.test(path) });
    const swept = await autoPrune({ ...options, optIn: true, force: true });
    expect(outcomes(swept)).toEqual(["trashed"]);
    expect(trashIn(w).filter((name) => name.includes("+ref"))).toHaveLength(1);
    // Hermes may collect at once: nothing of the old project is left in the store, and the undo does not need it.
    git({ repo: store.path }, "reflog", "expire", "--expire=now", "--all");
    git({ repo: store.path }, "gc", "--prune=now", "--quiet");
    expect(() => git({ repo: store.path }, "cat-file", "-e", history[0]!)).toThrow();
    expect(outcomes(await prune(await scan(options), options))).toEqual([]);

    const { rows: restored } = await restore({ ...options, ids: [store.project(old).id] });
    expect(restored.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
    expect(store.list(old)).toEqual(history);
    expect(store.show(history[1]!, "a.txt")).toBe("one");
    expect(
      diff(
        files,
        fingerprint(w.base, { times: false, ignore: (path) => /objects|refs|last_prune|packed-refs|info/.test(path) }),
      ).filter((line) => !line.includes("info")),
    ).toEqual([]);
    expect(trashIn(w)).toEqual([expect.stringMatching(/=\..*\+ref/)]);
    expect(readdirSync(join(store.path, "objects", "pack")).filter((name) => name.endsWith(".keep"))).toEqual([]);
    assertSound(store.path);
    const row = rowOf(await scan(options), store.project(old).id);
    expect(row.ruling).toMatchObject({ rule: "stale", action: "keep", holds: [{ code: "restored" }] });
    usable(all);
  });

  it("the last project of a store leaves a store that Hermes can use", async () => {
    const all = made();
    const { options, store, fresh } = all;
    store.amend(fresh, { last_touch: Date.now() / 1000 - 60 * 86_400 });
    expect(outcomes(await prune(await scan(options), options))).toEqual(["removed", "removed"]);
    expect(
      readdirSync(store.path).filter((name) => ["refs", "projects", "indexes", "ledgers", "branches"].includes(name))
        .length,
    ).toBeGreaterThanOrEqual(4);
    usable(all);
  });

  it("a snapshot that an older Hermes takes without a lock meanwhile is not empty", async () => {
    const { options, store, old, w } = made();
    rmSync(old, { recursive: true });
    const plan = await scan({ ...options, disposal: "trash" });
    const { index, ref } = store.project(old);
    const place = { repo: store.path, workdir: old, env: { GIT_INDEX_FILE: index } };
    interceptCalls((operation) => {
      if (operation === "point:ref-deleted") {
        mkdirSync(old);
        writeFileSync(join(old, "a.txt"), "back\n");
        rmSync(index);
        git(place, "add", "-A");
      } else if (operation === "point:isolated") {
        const commit = git(place, "commit-tree", git(place, "write-tree"), "-m", "the next");
        git(place, "update-ref", ref, commit);
      }
    });
    await prune(plan, options);
    stopIntercepting();
    expect(store.show(store.tip(old)!, "a.txt")).toBe("back");
    expect(trashIn(w).filter((name) => name.includes("+ref"))).toHaveLength(1);
    assertSound(store.path);
  });

  it.each([
    { what: "is still in the trash where an older Hermes overwrote its ref", overwritten: true },
    { what: "is dropped after two hours by a run that finds it in the ref", overwritten: false },
  ])("what was returned automatically $what", async ({ overwritten }) => {
    const { options, store, old, w } = made();
    removeTree(old);
    const history = store.list(old);
    await prune(await scan({ ...options, disposal: "trash", only: "orphan" }), options);
    expect(store.tip(old)).toBe(null);
    mkdirSync(old);
    const tree = git({ repo: store.path, input: "" }, "mktree");
    const commit = git({ repo: store.path }, "commit-tree", tree, "-m", "first");
    const swept = await autoPrune({ ...options, optIn: true, force: true });
    expect(swept.bases[0]?.trash.map(({ outcome }) => outcome)).toEqual(["returned"]);
    expect([store.list(old), trashIn(w).length]).toEqual([history, 1]);
    await autoPrune({ ...options, optIn: true, force: true });
    expect(trashIn(w)).toHaveLength(1);
    if (overwritten) git({ repo: store.path }, "update-ref", store.project(old).ref, commit);
    await autoPrune({ ...options, optIn: true, force: true, now: () => Date.now() + 3 * HOUR_MS });
    expect(trashIn(w)).toHaveLength(overwritten ? 1 : 0);
    expect(store.tip(old)).toBe(overwritten ? commit : history[0]);
    assertSound(store.path);
  });

  it("a packed ref is removed and restored as a loose one is", async () => {
    const { options, store, old } = made();
    const history = store.list(old);
    git({ repo: store.path }, "pack-refs", "--all");
    const plan = await scan({ ...options, disposal: "trash" });
    expect(outcomes(await prune(plan, options))).toEqual(["trashed"]);
    expect(store.tip(old)).toBe(null);
    await restore({ ...options, ids: [store.project(old).id] });
    expect(store.list(old)).toEqual(history);
  });

  it("a project without a snapshot is its files alone", async () => {
    const { options, store, old, w } = made();
    git({ repo: store.path }, "update-ref", "-d", store.project(old).ref);
    const plan = await scan({ ...options, disposal: "trash", everything: true, snapshots: "all" });
    expect(rowOf(plan, store.project(old).id).snapshots).toEqual({ count: 0, last: null });
    expect(outcomes(await prune(plan, options))).toEqual(["trashed"]);
    expect(trashIn(w)).toHaveLength(2);
    await restore({ ...options, ids: [store.project(old).id] });
    expect(trashIn(w)).toEqual([]);
  });

  it("is not put back over a project that began anew, and can be exchanged with it", async () => {
    const { options, store, old, w } = made();
    const history = store.list(old);
    await prune(await scan({ ...options, disposal: "trash" }), options);
    store.snapshot(old, { "a.txt": "new life\n" });
    const young = store.list(old);
    const ids = [store.project(old).id];
    expect((await restore({ ...options, ids })).rows.map(({ outcome }) => outcome)).toEqual(["conflict"]);
    expect(store.list(old)).toEqual(young);
    const swapped = await restore({ ...options, ids, swap: true });
    expect(swapped.rows.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
    expect(store.list(old)).toEqual(history);
    // What was cleared away, and a copy of what came back.
    expect([trashIn(w).length, trashIn(w).filter((name) => name.includes("=")).length]).toEqual([4, 1]);
    expect((await restore({ ...options, ids, swap: true })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    expect(store.list(old)).toEqual(young);
  });

  it("--to saves a bundle that git clone accepts, and the files beside it", async () => {
    const { options, store, old, w } = made();
    const history = store.list(old);
    await prune(await scan({ ...options, disposal: "trash" }), options);
    const to = join(w.root, "rescued");
    await restore({ ...options, ids: [store.project(old).id], to });
    const bundle = readdirSync(to).find((name) => name.endsWith(".bundle"));
    expect(readdirSync(to)).toHaveLength(3);
    const clone = join(w.root, "clone");
    git({ repo: join(clone, ".git") }, "clone", "--quiet", join(to, bundle!), clone);
    expect(git({ repo: join(clone, ".git") }, "rev-list", "HEAD").split("\n")).toEqual(history);
    expect(readdirSync(clone)).toContain("a.txt");
  });

  it("says so where the store was thrown away meanwhile", async () => {
    const { options, store, old, w } = made();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    rmSync(store.path, { recursive: true });
    const { rows: restored } = await restore({ ...options, ids: [store.project(old).id] });
    expect(restored.map(({ outcome, error }) => [outcome, error?.code])).toEqual([["failed", "ENOENT"]]);
    expect(trashIn(w)).toHaveLength(3);
    expect(readFileSync(join(w.work, "old", "a.txt"), "utf8")).toBe("two\n");
  });
});
