// What may not be collected: whatever something in the store, or a repository that borrows from it, still needs. Each has
// its twin: the same store without that, whose bytes come free.

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan, type RunResult, type ScanOptions } from "../../../../src/index.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, setTimes } from "../../../support/paths.ts";
import { failCalls, interceptCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { run } from "../../../support/run.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly old: string;
  readonly fresh: string;
  /** Of the project that is removed: its commit, and a file that it alone has. */
  readonly commit: string;
  readonly blob: string;
}

/** An old project with a file of its own, and a live one with three snapshots. */
function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [old, fresh] = [join(w.work, "old"), join(w.work, "fresh")];
  const noise = Array.from({ length: 20_000 }, () => Math.random().toString(36)).join("");
  const commit = store.snapshot(old, { "noise.bin": noise }, Date.now() - 60 * DAY_MS)!;
  for (const turn of ["1", "2", "3"]) store.snapshot(fresh, { "a.txt": `${turn}\n` });
  const blob = git({ repo: store.path }, "rev-parse", `${commit}:noise.bin`);
  return { w, store, old, fresh, commit, blob, options: { home: w.home, env: { HOME: w.root }, settings: STORES } };
}

const STORES = { stores: ["hermes-store" as const] };

function age({ path }: HermesStore): void {
  setTimes(join(path, "objects"), Date.now() - 5 * 3_600_000);
}

function has({ path }: HermesStore, object: string): boolean {
  try {
    git({ repo: path }, "cat-file", "-e", object);
    return true;
  } catch {
    return false;
  }
}

async function collect({ store, options }: Made): Promise<RunResult> {
  age(store);
  return prune(await scan(options), options);
}

function outcome(result: RunResult): readonly [string | undefined, string | undefined] {
  const one = result.bases[0]?.collected?.[0];
  return [one?.outcome, one?.error?.message];
}

const LAYOUTS = [
  { how: "loose", packed: false },
  { how: "packed", packed: true },
];

describe.each(LAYOUTS)("what a store still needs, $how", ({ packed }) => {
  const ready = (): Made => {
    const all = made();
    if (packed) git({ repo: all.store.path }, "gc", "--quiet");
    return all;
  };

  it("is nothing of a removed project", async () => {
    const all = ready();
    expect((await scan(all.options)).bases[0]?.uncollectable).toBe(undefined);
    expect(outcome(await collect(all))).toEqual(["collected", undefined]);
    expect([has(all.store, all.blob), existsSync(all.store.project(all.old).index)]).toEqual([false, true]);
    expect(all.store.list(all.fresh)).toHaveLength(3);
    assertSound(all.store.path);
  });

  it.each(["shallow", "info/grafts"])("is what %s hides of a live project", async (name) => {
    const all = ready();
    const history = all.store.list(all.fresh);
    writeFileSync(join(all.store.path, name), `${history[0]!}\n`);
    await collect(all);
    rmSync(join(all.store.path, name));
    expect([all.store.list(all.fresh), has(all.store, all.blob)]).toEqual([history, false]);
    assertSound(all.store.path);
  });

  it.each([
    ["a pseudo ref", (all: Made) => writeFileSync(join(all.store.path, "ORIG_HEAD"), `${all.commit}\n`)],
    ["a boundary of shallow", (all: Made) => writeFileSync(join(all.store.path, "shallow"), `${all.commit}\n`)],
    ["a linked worktree", (all: Made) => worktree(all, all.commit)],
    ["what is staged in a linked worktree", (all: Made) => stage(all, join(worktree(all), "index"))],
    ["what is staged in the index of a live project", (all: Made) => stage(all, all.store.project(all.fresh).index)],
    ["a reflog", (all: Made) => reflog(all)],
  ])("is what %s names", async (_, name) => {
    const all = ready();
    name(all);
    expect(outcome(await collect(all))).toEqual(["collected", undefined]);
    expect(has(all.store, all.blob)).toBe(true);
  });

  it("is what a snapshot in the making uses of old objects, until it is old too", async () => {
    const all = ready();
    const { store, commit, blob } = all;
    age(store);
    const plan = await scan(all.options);
    const place = { repo: store.path, env: PERSON };
    const made = git(place, "commit-tree", git(place, "rev-parse", `${commit}^{tree}`), "-m", "in the making");
    await prune(plan, all.options);
    expect(has(store, blob)).toBe(true);
    git({ repo: store.path }, "update-ref", "refs/hermes/0123456789abcdef", made);
    assertSound(store.path);
  });

  it("is what is used again at any moment: git gives it a new time, or writes it anew", async () => {
    const operations: string[] = [];
    const first = ready();
    age(first.store);
    const plan = await scan(first.options);
    interceptCalls((operation, path) => {
      if (/^(?:rename|unlink|lstat)$/.test(operation) && /\/objects\/.*(?:pack|idx|\/[0-9a-f]{38})/.test(path))
        operations.push(operation);
    });
    await prune(plan, first.options);
    stopIntercepting();
    expect(operations.length).toBeGreaterThan(0);
    for (const failing of ["rename", "unlink", "lstat"]) {
      const all = ready();
      const content = git({ repo: all.store.path }, "cat-file", "blob", all.blob);
      age(all.store);
      const again = await scan(all.options);
      let used = "";
      interceptCalls((operation, path) => {
        const isObject = packed ? /\/pack-[0-9a-f]+\.(?:pack|idx)/.test(path) : path.includes(all.blob.slice(2));
        if (used !== "" || operation !== failing || !isObject || all.store.tip(all.old) !== null) return;
        used = git({ repo: all.store.path, input: content }, "hash-object", "-w", "--stdin");
      });
      await prune(again, all.options);
      stopIntercepting();
      if (used !== "") expect([failing, has(all.store, used)]).toEqual([failing, true]);
    }
  });
});

const PERSON = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};

/** The administrative directory of a linked worktree at a commit. */
function worktree({ w, store, fresh }: Made, at = store.tip(fresh)!): string {
  git({ repo: store.path }, "worktree", "add", "--quiet", "--detach", join(w.root, "linked"), at);
  return join(store.path, "worktrees", "linked");
}

function stage({ store, blob }: Made, index: string): void {
  const env = { GIT_INDEX_FILE: index };
  git({ repo: store.path, env }, "update-index", "--add", "--cacheinfo", `100644,${blob},staged`);
}

function reflog({ store, fresh, commit }: Made): void {
  const log = join(store.path, "logs", store.project(fresh).ref);
  mkdirSync(dirname(log), { recursive: true });
  const tip = store.tip(fresh)!;
  writeFileSync(log, `${commit} ${tip} a <a@b> ${Math.floor(Date.now() / 1000)} +0000\tupdate\n`);
}

describe("a store that another repository borrows from is not collected, and says for which:", () => {
  const lend = (path: string, text: string): string => {
    mkdirSync(join(path, "objects", "info"), { recursive: true });
    writeFileSync(join(path, "objects", "info", "alternates"), `${text}\n`);
    return path;
  };
  const objects = ({ store }: Made): string => join(store.path, "objects");

  it.each([
    ["a profile's store", (all: Made) => lend(hermesStore(all.w.profile("work").base).path, objects(all))],
    ["a profile's shadow repo", (all: Made) => lend(all.w.profile("work").repo("x").path, objects(all))],
    ["a shadow repo of the base", (all: Made) => lend(all.w.repo("x").path, objects(all))],
    [
      "by a relative path",
      (all: Made) => {
        const { path } = all.w.repo("x");
        return lend(path, relative(join(path, "objects"), objects(all)));
      },
    ],
    [
      "through a repo that Hermes did not make",
      (all: Made) => {
        const between = join(all.w.root, "between.git");
        git({ repo: all.store.path }, "init", "--quiet", "--bare", between);
        lend(between, objects(all));
        return lend(all.w.repo("x").path, join(between, "objects"));
      },
    ],
    [
      "an archived repo",
      (all: Made) => {
        const { path, id } = all.w.repo("x");
        lend(path, objects(all));
        const archive = join(all.w.base, "legacy-20260901-120000");
        mkdirSync(archive);
        renameSync(path, join(archive, id));
        return join(archive, id);
      },
    ],
  ])("%s", async (_, borrow) => {
    const all = made();
    const why = `${borrow(all)} borrows objects from it`;
    const plan = await scan(all.options);
    expect(plan.bases[0]?.uncollectable).toEqual([{ path: all.store.path, why }]);
    const result = await collect(all);
    expect(outcome(result)).toEqual(["skipped", why]);
    expect([has(all.store, all.blob), result.bases[0]?.collected?.[0]?.left]).toEqual([true, true]);
  });

  it("one that is destroyed in the same run does not count, and the same in the trash does", async () => {
    const all = made();
    const { path, id } = all.w.repo("x", { workdir: "delete" });
    lend(path, objects(all));
    const options = {
      ...all.options,
      settings: { ...STORES, stores: ["hermes-store" as const, "hermes-shadow" as const] },
    };
    const whyIn = async (disposal: "destroy" | "trash"): Promise<readonly string[]> => {
      const base = (await scan({ ...options, disposal })).bases[0];
      expect(base?.entries.find(({ judged }) => judged.entry.id === id)?.ruling.action).toBe("remove");
      return (base?.uncollectable ?? []).map(({ why }) => why);
    };
    expect(await whyIn("destroy")).toEqual([]);
    expect(await whyIn("trash")).toEqual([`${path} borrows objects from it`]);
  });

  it("is said before and after a removal by the command", async () => {
    const all = made();
    const { path } = all.w.repo("x");
    lend(path, objects(all));
    all.w.settings(STORES, "checkpoint_gc");
    age(all.store);
    const [before, after] = [
      await run(["prune", "-n"], { home: all.w }),
      await run(["prune", "--yes"], { home: all.w }),
    ];
    const sentence = (how: string): string =>
      `Unused objects in ~/.hermes/checkpoints/store ${how} removed: ${path} borrows objects from it.`;
    expect(before.stdout.replaceAll(/\s+/g, " ")).toContain(sentence("will not be"));
    expect(after.stdout.replaceAll(/\s+/g, " ")).toContain(sentence("were not"));
  });

  it("an unknown one where alternates cannot be read; one that borrows elsewhere does not count", async () => {
    const all = made();
    const { path } = all.w.repo("x");
    mkdirSync(join(path, "objects", "info", "alternates"), { recursive: true });
    const rows = (await scan(all.options)).bases.flatMap(({ entries }) => entries);
    expect(rows.flatMap(({ ruling }) => ruling.holds.map(({ code }) => code))).toContain("referenced");
    expect(rows.filter(({ ruling }) => ruling.action === "remove")).toEqual([]);
    expect(outcome(await collect(all))).toEqual([undefined, undefined]);
    expect(has(all.store, all.blob)).toBe(true);
    const twin = made();
    lend(twin.w.repo("x").path, join(twin.w.repo("y").path, "objects"));
    expect(outcome(await collect(twin))).toEqual(["collected", undefined]);
    expect(has(twin.store, twin.blob)).toBe(false);
  });
});

describe("an index that cannot be read may name anything, so nothing is collected:", () => {
  it.each(["EACCES", "EIO"])("%s", async (code) => {
    const all = made();
    const { index } = all.store.project(all.fresh);
    stage(all, index);
    age(all.store);
    const plan = await scan(all.options);
    const { met } = failCalls(code, (operation, path) => operation === "open" && path === index);
    const result = await prune(plan, all.options);
    stopIntercepting();
    expect(met()).toBeGreaterThan(0);
    expect(outcome(result)).toEqual(["failed", expect.stringContaining("it may need objects")]);
    expect([has(all.store, all.blob), result.bases[0]?.collected?.[0]?.left]).toEqual([true, true]);
  });

  it.each(["of a project", "of the store"])("a symlink in the place of that %s", async (whose) => {
    const all = made();
    const index = whose === "of the store" ? join(all.store.path, "index") : all.store.project(all.fresh).index;
    stage(all, index);
    const elsewhere = join(all.w.root, "elsewhere");
    renameSync(index, elsewhere);
    symlinkSync(elsewhere, index);
    expect(outcome(await collect(all))[0]).toBe("failed");
    expect(has(all.store, all.blob)).toBe(true);
  });

  it("and another link in the store stops nothing", async () => {
    const all = made();
    symlinkSync(join(all.w.root, "elsewhere"), join(all.store.path, "notes"));
    expect(outcome(await collect(all))).toEqual(["collected", undefined]);
    expect(has(all.store, all.blob)).toBe(false);
  });
});

it("what a killed run moved aside is put back before anything is judged", async () => {
  const all = made();
  const { store, fresh } = all;
  const tip = store.tip(fresh)!;
  const path = join(store.path, "objects", tip.slice(0, 2), tip.slice(2));
  renameSync(path, `${path}.checkpoint-gc`);
  utimesSync(`${path}.checkpoint-gc`, new Date(), new Date());
  const plan = await scan(all.options);
  await prune(plan, all.options);
  expect(existsSync(path)).toBe(true);
  expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".checkpoint-gc"))).toEqual([]);
  assertSound(store.path);
});

it.each(["shallow", "info/grafts"])("a project is moved to the trash whole, whatever %s hides", async (name) => {
  const { w, store, fresh, options } = made();
  const history = store.list(fresh);
  store.amend(fresh, { last_touch: Date.now() / 1000 - 60 * 86_400 });
  writeFileSync(join(store.path, name), `${history[0]!}\n`);
  await prune(await scan({ ...options, disposal: "trash" }), options);
  const trash = join(w.home, ".checkpoints.gc", "trash");
  const bundle = readdirSync(trash).find((one) => one.includes("+ref") && one.startsWith(store.project(fresh).id));
  const clone = join(w.root, "clone.git");
  execFileSync("git", ["init", "--quiet", "--bare", clone]);
  git({ repo: clone }, "fetch", "--quiet", join(trash, bundle!), "refs/*:refs/*");
  expect(git({ repo: clone }, "rev-list", "--all").split("\n")).toEqual(history);
});
