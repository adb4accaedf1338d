// FIFOs and devices where git reads a file: no git hangs on them, what needs them is reported with its reason, and
// everything else in the base is judged and removed as usual. Each has a twin that may look like one, and is removed.

import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { countCommits } from "../../src/git/count-commits.ts";
import { scan } from "../../src/index.ts";
import { fifo } from "../fs/support.ts";
import { git } from "../support/git.ts";
import { type HermesStore, hermesStore, type StoreProject } from "../support/hermes-store.ts";
import { DAY_MS, removeTree } from "../support/paths.ts";
import type { ReportEntry } from "../support/report.ts";
import { run } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly projects: readonly [StoreProject, StoreProject];
  readonly repo: ShadowRepo;
}

/** Two projects and a shadow repo, all of which would be removed. */
function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [one, two] = [join(w.work, "one"), join(w.work, "two")];
  for (const workdir of [one, two]) {
    store.snapshot(workdir, { "a.txt": `${workdir}\n` }, Date.now() - 60 * DAY_MS);
    removeTree(workdir);
  }
  const repo = w.repo("gone", { workdir: "delete", ageDays: 60 });
  return { w, store, projects: [store.project(one), store.project(two)], repo };
}

/** One prune by the command, which a hanging git would keep past the limit. */
async function pruned({ w }: Made): Promise<readonly ReportEntry[]> {
  const args = ["prune", "--yes", "--trash", "--json", "--set", "stores=hermes-shadow,hermes-store"];
  const result = await run(args, { home: w, timeout: 50_000 });
  expect(gitsAt(w.base)).toEqual([]);
  return result.report().entries;
}

function gitsAt(directory: string): readonly string[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(`GIT_DIR=${directory}`));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    // It has ended meanwhile, or is another user's.
    return "";
  }
}

function rowOf(rows: readonly ReportEntry[], { id }: { readonly id: string }): ReportEntry | undefined {
  return rows.find((row) => row.id === id);
}

/** In place of what is there. */
function fifoAt(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  fifo(path);
}

const ALWAYS = [
  "HEAD",
  "config",
  "config.worktree",
  "commondir",
  "packed-refs",
  "shallow",
  "info/grafts",
  "objects/info/alternates",
  "objects/info/commit-graph",
  "objects/info/commit-graphs/commit-graph-chain",
  "objects/pack/multi-pack-index",
] as const;

it("a FIFO in place of what git always opens keeps the projects of its store, and names the file", async () => {
  const { w, store } = made();
  const settings = { stores: ["hermes-shadow" as const, "hermes-store" as const] };
  for (const name of ALWAYS) {
    const path = join(store.path, name);
    const before = lstatSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
    fifoAt(path);
    const plan = await scan({ home: w.home, env: { HOME: w.root }, settings, everything: true, snapshots: "all" });
    const rows = plan.bases.flatMap(({ entries }) => entries);
    expect(
      rows
        .map(({ judged, ruling }) => [judged.entry.store, ruling.action, ruling.holds[0]?.by ?? null])
        .toSorted(([a = ""], [b = ""]) => (String(a) < String(b) ? -1 : 1)),
      name,
    ).toEqual([
      // What is no regular file there may name anything.
      name === "objects/info/alternates"
        ? ["hermes-shadow", "keep", `${store.path}/${name}`]
        : ["hermes-shadow", "remove", null],
      ["hermes-store", "keep", `${name} is a FIFO or a device, which git would wait for`],
      ["hermes-store", "keep", `${name} is a FIFO or a device, which git would wait for`],
    ]);
    rmSync(path);
    if (before !== null) writeFileSync(path, before);
  }
});

it("a FIFO as the configuration of a store holds up no sweep", async () => {
  const all = made();
  fifoAt(join(all.store.path, "config"));
  const rows = await pruned(all);
  for (const project of all.projects) expect(rowOf(rows, project)).toMatchObject({ action: "keep" });
  expect(rowOf(rows, all.repo)).toMatchObject({ outcome: "trashed" });
});

describe("what only git would read is refused, and named:", () => {
  it.each<[string, (all: Made) => void, RegExp]>([
    [
      "an included configuration",
      ({ store, w }) => {
        fifo(join(w.root, "included"));
        git({ repo: store.path }, "config", "include.path", join(w.root, "included"));
      },
      /config includes .*included, which is a FIFO/,
    ],
    [
      "packed refs that are a link to one",
      ({ store, w }) => {
        fifo(join(w.root, "elsewhere"));
        rmSync(join(store.path, "packed-refs"), { force: true });
        symlinkSync(join(w.root, "elsewhere"), join(store.path, "packed-refs"));
      },
      /packed-refs is a FIFO/,
    ],
    [
      "a loose object",
      ({ store, projects: [{ ref }] }) => {
        const tip = git({ repo: store.path }, "rev-parse", ref);
        fifoAt(join(store.path, "objects", tip.slice(0, 2), tip.slice(2)));
      },
      /objects\/.* is a FIFO/,
    ],
    [
      "the index of a pack",
      ({ store }) => {
        git({ repo: store.path }, "repack", "-q", "-a", "-d");
        const directory = join(store.path, "objects", "pack");
        const index = readdirSync(directory).find((name) => name.endsWith(".idx")) ?? "";
        fifoAt(join(directory, index));
      },
      /\.idx is a FIFO/,
    ],
  ])("%s", async (_, spoil, message) => {
    const all = made();
    spoil(all);
    const rows = await pruned(all);
    for (const project of all.projects) {
      expect(rowOf(rows, project)).toMatchObject({ outcome: "failed" });
      expect(rowOf(rows, project)?.error?.message).toMatch(message);
    }
    expect(rowOf(rows, all.repo)).toMatchObject({ outcome: "trashed" });
  });

  it("a ref that is one, which stops its own project", async () => {
    const all = made();
    const [one] = all.projects;
    fifoAt(join(all.store.path, one.ref));
    const rows = await pruned(all);
    expect(rowOf(rows, one)?.outcome).not.toBe("trashed");
    expect(rowOf(rows, all.repo)).toMatchObject({ outcome: "trashed" });
  });

  it("and a shadow repo, which is removed without git, is removed", async () => {
    const w = world();
    const repo = w.repo("gone", { workdir: "delete", ageDays: 60 });
    fifoAt(join(repo.path, "config"));
    w.age(repo, 60);
    expect(await countCommits(repo.path)).toBeNull();
    const result = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(rowOf(result.report().entries, repo)).toMatchObject({ outcome: "trashed" });
  });
});

describe("is removed as usual:", () => {
  it.each<[string, (all: Made) => unknown]>([
    ["with nothing special", () => undefined],
    [
      "with the socket of a monitor",
      async ({ store }) => {
        const server = createServer();
        onTestFinished(() => void server.close());
        await new Promise<void>((resolve) => server.listen(join(store.path, "fsmonitor--daemon.ipc"), resolve));
      },
    ],
    [
      "with an included configuration that is a file",
      ({ store, w }) => {
        writeFileSync(join(w.root, "included"), "[core]\n\tcompression = 1\n");
        git({ repo: store.path }, "config", "include.path", join(w.root, "included"));
      },
    ],
    [
      "with a link to a file",
      ({ store, w }) => {
        writeFileSync(join(w.root, "elsewhere"), "# pack-refs with: peeled fully-peeled sorted \n");
        symlinkSync(join(w.root, "elsewhere"), join(store.path, "packed-refs"));
      },
    ],
    ["with a FIFO that git never opens", ({ store }) => fifoAt(join(store.path, "hooks", "post-update"))],
  ])("%s", async (_, change) => {
    const all = made();
    await change(all);
    const rows = await pruned(all);
    for (const one of [...all.projects, all.repo]) expect(rowOf(rows, one)).toMatchObject({ outcome: "trashed" });
  });
});
