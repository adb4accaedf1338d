// The last use that a walk tells of is the one that looking at each place tells of.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { opencodeSnapshots } from "../../../src/agents/opencode/kinds/index.ts";
import { scan } from "../../../src/index.ts";
import type { Entry, LastUse } from "../../../src/model/entry.ts";
import type { Judged } from "../../../src/model/judgement.ts";
import type { Measurement } from "../../../src/model/inspection.ts";
import { withUseOfWalk } from "../../../src/scan/use-of-walk.ts";
import { DAY_MS, HOUR_MS } from "../../support/paths.ts";
import { at, leave, PROJECT_ID, REPOS_NOW, type WorktreeHome, worktreeHome } from "../../support/worktree-repo.ts";

const LOOK = { freshAfter: null, locks: false, claims: false, now: REPOS_NOW };

async function judgedAt(home: WorktreeHome, path: string): Promise<Judged> {
  const plan = await scan({ ...home.options, everything: true });
  const judged = plan.bases.flatMap(({ entries }) => entries.map((row) => row.judged));
  const found = judged.find(({ entry }) => entry.members[0].path === path);
  if (found === undefined) throw new Error(`${path} is not an entry`);
  return found;
}

function lookedUp(entry: Entry): LastUse | null {
  return opencodeSnapshots.inspect(entry, LOOK).lastUse;
}

/** Each use touches the first four; the others a collection touches too, or they are of no meaning. */
const PLACES = [
  "info/exclude",
  "index",
  "objects/0a",
  "objects/ff",
  "objects/0a/tmp_obj_Ab12Cd",
  "objects/0A",
  "objects/abc",
  "objects/info",
  "objects/pack",
  "objects/pack/0a",
  "objects",
  "packed-refs",
  "refs/0a",
  "0a",
] as const;

const DIRECTORIES = new Set<string>(PLACES.filter((place) => !/exclude|index|tmp_|packed/.test(place)));

it("is the same by a walk and by looking at each place, whatever was touched and whatever is missing", async () => {
  const home = worktreeHome();
  const repo = home.repo("one");
  const shared = home.repo("two", () => PROJECT_ID);
  const ages = fc.dictionary(fc.constantFrom(...PLACES), fc.integer({ min: 0, max: 90 * 24 }), { minKeys: 1 });
  const property = fc.asyncProperty(ages, fc.subarray(["info/exclude", "index"]), async (hours, missing) => {
    for (const path of [repo, shared]) {
      for (const place of PLACES) {
        const one = join(path, place);
        mkdirSync(DIRECTORIES.has(place) ? one : dirname(one), { recursive: true });
        if (!DIRECTORIES.has(place)) writeFileSync(one, "");
      }
      // What lies deeper first: making it touches what is above it.
      for (const place of PLACES.toSorted((a, b) => b.length - a.length))
        at(join(path, place), (hours[place] ?? 60 * 24) * HOUR_MS);
      for (const place of missing) rmSync(join(path, place));
      const judged = await judgedAt(home, path);
      expect(judged.lastUsed).toEqual(lookedUp(judged.entry));
    }
  });
  await fc.assert(property, { numRuns: 25 });
});

it("is that of a directory of objects alone, where nothing else of a use is there", async () => {
  const home = worktreeHome();
  const repo = home.repo("one");
  for (const place of ["info/exclude", "index"]) rmSync(join(repo, place));
  leave(join(repo, "objects/0a/object"), DAY_MS);
  at(join(repo, "objects/0a"), HOUR_MS);
  const { lastUsed } = await judgedAt(home, repo);
  expect(lastUsed).toEqual({ at: REPOS_NOW - HOUR_MS, from: "mtime" });
});

it("is looked up where a link is in the place of objects, which a walk does not follow", async () => {
  const home = worktreeHome();
  const repo = home.repo("one");
  const { entry } = await judgedAt(home, repo);
  const elsewhere = join(home.root, "elsewhere");
  mkdirSync(join(elsewhere, "0a"), { recursive: true });
  at(join(elsewhere, "0a"), HOUR_MS);
  rmSync(join(repo, "objects"), { recursive: true });
  symlinkSync(elsewhere, join(repo, "objects"));
  expect(useAfter(entry, walked({}))).toEqual({ at: REPOS_NOW - HOUR_MS, from: "mtime" });
});

it.each([
  ["could not read something", walked({ used: null, troubles: [{ code: "EIO", message: "EIO", path: "/there" }] })],
  ["did not come to the objects", walked({})],
  ["did not take place", null],
])("is looked up where the walk %s", async (_, measurement) => {
  const home = worktreeHome();
  const repo = home.repo("one");
  mkdirSync(join(repo, "objects/0a"), { recursive: true });
  at(join(repo, "objects/0a"), HOUR_MS);
  const { entry } = await judgedAt(home, repo);
  expect(useAfter(entry, measurement)).toEqual({ at: REPOS_NOW - HOUR_MS, from: "mtime" });
  // A whole walk is believed.
  const used: LastUse = { at: REPOS_NOW, from: "mtime" };
  expect(useAfter(entry, walked({ used }))).toEqual(used);
});

function walked(some: Partial<Measurement>): Measurement {
  return { newest: null, newestPath: null, bytes: 0, files: 0, locks: [], troubles: [], ...some };
}

function useAfter(entry: Entry, measurement: Measurement | null): LastUse | null {
  const inspection = opencodeSnapshots.inspect(entry, { ...LOOK, isWalked: true });
  expect(inspection.leftToWalk).toBe(true);
  return withUseOfWalk({ entry, store: opencodeSnapshots, inspection }, measurement, REPOS_NOW).lastUse;
}
