// The laws once more on a real disk: a few random homes, made as Hermes makes them, through `scan` and `prune`. On a
// failure fast-check prints the seed and the path to replay it with.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, PlannedEntry } from "../src/model/plan.ts";
import type { RunResult } from "../src/model/result.ts";
import type { Settings } from "../src/model/settings.ts";
import type { ScanOptions } from "../src/options.ts";
import { prune } from "../src/runs/prune.ts";
import { scan } from "../src/runs/scan.ts";
import { setTimes } from "./support/paths.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { type RepoOptions, type ShadowRepo, type WorkdirFate, type World, world } from "./support/world.ts";

interface Wish {
  readonly fate: WorkdirFate;
  readonly ageDays: number;
  readonly lock: "none" | "young" | "old";
  readonly marker: "right" | "missing" | "other";
  /** Which of the repos before it it borrows from, or none. */
  readonly lender: number | null;
}

const FATES: readonly WorkdirFate[] = ["keep", "delete", "delete", "delete-parent", "empty-parent", "file", "symlink"];

const wishes: Arbitrary<Wish[]> = fc.array(
  fc.record({
    fate: fc.constantFrom(...FATES),
    ageDays: fc.constantFrom(0, 0, 3, 10, 60),
    lock: fc.constantFrom("none", "none", "none", "young", "old"),
    marker: fc.constantFrom("right", "right", "right", "missing", "other"),
    lender: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(4) }),
  }),
  { minLength: 3, maxLength: 7 },
);

const settings: Arbitrary<Partial<Settings>> = fc.record({
  retention_days: fc.constantFrom(7, 7, 1, 30, 0),
  delete_orphans: fc.constantFrom(true, true, false),
  orphan_grace_hours: fc.constantFrom(0, 0, 24),
  trash_days: fc.constantFrom(7, 1),
  keep: fc.constantFrom([], [], ["~/work/w0"], ["**/w1"]),
});

type Run = Pick<ScanOptions, "mode" | "include" | "disposal">;

const runs: Arbitrary<Run> = fc.record(
  {
    mode: fc.constantFrom("manual" as const, "automatic" as const),
    include: fc.subarray(["unreachable" as const, "unidentified" as const]),
    disposal: fc.constantFrom("trash" as const, "destroy" as const),
  },
  { requiredKeys: [] },
);

function build(w: World, all: readonly Wish[]): ShadowRepo[] {
  const made: ShadowRepo[] = [];
  for (const [index, wish] of all.entries()) {
    const repo = w.repo(`w${index}`, optionsOf(wish, w, made));
    if (wish.lock === "young") writeFileSync(join(repo.path, "index.lock"), "");
    made.push(repo);
  }
  return made;
}

function optionsOf({ fate, ageDays, marker, lender }: Wish, w: World, made: readonly ShadowRepo[]): RepoOptions {
  const from = lender === null ? undefined : made[lender];
  const alternates = from === undefined ? {} : { "objects/info/alternates": `${from.path}/objects\n` };
  const options = { workdir: fate, ageDays, inside: alternates };
  if (marker === "missing") return { ...options, marker: null, worktree: null };
  return marker === "other" ? { ...options, marker: join(w.work, "elsewhere") } : options;
}

function pathOf({ judged }: PlannedEntry): string {
  return judged.entry.members[0].path;
}

/** The repos: an old lock in one is a row of its own, of a kind that the settings do not name. */
function rows(plan: Plan): readonly PlannedEntry[] {
  return plan.bases.flatMap(({ entries }) => entries.filter(({ judged }) => judged.entry.store === "hermes-shadow"));
}

function pathsThat(plan: Plan, action: "remove" | "keep"): readonly string[] {
  return rows(plan)
    .filter(({ ruling }) => ruling.action === action)
    .map(pathOf)
    .toSorted();
}

/** What each ruling comes to. Which of several holds is reported with which detail is tested elsewhere. */
function actions(plan: Plan, which: "ruling" | "sweep"): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    rows(plan).map((row) => [pathOf(row), [row.judged.verdict, row[which].rule, row[which].action]]),
  );
}

function outcomes(result: RunResult): readonly string[] {
  return result.bases.flatMap((base) => [...base.entries, ...base.trash].map(({ outcome }) => outcome));
}

function entriesIn(w: World): readonly string[] {
  return readdirSync(w.base)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => join(w.base, name))
    .toSorted();
}

/** The object directories that what is in the base borrows from. */
function lendersOf(w: World): readonly string[] {
  const files = entriesIn(w).map((entry) => join(entry, "objects/info/alternates"));
  return files.flatMap((file) => (existsSync(file) ? [readFileSync(file, "utf8").trimEnd()] : []));
}

/** Makes a world for each run and deletes it again. `common` has the clock stand still. */
async function inWorlds(
  numRuns: number,
  check: (w: World, made: readonly ShadowRepo[], common: ScanOptions, run: Run) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(wishes, settings, runs, async (all, set, run) => {
    const w = world({ scope: "manual" });
    try {
      const made = build(w, all);
      for (const [index, { lock }] of all.entries()) {
        if (lock !== "old") continue;
        const path = join(made[index]?.path ?? "", "index.lock");
        writeFileSync(path, "");
        // Older than any lock that holds, and than any retention here.
        setTimes(path, Date.now() - 90 * 86_400_000);
      }
      const now = Date.now() + 1000;
      await check(w, made, { home: w.home, env: { HOME: w.root }, settings: set, now: () => now }, run);
    } finally {
      w.dispose();
    }
  });
  await fc.assert(property, { numRuns });
}

describe("in a real home", () => {
  it("a plan changes nothing, and was carried out, the next one at the same clock is empty", async () => {
    await inWorlds(10, async (w, made, common, run) => {
      const before = fingerprint(w.root);
      const plan = await scan({ ...common, ...run });
      expect(diff(before, fingerprint(w.root))).toEqual([]);
      expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
      expect([...pathsThat(plan, "remove"), ...pathsThat(plan, "keep")].toSorted()).toEqual(
        made.map(({ path }) => path).toSorted(),
      );

      const result = await prune(JSON.parse(JSON.stringify(plan)) as Plan, common);
      expect(result.status).toBe("done");
      expect(new Set([...outcomes(result), "removed", "trashed"])).toEqual(new Set(["removed", "trashed"]));
      expect(outcomes(result)).toHaveLength(pathsThat(plan, "remove").length);
      expect(entriesIn(w)).toEqual(pathsThat(plan, "keep"));
      expect(lendersOf(w).filter((path) => !existsSync(path))).toEqual([]);

      const next = await scan({ ...common, ...run });
      expect(pathsThat(next, "remove")).toEqual([]);
      expect(next.bases.flatMap(({ trash }) => trash).filter(({ action }) => action !== "keep")).toEqual([]);
      expect(pathsThat(next, "keep")).toEqual(pathsThat(plan, "keep"));
    });
  });

  it("what is shown of the sweep is what the sweep plans, and status judges as prune does", async () => {
    await inWorlds(5, async (_, __, common, run) => {
      const [person, sweep] = [
        await scan({ ...common, ...run, mode: "manual" }),
        await scan({ ...common, mode: "automatic" }),
      ];
      expect(actions(person, "sweep")).toEqual(actions(sweep, "ruling"));
      expect(pathsThat(await scan(common), "remove")).toEqual(expect.arrayContaining([...pathsThat(sweep, "remove")]));
      const status = await scan({
        ...common,
        ...run,
        mode: "manual",
        everything: true,
        claims: true,
        snapshots: "all",
        askGit: 0,
      });
      expect(actions(status, "ruling")).toEqual(actions(person, "ruling"));
      expect(actions(status, "sweep")).toEqual(actions(person, "sweep"));
    });
  });

  it("nothing whose workdir exists and that was used within the retention is removed, whatever was asked for", async () => {
    await inWorlds(4, async (w, made, common, run) => {
      const alive = w.repo("alive");
      const plan = await scan({ ...common, ...run });
      await prune(plan, common);
      expect(entriesIn(w)).toContain(alive.path);
      expect(pathsThat(plan, "keep")).toContain(alive.path);
      expect(made.map(({ path }) => path)).toEqual(expect.arrayContaining([...pathsThat(plan, "remove")]));
    });
  });
});
