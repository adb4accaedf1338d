// `prune --to`: what is deleted is on another disk first, whole, and can be read there with git alone. What could not be
// saved, or was not deleted, is where it was.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../src/index.ts";
import { scratch } from "../fs/support.ts";
import { runFaulty } from "../support/faults.ts";
import { assertSound, git } from "../support/git.ts";
import { type HermesStore, hermesStore } from "../support/hermes-store.ts";
import { inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { DAY_MS } from "../support/paths.ts";
import { entryOf } from "../support/report.ts";
import { COMMAND, run } from "../support/run.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { ageCopies, common, isMarked, namesIn, trashNames } from "./runs.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly project: string;
  readonly history: readonly string[];
  readonly repo: ShadowRepo;
  readonly before: ReturnType<typeof fingerprint>;
  readonly live: ShadowRepo;
  readonly to: string;
}

function made(): Made {
  const w = world();
  w.settings({ stores: ["hermes-shadow", "hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const project = join(w.work, "project");
  store.snapshot(project, { "a.txt": "one\n" }, Date.now() - 61 * DAY_MS);
  store.snapshot(project, { "a.txt": "two\n" }, Date.now() - 60 * DAY_MS);
  store.snapshot(join(w.work, "fresh"), { "a.txt": "mine\n" });
  const repo = w.repo("old", { ageDays: 60, real: true });
  w.age(repo, { at: Math.floor(Date.now() / 1000) * 1000 - 60 * DAY_MS });
  const live = w.repo("live");
  const before = fingerprint(repo.path, { inodes: false });
  // A file system of its own.
  return {
    w,
    store,
    project,
    history: store.list(project),
    repo,
    before,
    live,
    to: join(scratch("/dev/shm"), "saved"),
  };
}

function prunes(to: string, ...more: readonly string[]): readonly string[] {
  return ["prune", "--yes", "--json", "--to", to, ...more];
}

it("saves a shadow repo as it is and a project as a bundle that git clone reads, and deletes both", async () => {
  const { w, store, project, history, repo, before, live, to } = made();
  const { id } = store.project(project);
  const json = readFileSync(store.project(project).json, "utf8");
  const result = await run(prunes(to), { home: w });
  expect(result.code, result.stderr).toBe(0);
  const report = result.report();
  expect(report.saveTo).toBe(to);
  const files = [join(to, `store-refs-hermes-${id}.bundle`), join(to, `store-projects-${id}.json`)];
  expect(entryOf(report, repo.id)).toMatchObject({ outcome: "removed", savedTo: [join(to, repo.id)] });
  const saved = entryOf(report, id);
  expect(saved).toMatchObject({ outcome: "removed", error: null });
  for (const file of files) expect(saved.savedTo).toContain(file);
  expect(namesIn(to)).toEqual(
    [...saved.savedTo, join(to, repo.id)].map((path) => path.slice(to.length + 1)).toSorted(),
  );
  expect(trashNames(w)).toEqual([]);
  expect([existsSync(repo.path), store.tip(project)]).toEqual([false, null]);

  expect(diff(before, fingerprint(join(to, repo.id), { inodes: false }))).toEqual([]);
  assertSound(join(to, repo.id));
  const clone = join(to, "clone");
  git({ repo: join(clone, ".git") }, "clone", "-q", files[0] ?? "", clone);
  expect(readFileSync(join(clone, "a.txt"), "utf8")).toBe("two\n");
  expect(git({ repo: join(clone, ".git") }, "rev-list", "HEAD").split("\n")).toEqual(history);
  expect(readFileSync(files[1] ?? "", "utf8")).toBe(json);

  // What must stay has stayed, and no copy was made of it.
  expect(entryOf(report, live.id)).toMatchObject({ action: "keep", savedTo: [] });
  expect(store.tip(join(w.work, "fresh"))).not.toBeNull();
});

it("shows in a dry run where copies would be saved, and writes nothing", async () => {
  const { w, to } = made();
  const before = fingerprint(w.root);
  const text = await run(["prune", "-n", "--to", to], { home: w });
  expect(text.code, text.stderr).toBe(0);
  expect(text.stdout.replaceAll(/\s+/g, " ")).toContain(`Would be copied to ${to}, then removed`);
  const report = (await run(["prune", "-n", "--json", "--to", to], { home: w })).report();
  expect([report.saveTo, report.entries.flatMap(({ savedTo }) => savedTo)]).toEqual([to, []]);
  expect(existsSync(to)).toBe(false);
  expect(diff(before, fingerprint(w.root))).toEqual([]);
});

describe("is refused before anything is removed:", () => {
  it.each<[string, (all: Made) => string, RegExp]>([
    ["a directory on the same disk", ({ w }) => join(w.root, "saved"), /on the same disk as/],
    [
      "a file in place of the directory",
      ({ to }) => {
        writeFileSync(to, "");
        return to;
      },
      /is not a directory/,
    ],
    [
      "below a file",
      ({ to }) => {
        writeFileSync(to, "");
        return join(to, "saved");
      },
      /--to is/,
    ],
    ["a place where none can be made", () => "/proc/saved", /--to is/],
  ])("%s", async (_, place, message) => {
    const all = made();
    const to = place(all);
    for (const more of [[], ["-n"]]) {
      const { code, stderr } = await run(["prune", "--yes", "--to", to, ...more], { home: all.w });
      if (to === "/proc/saved" && more.length > 0) continue;
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect([existsSync(all.repo.path), all.store.tip(all.project)]).toEqual([true, all.history[0]]);
  });

  it("together with --trash", async () => {
    const { w, repo, to } = made();
    expect((await run(["prune", "--yes", "--trash", "--to", to], { home: w })).code).toBe(2);
    expect(existsSync(repo.path)).toBe(true);
  });
});

it("overwrites nothing: a name that exists gets a number", async () => {
  const { w, store, project, repo, before, to } = made();
  const bundle = `store-refs-hermes-${store.project(project).id}`;
  mkdirSync(join(to, repo.id), { recursive: true });
  writeFileSync(join(to, `${bundle}.bundle`), "mine");
  expect((await run(prunes(to), { home: w })).code).toBe(0);
  expect([readdirSync(join(to, repo.id)), readFileSync(join(to, `${bundle}.bundle`), "utf8")]).toEqual([[], "mine"]);
  expect(diff(before, fingerprint(join(to, `${repo.id}-2`), { inodes: false }))).toEqual([]);
  expect(namesIn(to)).toContain(`${bundle}-2.bundle`);
});

it("keeps a project of which a snapshot is taken while it is saved, and no copy of it", async () => {
  const { w, store, project, to } = made();
  const plan = await scan({ ...common(w), settings: { stores: ["hermes-store"] }, saveTo: to });
  interceptCalls((operation) => {
    if (operation !== "point:packed") return;
    stopIntercepting();
    store.snapshot(project, { "a.txt": "three\n" });
  });
  const result = await prune(plan, common(w));
  const entries = result.bases.flatMap((base) => base.entries);
  expect(entries.map(({ outcome }) => outcome)).toEqual(["changed"]);
  expect(store.list(project)).toHaveLength(3);
  expect(namesIn(to)).toEqual([]);
});

it.skipIf(skipped(noMounts()))("keeps what finds no room there, and saves what does", () => {
  const { w, store, project, repo, to } = made();
  writeFileSync(join(repo.path, "large"), Buffer.alloc(4 << 20, 1));
  w.age(repo, 60);
  const script = `mkdir -p "$1"; mount -t tmpfs -o size=1M none "$1"
    HOME="$2" HERMES_HOME="$2/.hermes" "$3" "$4" prune --yes --json --to "$1" || true
    echo; ls -A "$1" | sed 's/^/@/'`;
  const { stdout } = inNamespace(script, to, w.root, process.execPath, COMMAND);
  expect(stdout).toContain("ENOSPC");
  expect(existsSync(repo.path)).toBe(true);
  expect(trashNames(w)).toEqual([]);
  expect(store.tip(project)).toBeNull();
  const names = [...stdout.matchAll(/^@(.*)$/gm)].map(([, name = ""]) => name);
  expect(names).toContain(`store-refs-hermes-${store.project(project).id}.bundle`);
  expect(names.filter((name) => name.startsWith(".") || name.startsWith(repo.id))).toEqual([]);
});

describe("killed", () => {
  it.each(["packed", "ref-deleted", "isolated", "copied", "saved", "marked"])(
    "at %s: each is whole in its place, in the trash or there, and the next run finishes",
    async (point) => {
      const { w, store, project, history, repo, before, to } = made();
      const { id } = store.project(project);
      const killed = await runFaulty({ kind: "kill", at: `point:${point}`, nth: 1 }, prunes(to), { home: w });
      expect(killed.signal).toBe("SIGKILL");
      const isSaved = (name: string): boolean => namesIn(to).includes(name);
      const isWaiting = (one: string): boolean => trashNames(w).some((name) => name.startsWith(one) && !isMarked(name));
      expect(existsSync(repo.path) || isWaiting(repo.id) || isSaved(repo.id)).toBe(true);
      expect(store.tip(project) === history[0] || isWaiting(id) || isSaved(`store-refs-hermes-${id}.bundle`)).toBe(
        true,
      );
      if (isSaved(repo.id)) expect(diff(before, fingerprint(join(to, repo.id), { inodes: false }))).toEqual([]);
      // What was half isolated is put back first, and waits until no process works on it.
      for (let round = 0; round < 3; round++) {
        expect((await run(prunes(to), { home: w })).code).toBe(0);
        // The copy of a ref that was put back keeps its project for two hours.
        ageCopies(w);
      }
      expect(store.tip(project)).toBeNull();
      expect(existsSync(repo.path)).toBe(false);
      // What is whole in the trash is not saved again, and what another run may be writing is not removed.
      if (point !== "copied" && point !== "saved")
        expect(namesIn(to).filter((name) => name.startsWith("."))).toEqual([]);
    },
  );
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: what is not deleted is where it was, without a copy", async (signal, code) => {
  const { w, store, project, history, repo, to } = made();
  const result = await runFaulty({ kind: "signal", at: "point:copied", nth: 1, signal }, prunes(to), { home: w });
  expect([0, code]).toContain(result.code);
  const { id } = store.project(project);
  expect(existsSync(repo.path)).toBe(!namesIn(to).includes(repo.id));
  expect(store.tip(project) === history[0]).toBe(!namesIn(to).includes(`store-refs-hermes-${id}.bundle`));
  // The signal may come when the project's turn has come: put back, its ref leaves a copy of its history for two hours.
  const isPutBack = (name: string): boolean => /^[0-9a-f]{16}\.[\d-]+\.[0-9a-f]{8}\.\w+=\./.test(name);
  expect(trashNames(w).filter((name) => !isPutBack(name))).toEqual([]);
});
