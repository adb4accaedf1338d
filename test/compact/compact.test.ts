// A packed repo loses nothing, and a repo with a reason to be skipped stays unchanged to the byte.

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import { git } from "../support/git.ts";
import { unpackGolden } from "../support/golden.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, world } from "../support/world.ts";
import {
  at,
  compacted,
  documentOf,
  entryIn,
  HOUR_MS,
  isWhole,
  looseIn,
  looseRepo,
  packsIn,
  scratchIn,
  truthOf,
} from "./support.ts";

describe("compact", () => {
  it("packs loose objects: every object, snapshot and ref is there, git fsck passes, and no repo looks used", async () => {
    const w = world();
    const repos = [looseRepo(w, "one"), looseRepo(w, "two"), looseRepo(w, "colon:and 'quote\" ü", { real: true })];
    const truths = repos.map(({ path }) => truthOf(path));
    const times = (await statusTimes(w)).toSorted();
    const besides = repos.map(({ path }) => fingerprint(path, { ignore: (at) => /^objects($|\/)/.test(at) }));
    const document = documentOf(await run(["compact", "--yes", "--json"], { home: w }));
    expect(schemaOf("compact").safeParse(document).error).toBeUndefined();
    expect(document.totals).toMatchObject({ scanned: 3, toPack: 3, packed: 3, failed: 0, left: 0, snapshots: 18 });
    for (const [at, repo] of repos.entries()) {
      const entry = entryIn(document, repo);
      expect(entry).toMatchObject({ action: "pack", outcome: "packed", snapshots: 6, error: null });
      expect(entry.bytesAfter).toBeLessThan(Number(entry.bytesBefore) / 2);
      expect(truthOf(repo.path)).toEqual(truths[at]);
      expect(isWhole(repo.path)).toBe(true);
      expect(looseIn(repo.path)).toEqual([]);
      expect(packsIn(repo.path)).toHaveLength(2);
      expect(
        diff(besides[at] ?? new Map(), fingerprint(repo.path, { ignore: (p) => /^objects($|\/)/.test(p) })),
      ).toEqual([]);
    }
    expect((await statusTimes(w)).toSorted()).toEqual(times);
    expect(scratchIn(w)).toEqual([]);
    const again = await compacted(w);
    expect(again.totals).toMatchObject({ toPack: 0, packed: 0 });
    expect(again.entries.map(({ reason }) => reason)).toEqual(["not-worth-it", "not-worth-it", "not-worth-it"]);
  });

  it("packs snapshots taken after a run in the next one, and git reads them back", async () => {
    const w = world();
    const repo = looseRepo(w, "goes-on");
    await compacted(w);
    for (let turn = 0; turn < 5; turn++) w.snapshot(repo, { "more.txt": `turn ${turn}\n` });
    expect((await compacted(w)).entries[0]).toMatchObject({ reason: "in-use", outcome: null });
    w.age(repo, 1);
    expect(entryIn(await compacted(w), repo)).toMatchObject({ outcome: "packed", snapshots: 11 });
    expect(packsIn(repo.path)).toHaveLength(4);
    expect(git({ repo: repo.path, workdir: repo.workdir }, "show", "HEAD~6:src/f5.txt")).toBe("written in turn 5");
  });

  it("leaves unreachable objects loose", async () => {
    const w = world();
    const repo = looseRepo(w, "unreached");
    const stray = git({ repo: repo.path, input: "unreachable\n" }, "hash-object", "-w", "--stdin");
    w.age(repo, 1);
    const truth = truthOf(repo.path);
    expect(entryIn(await compacted(w), repo)).toMatchObject({ outcome: "packed" });
    expect(looseIn(repo.path)).toEqual([stray]);
    expect(truthOf(repo.path)).toEqual(truth);
  });

  it("leaves one whose directories of objects another is linked to, and packs it when that is gone", async () => {
    const w = world();
    const [lender, linked] = [looseRepo(w, "lender"), w.repo("linked", { snapshots: 0, real: true })];
    const directories = readdirSync(join(lender.path, "objects")).filter((name) => /^[0-9a-f]{2}$/.test(name));
    for (const name of directories) {
      rmSync(join(linked.path, "objects", name), { recursive: true, force: true });
      symlinkSync(join(lender.path, "objects", name), join(linked.path, "objects", name));
    }
    git({ repo: linked.path }, "update-ref", "refs/heads/theirs", git({ repo: lender.path }, "rev-parse", "HEAD"));
    for (const repo of [lender, linked]) w.age(repo, 1);
    const truth = truthOf(linked.path);
    expect(entryIn(await compacted(w), lender)).toMatchObject({ action: "leave", reason: "linked", outcome: null });
    expect(truthOf(linked.path)).toEqual(truth);
    rmSync(linked.path, { recursive: true });
    expect(entryIn(await compacted(w), lender)).toMatchObject({ outcome: "packed" });
    expect(isWhole(lender.path)).toBe(true);
  });

  it("keeps alternates complete: a lender keeps its objects, and a borrower's pack copies none of them", async () => {
    const w = world();
    const lender = looseRepo(w, "lender");
    const borrower = w.repo("borrower", { snapshots: 0, real: true });
    writeFileSync(join(borrower.path, "objects", "info", "alternates"), `${lender.path}/objects\n`);
    const tip = git({ repo: lender.path }, "rev-parse", "HEAD");
    git({ repo: borrower.path }, "update-ref", "refs/heads/borrowed", tip);
    // Only the borrower uses this one, and it is in the lender.
    const lent = git({ repo: lender.path, input: "lent\n" }, "hash-object", "-w", "--stdin");
    const tree = git({ repo: borrower.path, input: `100644 blob ${lent}\tlent.txt\n` }, "mktree");
    for (let at = 0; at < 6; at++) {
      const commit = git(
        { repo: borrower.path, env: WHO },
        "commit-tree",
        tree,
        "-p",
        at === 0 ? tip : "refs/heads/own",
        "-m",
        `own ${at}`,
      );
      git({ repo: borrower.path }, "update-ref", "refs/heads/own", commit);
    }
    for (const repo of [lender, borrower]) w.age(repo, 1);
    const truths = [lender, borrower].map(({ path }) => truthOf(path));
    const own = looseIn(borrower.path).length;
    const document = await compacted(w);
    expect(entryIn(document, lender)).toMatchObject({ outcome: "packed", packed: 31 });
    expect(entryIn(document, borrower)).toMatchObject({ outcome: "packed", packed: own });
    expect(looseIn(lender.path)).toEqual([lent]);
    expect([lender, borrower].map(({ path }) => truthOf(path))).toEqual(truths);
    expect([lender, borrower].map(({ path }) => isWhole(path))).toEqual([true, true]);
  });

  it("packs the one idle repo of the golden store of the real Hermes", async () => {
    // Git takes a list of directories between colons, and quotes in it.
    const root = join(world().root, 'a:b "c" ü');
    mkdirSync(root);
    const golden = unpackGolden("v1", { at: root });
    const path = golden.project("stale").path ?? "";
    const truth = truthOf(path);
    const result = await run(["compact", "--yes", "--json", "--base", golden.base]);
    const document = documentOf(result);
    expect(schemaOf("compact").safeParse(document).error).toBeUndefined();
    expect(document.totals).toMatchObject({ scanned: 7, packed: 1, failed: 0 });
    expect(document.entries.find((entry) => entry.path === path)).toMatchObject({ outcome: "packed", prunable: true });
    expect(truthOf(path)).toEqual(truth);
    expect(isWhole(path)).toBe(true);
  });
});

const WHO = {
  GIT_AUTHOR_NAME: "H",
  GIT_AUTHOR_EMAIL: "h@l",
  GIT_COMMITTER_NAME: "H",
  GIT_COMMITTER_EMAIL: "h@l",
};

async function statusTimes(w: ReturnType<typeof world>): Promise<readonly string[]> {
  const { entries } = (await run(["status", "--json"], { home: w })).report();
  return entries.map(({ id, lastUsed }) => `${id} ${lastUsed?.at}`);
}

function lock(repo: ShadowRepo, name: string, hours: number): void {
  writeFileSync(join(repo.path, name), "");
  at(join(repo.path, name), hours);
}

function firstLoose(repo: ShadowRepo): string {
  const blob = git({ repo: repo.path }, "rev-parse", "HEAD:README.md");
  return join(repo.path, "objects", blob.slice(0, 2), blob.slice(2));
}

/** The files behind the symlink may belong to another repo: they must not be packed through it. */
function behindSymlink(path: string, elsewhere: string): void {
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
}

function spoil(path: string): void {
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

type Case = readonly [what: string, reason: string, make: (repo: ShadowRepo) => void];

const LEFT: readonly Case[] = [
  ["used 50 minutes ago", "in-use", (repo) => at(join(repo.path, "index"), 50 / 60)],
  ["a lock of two hours", "busy", (repo) => lock(repo, "index.lock", 2)],
  ["a temporary pack of two hours", "busy", (repo) => lock(repo, "objects/pack/tmp_pack_abc", 2)],
  ["no HEAD", "not-a-repo", (repo) => rmSync(join(repo.path, "HEAD"))],
  ["objects is a symlink", "not-a-repo", ({ path }) => behindSymlink(join(path, "objects"), `${path}-objects`)],
  ["pack is a symlink", "not-a-repo", ({ path }) => behindSymlink(join(path, "objects", "pack"), `${path}-packs`)],
];

const DAMAGED: readonly Case[] = [
  ["an object with a wrong byte", "EFSCK", (repo) => spoil(firstLoose(repo))],
  ["an object that is missing", "EFSCK", (repo) => rmSync(firstLoose(repo))],
  [
    "a branch that points to a missing object",
    "EFSCK",
    (repo) => writeFileSync(join(repo.path, "refs", "heads", "lost"), `${"5".repeat(40)}\n`),
  ],
  ["an index that is not one", "EFSCK", (repo) => writeFileSync(join(repo.path, "index"), "this is no index")],
  [
    "alternates that are not there, and hold what it needs",
    "EFSCK",
    (repo) => {
      rmSync(firstLoose(repo));
      writeFileSync(join(repo.path, "objects", "info", "alternates"), "/nowhere/objects\n");
    },
  ],
];

describe("unchanged to the byte, beside a twin that is packed:", () => {
  it("repos with a reason to be skipped, and repos that fail git fsck", async () => {
    const w = world();
    const twin = looseRepo(w, "twin");
    const cases = [...LEFT, ...DAMAGED].map(([what, reason, make], index) => {
      const left = looseRepo(w, `left-${index}`);
      make(left);
      // The damage must not count as use.
      if (reason === "EFSCK" || reason === "not-a-repo") w.age(left, { at: Date.now() - 3 * HOUR_MS });
      return { what, reason, left, before: fingerprint(left.path) };
    });
    const result = await run(["compact", "--yes", "--json"], { home: w });
    const document = documentOf(result);
    for (const { what, reason, left, before } of cases) {
      expect(diff(before, fingerprint(left.path)), what).toEqual([]);
      const { action, reason: why, outcome, error } = entryIn(document, left);
      const failed = reason === "EFSCK";
      expect({ action, why, outcome, code: error?.code ?? null }, what).toEqual({
        action: failed ? "pack" : "leave",
        why: failed ? null : reason,
        outcome: failed ? "failed" : null,
        code: failed ? reason : null,
      });
    }
    expect(entryIn(document, twin).outcome).toBe("packed");
    expect(result.code).toBe(1);
    expect(scratchIn(w)).toEqual([]);
    // And to a person.
    const { stdout, code } = await run(["compact", "--yes"], { home: w });
    expect(code).toBe(1);
    for (const { reason, left } of cases) expect(stdout.includes(left.id)).toBe(reason === "EFSCK");
    expect(stdout).toMatch(/EFSCK: git fsck: .*missing/);
    expect(stdout).toContain("Failed: 5, left unchanged.");
  });

  it("packs a repo whose lock is 25 hours old", async () => {
    const w = world();
    const repo = looseRepo(w, "stale-lock");
    lock(repo, "index.lock", 25);
    expect(entryIn(await compacted(w), repo)).toMatchObject({ outcome: "packed" });
  });
});

it("runs no program that a repo's own configuration names, and packs as well as without it", async () => {
  const w = world();
  const repo = looseRepo(w, "hostile");
  const ran = join(w.root, "ran");
  const hook = `touch ${ran}`;
  for (const [key, value] of [
    ["core.fsmonitor", hook],
    ["core.pager", hook],
    ["core.editor", hook],
    ["core.sshCommand", hook],
    ["core.alternateRefsCommand", hook],
    ["uploadpack.packObjectsHook", hook],
    ["core.hooksPath", join(w.root, "hooks")],
    ["gc.recentObjectsHook", hook],
    ["core.compression", "0"],
    ["pack.packSizeLimit", "1m"],
    ["core.bigFileThreshold", "1"],
  ]) {
    git({ repo: repo.path }, "config", key ?? "", value ?? "");
  }
  mkdirSync(join(w.root, "hooks"));
  for (const name of ["pre-auto-gc", "post-index-change", "reference-transaction"])
    writeFileSync(join(w.root, "hooks", name), `#!/bin/sh\n${hook}\n`, { mode: 0o755 });
  w.age(repo, 1);
  const truth = truthOf(repo.path);
  expect(entryIn(await compacted(w), repo)).toMatchObject({ outcome: "packed" });
  expect(truthOf(repo.path)).toEqual(truth);
  expect(() => readFileSync(ran)).toThrow("ENOENT");
});
