// However and whenever a packing run ends: every object is there, and the next run cleans up.

import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runFaulty, faulty } from "../support/faults.ts";
import { git } from "../support/git.ts";
import { run, start } from "../support/run.ts";
import { appears } from "../support/until.ts";
import { interceptCalls, interceptCallAt, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { compacted, entryIn, isWhole, looseIn, looseRepo, packsIn, scratchIn, truthOf } from "./support.ts";

async function lastUse(w: World, { id }: ShadowRepo): Promise<number> {
  const { entries } = (await run(["status", "--json"], { home: w })).report();
  return Date.parse(entries.find((entry) => entry.id === id)?.lastUsed?.at ?? "");
}

/** All of them take a minute: without `LONG` one of each sort. */
function some<T>(rows: readonly T[], ...indexes: readonly number[]): readonly T[] {
  return process.env["LONG"] === "1" ? rows : rows.filter((_, index) => indexes.includes(index));
}

const KILLS = [
  ["point:compact:packed", 1, "before"],
  ["point:compact:journal", 1, "before"],
  ["point:compact:pack-moved", 1, "before"],
  ["point:compact:pack-moved", 2, "before"],
  ["point:compact:loose-moved", 1, "before"],
  ["point:compact:loose-moved", 17, "before"],
  ["point:compact:exchanged", 1, "before"],
  ["point:compact:verified", 1, "before"],
  ["point:compact:marked", 1, "after"],
] as const;

describe("killed", () => {
  it.each(some<(typeof KILLS)[number]>(KILLS, 5, 8))(
    "at %s, time %i: loses nothing, and the next run recovers it",
    async (at, nth, then) => {
      const w = world();
      const repo = looseRepo(w, "killed");
      const truth = truthOf(repo.path);
      const before = fingerprint(repo.path, { inodes: false });
      const { signal } = await runFaulty({ kind: "kill", at, nth }, ["compact", "--yes"], { home: w });
      expect(signal).toBe("SIGKILL");
      expect(truthOf(repo.path)).toEqual(truth);
      expect(isWhole(repo.path)).toBe(true);
      expect(scratchIn(w)).toHaveLength(1);
      // One that looks used in between is not packed by the run that recovers the interrupted one.
      const { outcome } = entryIn(await compacted(w), repo);
      expect(scratchIn(w)).toEqual([]);
      expect(truthOf(repo.path)).toEqual(truth);
      if (then === "after") expect(looseIn(repo.path)).toEqual([]);
      else if (outcome === null) expect(diff(before, fingerprint(repo.path, { inodes: false }))).toEqual([]);
      if (outcome === null && then === "before") expect(entryIn(await compacted(w), repo).outcome).toBe("packed");
      expect(looseIn(repo.path)).toEqual([]);
      expect(packsIn(repo.path)).toHaveLength(2);
      expect(isWhole(repo.path)).toBe(true);
      expect(truthOf(repo.path)).toEqual(truth);
    },
  );

  it("keeps the temporary pack of another program, and a scratch whose repo is unknown", async () => {
    const w = world();
    const repo = looseRepo(w, "killed");
    await runFaulty({ kind: "kill", at: "point:compact:loose-moved", nth: 3 }, ["compact", "--yes"], { home: w });
    const [name = ""] = scratchIn(w);
    const scratch = join(w.home, ".checkpoints.gc", "compact", name);
    writeFileSync(join(scratch, "journal"), "{");
    const theirs = join(repo.path, "objects", "pack", "tmp_pack_theirs");
    writeFileSync(theirs, "");
    await compacted(w);
    expect(scratchIn(w)).toEqual([name]);
    expect(statSync(theirs).isFile()).toBe(true);
    expect(isWhole(repo.path)).toBe(true);
  });

  it("before the repo was moved to the trash: the repo keeps its pack, and the scratch is removed", async () => {
    const w = world();
    const repo = looseRepo(w, "moved", { workdir: "delete" });
    const truth = truthOf(repo.path);
    await runFaulty({ kind: "kill", at: "point:compact:exchanged", nth: 1 }, ["compact", "--yes"], { home: w });
    await run(["prune", "--yes", "--trash"], { home: w });
    await compacted(w);
    expect(scratchIn(w)).toEqual([]);
    await run(["trash", "restore", repo.id], { home: w });
    expect(truthOf(repo.path)).toEqual(truth);
    expect(isWhole(repo.path)).toBe(true);
  });
});

const CALLS = [
  ["rename", 1],
  ["rename", 2],
  ["rename", 3],
  ["rename", 4],
  ["rename", 20],
  ["rmdir", 1],
  ["utimes", 1],
  ["utimes", 4],
  ["fsync", 2],
  ["mkdir", 3],
  ["statfs", 1],
] as const;

describe("a call that fails", () => {
  it.each(some<(typeof CALLS)[number]>(CALLS, 4, 7))(
    "%s, time %i: the repo is as it was, and the other repo is packed",
    async (operation, nth) => {
      const w = world();
      const [failing, neighbour] = [looseRepo(w, "failing"), looseRepo(w, "neighbour")];
      const before = fingerprint(failing.path, { inodes: false });
      const truth = truthOf(failing.path);
      let [met, asked] = [0, 0];
      interceptCalls((seen, path) => {
        // From its first question to git on: what comes before is about the base.
        if (seen === "git") asked = path === failing.path ? 1 : 0;
        const counts = operation === "statfs" ? seen === operation : asked === 1 && seen === operation;
        if (counts && ++met === nth) throw Object.assign(new Error("injected"), { code: "EIO" });
      });
      const document = await compacted(w);
      stopIntercepting();
      const outcomes = [failing, neighbour]
        .map((repo) => entryIn(document, repo).outcome ?? "")
        .toSorted((a, b) => (a < b ? -1 : 1));
      expect(outcomes).toEqual(["failed", "packed"]);
      expect(truthOf(failing.path)).toEqual(truth);
      if (operation !== "statfs") expect(diff(before, fingerprint(failing.path, { inodes: false }))).toEqual([]);
      expect(scratchIn(w)).toEqual([]);
    },
  );

  it("for good: the loose objects stay where the next run finds them", async () => {
    const w = world();
    const repo = looseRepo(w, "failing");
    const truth = truthOf(repo.path);
    let renames = 0;
    failCalls("EIO", (operation, path) => operation === "rename" && !path.includes("journal") && ++renames > 10);
    expect(entryIn(await compacted(w), repo)).toMatchObject({ outcome: "failed", error: { code: "EIO" } });
    stopIntercepting();
    expect(truthOf(repo.path)).toEqual(truth);
    expect(scratchIn(w)).toHaveLength(1);
    await compacted(w);
    w.age(repo, 1);
    expect(entryIn(await compacted(w), repo).outcome).toBe("packed");
    expect(scratchIn(w)).toEqual([]);
    expect(truthOf(repo.path)).toEqual(truth);
  });
});

describe("used meanwhile", () => {
  it.each(some(["point:compact:packed", "point:compact:exchanged"], 0))("at %s: it is as it was", async (at) => {
    const w = world();
    const repo = looseRepo(w, "used");
    const loose = looseIn(repo.path);
    const truth = truthOf(repo.path);
    interceptCallAt(at, () => utimesSync(join(repo.path, "index"), new Date(), new Date()));
    const document = await compacted(w);
    stopIntercepting();
    expect(entryIn(document, repo)).toMatchObject({ outcome: "changed", error: null });
    expect(looseIn(repo.path).toSorted()).toEqual(loose.toSorted());
    expect(packsIn(repo.path)).toEqual([]);
    expect(truthOf(repo.path)).toEqual(truth);
    expect(scratchIn(w)).toEqual([]);
  });

  it.each(
    some(
      ["point:compact:packed", "point:compact:loose-moved", "point:compact:exchanged", "point:compact:verified"],
      2,
      3,
    ),
  )("keeps a snapshot taken at %s, and all before it", async (at) => {
    const w = world();
    const repo = looseRepo(w, "writing");
    const before = git({ repo: repo.path }, "rev-list", "--objects", "--all").split("\n");
    interceptCallAt(at, () =>
      w.snapshot(repo, { "written.txt": "while it was packed\n", "src/f1.txt": "written in turn 1\n" }),
    );
    const document = await compacted(w);
    stopIntercepting();
    expect(entryIn(document, repo).outcome).toBe(at === "point:compact:verified" ? "packed" : "changed");
    const after = new Set(git({ repo: repo.path }, "rev-list", "--objects", "--all").split("\n"));
    expect(before.filter((line) => !after.has(line))).toEqual([]);
    expect(git({ repo: repo.path }, "show", "HEAD:written.txt")).toBe("while it was packed");
    expect(isWhole(repo.path)).toBe(true);
    expect(scratchIn(w)).toEqual([]);
  });
});

it("keeps the pack where another program removed the loose objects meanwhile", async () => {
  const w = world();
  const repo = looseRepo(w, "pruned");
  const truth = truthOf(repo.path);
  interceptCallAt(
    "point:compact:pack-moved",
    () => {
      git({ repo: repo.path }, "prune-packed");
      utimesSync(join(repo.path, "index"), new Date(), new Date());
    },
    { nth: 2 },
  );
  const document = await compacted(w);
  stopIntercepting();
  expect(entryIn(document, repo).outcome).toBe("changed");
  expect(packsIn(repo.path)).toHaveLength(2);
  expect(truthOf(repo.path)).toEqual(truth);
  expect(isWhole(repo.path)).toBe(true);
});

describe("ended", () => {
  it("by its time limit: the repo is as it was, the failure is reported, and no scratch is left", async () => {
    const w = world();
    const repo = looseRepo(w, "slow");
    const before = fingerprint(repo.path);
    const document = await compacted(w, { timeLimit: 1 });
    expect(entryIn(document, repo)).toMatchObject({ outcome: "failed", error: { code: "ETIMEDOUT" } });
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
    expect(scratchIn(w)).toEqual([]);
  });

  it.each(some(["point:compact:packed", "point:compact:exchanged"], 1))(
    "by SIGINT at %s: as it was, 130",
    async (at) => {
      const w = world();
      const repos = [looseRepo(w, "one"), looseRepo(w, "two")];
      const before = repos.map(({ path }) => fingerprint(path, { inodes: false }));
      const [reached, go] = [join(w.root, "reached"), join(w.root, "go")];
      const { child, done } = start(["compact", "--yes", "--json"], {
        ...faulty({ kind: "wait", at, reached, go }, { home: w }),
      });
      await appears(reached);
      child.kill("SIGINT");
      writeFileSync(go, "");
      const result = await done;
      expect(result.code, result.stderr).toBe(130);
      expect(result.json()).toMatchObject({ status: "interrupted", totals: { packed: 0, failed: 0 } });
      for (const [index, { path }] of repos.entries())
        expect(diff(before[index] ?? new Map(), fingerprint(path, { inodes: false }))).toEqual([]);
      expect(scratchIn(w)).toEqual([]);
      expect(await lastUse(w, repos[0] ?? { id: "", name: "", path: "", workdir: "" })).toBeLessThan(
        Date.now() - 3_600_000,
      );
    },
  );
});
