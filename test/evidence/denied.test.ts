// What stops a look: each errno its own reason, and none of them ever means that something is gone. The built command
// runs as another uid, since root would see everything.

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import { give, isRoot, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { byHand, common, sweep, trashNames } from "../reclaim/runs.ts";
import { COMMAND, run } from "../support/run.ts";
import { entryOf, type Report } from "../support/report.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { isThere } from "./mounted.ts";

/** A world that belongs to a user who is not root; `run` runs the command as that user. */
async function asThem(w: World, ...args: readonly string[]): Promise<Report> {
  const uid = isRoot() ? { uid: OTHER_UID } : {};
  const done = await run([...args, "--json"], { home: w, ...uid });
  expect(done.code, `${done.stdout}\n${done.stderr}`).toBe(0);
  return done.report();
}

/** Whether another user can run the command at all: the checkout may be where only root has access. */
async function reachable(w: World): Promise<boolean> {
  if (!isRoot()) return true;
  try {
    const { code } = await run(["--version"], { home: w, uid: OTHER_UID });
    return code === 0;
  } catch {
    return false;
  }
}

interface Stopped {
  readonly name: string;
  readonly workdir: string;
  /** After the repo was made and its workdir deleted; `at` is its parent. */
  readonly stop: (parent: string, w: World) => void;
  readonly says: string;
}

const DENIED: readonly Stopped[] = [
  { name: "a parent of mode 000", workdir: "p/x", stop: (parent) => chmodSync(parent, 0o000), says: "access-denied" },
  {
    name: "a parent that may be entered and not listed",
    workdir: "p/x",
    stop: (parent) => chmodSync(parent, 0o311),
    says: "access-denied",
  },
  {
    name: "a parent that may be listed and not entered",
    workdir: "p/x",
    stop: (parent) => chmodSync(parent, 0o644),
    says: "access-denied",
  },
  {
    name: "a parent directory of another user, mode 700",
    workdir: "theirs/p/x",
    stop: (_, w) => {
      if (isRoot()) chownSync(join(w.work, "theirs"), 0, 0);
      chmodSync(join(w.work, "theirs"), isRoot() ? 0o700 : 0o000);
    },
    says: "access-denied",
  },
  {
    name: "a file as its parent",
    workdir: "p/x",
    stop: (parent) => {
      rmSync(parent, { recursive: true });
      writeFileSync(parent, "");
    },
    says: "not-a-directory",
  },
  { name: "nothing: the near twin", workdir: "p/x", stop: () => undefined, says: "absent-witnessed" },
];

describe("another uid, after a run that saw it alive, meets", () => {
  it.for(DENIED)("$name: $says, and removes nothing", async ({ workdir, stop, says }, test) => {
    const w = world();
    letPass(w.root);
    const repo = w.repo(workdir, { ageDays: 3 });
    const parent = join(repo.workdir, "..");
    writeFileSync(join(parent, "neighbour"), "");
    give(w.root);
    if (!(await reachable(w))) return loudly(test, `another uid cannot run ${COMMAND}`);
    expect(entryOf(await asThem(w, "auto", "--now", "--opt-in"), repo.id).verdict).toBe("live");
    w.removeWorkdir(repo);
    stop(parent, w);
    try {
      await expectSaid(w, repo, says);
    } finally {
      // From above: who may not enter the first cannot reach the second.
      chmodSync(join(w.work, workdir.split("/")[0] ?? ""), 0o755);
      chmodSync(parent, 0o755);
    }
  });

  it("part of a repo that it may not read: kept, however old the rest is", async (test) => {
    const w = world();
    letPass(w.root);
    const [closed, whole] = [w.repo("closed", { ageDays: 90 }), w.repo("whole", { ageDays: 90 })];
    give(w.root);
    chmodSync(join(closed.path, "refs"), 0o000);
    if (!(await reachable(w))) return loudly(test, `another uid cannot run ${COMMAND}`);
    const pruned = await asThem(w, "prune", "--yes");
    expect(entryOf(pruned, whole.id)).toMatchObject({ verdict: "stale", outcome: "removed" });
    expect(entryOf(pruned, closed.id)).toMatchObject({ verdict: "live", action: "keep", outcome: null });
    expect(entryOf(await asThem(w, "auto", "--now", "--opt-in"), closed.id).action).toBe("keep");
    expect(isThere(join(closed.path, "HEAD"))).toBe(true);
  });
});

async function expectSaid(w: World, repo: ShadowRepo, says: string): Promise<void> {
  const orphan = says === "absent-witnessed";
  for (const command of [["status"], ["auto", "--now", "--opt-in"], ["prune", "--yes"]]) {
    const entry = entryOf(await asThem(w, ...command), repo.id);
    expect(entry.reason).toBe(says);
    expect(entry.verdict).toBe(orphan ? "orphan" : "unreachable");
    if (!orphan) expect(entry).toMatchObject({ action: "keep", outcome: null });
  }
  expect(isThere(repo.path)).toBe(!orphan);
}

describe("an errno of the look at a workdir", () => {
  const reasons = {
    EACCES: "access-denied",
    EPERM: "not-permitted",
    ELOOP: "link-loop",
    ENOTDIR: "not-a-directory",
    ENAMETOOLONG: "name-too-long",
    EIO: "io-error",
    ESTALE: "stale-handle",
    ETIMEDOUT: "timed-out",
  } as const;
  const rows = Object.entries(reasons).flatMap(([code, reason]) =>
    ["lstat", "opendir"].map((operation) => ({ code, reason, operation })),
  );

  it.each(rows)("$code of $operation is $reason, witnessed or not, and no run removes it", async (row) => {
    const { code, reason, operation } = row;
    const w = world();
    const repo = w.repo("p/x", { ageDays: 3 });
    mkdirSync(join(w.work, "p", "other"));
    await sweep(w);
    const unseen = w.repo("p/y", { ageDays: 3 });
    for (const each of [repo, unseen]) w.removeWorkdir(each);
    const parent = join(w.work, "p");
    interceptCalls((seen, path) => {
      if (seen === operation && path === (operation === "lstat" ? path.match(/.*\/p\/[xy]$/)?.[0] : parent))
        throw errno(code, seen, path);
    });
    for (const mode of ["manual", "automatic"] as const) {
      const plan = await scan({ ...common(w), mode });
      for (const { judged, ruling } of plan.bases.flatMap((base) => base.entries)) {
        expect(judged).toMatchObject({ verdict: "unreachable", reason });
        expect(ruling.action).toBe("keep");
      }
    }
    await sweep(w, { settings: { orphan_grace_hours: 0 } });
    await byHand(w);
    expect(trashNames(w)).toEqual([]);
    for (const each of [repo, unseen]) expect(readFileSync(join(each.path, "HEAD"), "utf8")).not.toBe("");
    stopIntercepting();
    // When it can be looked at again, it is what it was.
    const plan = await scan(common(w));
    expect(plan.bases.flatMap((base) => base.entries.map(({ judged }) => judged.verdict))).toEqual([
      "orphan",
      "orphan",
    ]);
  });
});
