// A git directory whose format is not supported: nothing in it is removed, counted or measured, and the reason names what
// is not supported. Each has a twin of a format that is, which is removed.

import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan, type Plan, type ScanOptions } from "../../../../src/index.ts";
import { planCompaction } from "../../../../src/runs/plan-compaction.ts";
import { git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, removeTree } from "../../../support/paths.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
}

/** A stale project, one whose directory was deleted, and debris of every kind; all of it would be removed. */
function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [old, deleted] = [join(w.work, "old"), join(w.work, "deleted")];
  for (const workdir of [old, deleted]) store.snapshot(workdir, { "a.txt": `${workdir}\n` }, Date.now() - 60 * DAY_MS);
  removeTree(deleted);
  const left = ["indexes/0123456789abcdef.lock", "objects/pack/tmp_pack_Ab12cd", "ledgers/fedcba9876543210.json"];
  for (const name of left) {
    writeFileSync(join(store.path, name), "");
    w.age(join(store.path, name), 60);
  }
  const settings = { stores: ["hermes-store" as const, "hermes-debris" as const, "hermes-shadow" as const] };
  return { w, store, options: { home: w.home, env: { HOME: w.root }, settings, include: ["unidentified"] } };
}

const configured =
  (text: string, version = 1) =>
  ({ path }: { readonly path: string }): void => {
    const config = join(path, "config");
    const before = readFileSync(config, "utf8").replace(/repositoryformatversion = 0/, "");
    writeFileSync(config, `[core]\n\trepositoryformatversion = ${version}\n${before}${text}\n`);
  };

/** As git 2.45 and later lay it out. */
function reftable(repo: { readonly path: string }): void {
  for (const name of ["refs", "packed-refs", "logs"]) rmSync(join(repo.path, name), { recursive: true, force: true });
  mkdirSync(join(repo.path, "refs"));
  writeFileSync(join(repo.path, "refs", "heads"), "this repository uses the reftable format\n");
  writeFileSync(join(repo.path, "HEAD"), "ref: refs/heads/.invalid\n");
  mkdirSync(join(repo.path, "reftable"));
  writeFileSync(join(repo.path, "reftable", "tables.list"), "0x000000000001-0x000000000002-b54f3b59.ref\n");
}

function rowsOf(plan: Plan) {
  return plan.bases[0]?.entries ?? [];
}

describe("a store with", () => {
  it.each([
    {
      name: "its refs in a reftable",
      spoil: (store: HermesStore) => {
        reftable(store);
        configured("[extensions]\n\trefStorage = reftable")(store);
      },
      says: "refs in reftable/",
    },
    {
      name: "an extension for refs alone",
      spoil: configured("[extensions]\n\trefStorage = reftable"),
      says: "extensions.refstorage = reftable",
    },
    { name: "refs elsewhere", spoil: configured("[extensions] refStorage = files:///srv/x"), says: "files:///srv/x" },
    { name: "a reftable and no word of it", spoil: reftable, says: "refs in reftable/" },
    { name: "an extension of a later git", spoil: configured("[extensions]\n\tnewThing"), says: "extensions.newthing" },
    {
      name: "an extension that git passes over in version 0",
      spoil: configured("[extensions]\n\tnewThing = x", 0),
      says: "extensions.newthing = x",
    },
    {
      name: "a hash that is not known",
      spoil: configured("[EXTENSIONS]\n\tObjectFormat = sha512"),
      says: "extensions.objectformat = sha512",
    },
    {
      name: "an extension that its version does not allow",
      spoil: configured("[extensions]\n\tobjectFormat = sha1", 0),
      says: "extensions.objectformat",
    },
    {
      name: "objects that are left elsewhere",
      spoil: configured("[extensions]\n\tpartialClone = origin"),
      says: "extensions.partialclone = origin",
    },
    {
      name: "objects that may not be removed",
      spoil: configured("[extensions]\n\tpreciousObjects = true"),
      says: "extensions.preciousobjects",
    },
    { name: "version 2", spoil: configured("", 2), says: "core.repositoryFormatVersion = 2" },
    {
      name: "a config that git refuses",
      spoil: ({ path }: HermesStore) => appendFileSync(join(path, "config"), "<<<<<<< HEAD\n"),
      says: "<<<<<<< HEAD",
    },
    {
      name: "a config that is a symlink",
      spoil: ({ path }: HermesStore) => {
        rmSync(join(path, "config"));
        symlinkSync("/dev/null", join(path, "config"));
      },
      says: "config",
    },
    { name: "no refs/", spoil: ({ path }: HermesStore) => removeTree(join(path, "refs")), says: "refs/" },
    { name: "no objects/", spoil: ({ path }: HermesStore) => removeTree(join(path, "objects")), says: "objects/" },
    { name: "no HEAD", spoil: ({ path }: HermesStore) => rmSync(join(path, "HEAD")), says: "no HEAD" },
    { name: "an empty HEAD", spoil: ({ path }: HermesStore) => writeFileSync(join(path, "HEAD"), ""), says: "HEAD" },
    {
      name: "a commondir",
      spoil: ({ path }: HermesStore) => writeFileSync(join(path, "commondir"), "../elsewhere\n"),
      says: "commondir",
    },
  ])("$name: all of it is kept and named, none of it is counted", async ({ spoil, says }) => {
    const { store, options } = made();
    spoil(store);
    const before = fingerprint(store.path);
    const plan = await scan({ ...options, everything: true, snapshots: "all" });
    expect(
      rowsOf(plan)
        .map(({ judged }) => judged.verdict)
        .toSorted(),
    ).toEqual(["orphan", "stale"]);
    for (const { judged, ruling, snapshots } of rowsOf(plan)) {
      expect([ruling.action, ruling.holds[0]?.code, judged.bytes, snapshots]).toEqual([
        "keep",
        "unsupported",
        null,
        null,
      ]);
      expect(ruling.holds[0]?.by).toContain(says);
    }
    await prune(await scan(options), options);
    expect(diff(before, fingerprint(store.path))).toEqual([]);
  });

  it.each([
    { name: "what git writes by default", change: () => undefined },
    { name: "version 1", change: configured("") },
    { name: "the hash that it has", change: configured("[extensions]\n\tobjectFormat = sha1 ; as ever") },
    { name: "a config of its worktree", change: configured("[extensions]\n\tworktreeConfig = true", 0) },
    { name: "objects that may be removed", change: configured("[extensions]\n\tpreciousObjects = false") },
    { name: "no config", change: ({ path }: HermesStore) => rmSync(join(path, "config")) },
    { name: "a detached HEAD", change: ({ path }: HermesStore) => detach(path) },
  ])("$name: all of it is removed", async ({ change }) => {
    const { store, options } = made();
    change(store);
    const result = await prune(await scan(options), options);
    const outcomes = result.bases[0]?.entries.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["removed", "removed", "removed", "removed", "removed"]);
    expect(git({ repo: store.path }, "for-each-ref")).toBe("");
  });

  it("a format that became another one since the plan: nothing is moved", async () => {
    const { store, options } = made();
    const plan = await scan(options);
    configured("[extensions]\n\tnewThing = x")(store);
    const before = fingerprint(store.path);
    const result = await prune(plan, options);
    expect(new Set(result.bases[0]?.entries.map(({ outcome }) => outcome))).toEqual(new Set(["changed"]));
    expect(diff(before, fingerprint(store.path))).toEqual([]);
  });
});

function detach(path: string): void {
  const [tip = ""] = git({ repo: path }, "for-each-ref", "--count=1", "--format=%(objectname)").split("\n");
  writeFileSync(join(path, "HEAD"), `${tip}\n`);
}

describe("a shadow repo with its refs in a reftable", () => {
  it("is removed as a whole when it is an orphan; its snapshots are not counted and its pieces not listed", async () => {
    const w = world();
    const [gone, live] = [w.repo("gone", { workdir: "delete", real: true }), w.repo("live", { real: true })];
    for (const repo of [gone, live]) {
      reftable(repo);
      writeFileSync(join(repo.path, "index.lock"), "");
      w.age(join(repo.path, "index.lock"), 60);
    }
    const settings = { stores: ["hermes-debris" as const, "hermes-shadow" as const] };
    const options: ScanOptions = { home: w.home, env: { HOME: w.root }, settings };
    const plan = await scan({ ...options, everything: true, snapshots: "all" });
    expect(rowsOf(plan).map(({ judged, ruling, snapshots }) => [judged.entry.id, ruling.action, snapshots])).toEqual(
      expect.arrayContaining([
        [gone.id, "remove", null],
        [live.id, "keep", null],
      ]),
    );
    expect(rowsOf(plan)).toHaveLength(2);
    const compaction = await planCompaction(options);
    expect(compaction.bases[0]?.rows.map(({ skipReason }) => skipReason)).toEqual(["not-a-repo", "not-a-repo"]);
  });
});
