// The golden stores, through the built command: what the real Hermes wrote is judged as the table in DESIGN.md says,
// at the place it was recorded and moved elsewhere, and nothing but the two that qualify is ever removed.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  GOLDEN_PROJECTS,
  type Golden,
  type GoldenName,
  type GoldenProjectName,
  unpackGolden,
} from "./support/golden.ts";
import { recordedPlaceUnavailable, unpackGoldenAtRecordedPlace } from "./support/recorded-place.ts";
import { type ReportEntry, entryOf } from "./support/report.ts";
import { run, type RunResult } from "./support/run.ts";
import { type Fingerprint, diff, fingerprint } from "./support/tree.ts";

/** Verdict and reason of each project's shadow repo; the snapshots that Hermes took of it. */
const TABLE: Readonly<Record<GoldenProjectName, readonly [verdict: string, reason: string, snapshots: number]>> = {
  "alpha": ["live", "workdir-present", 3],
  "beta": ["live", "workdir-present", 5],
  "space dir ü": ["live", "workdir-present", 4],
  "stale": ["stale", "unused", 2],
  "gone-a": ["orphan", "absent-observed", 2],
  "sub/gone-b": ["unreachable", "parent-missing", 1],
  "empty-parent/gone-c": ["unreachable", "parent-empty", 2],
};

/** The ids that the table in the golden README gives; they hold at the recorded place. */
const RECORDED_IDS: Readonly<Record<GoldenProjectName, string>> = {
  "alpha": "f8441a25dc4ff8cf",
  "beta": "7c1b448f910a0160",
  "space dir ü": "67976174c7efb457",
  "stale": "46089cf96cf3b2e9",
  "gone-a": "a861825763f303b7",
  "sub/gone-b": "1aeadc333175595d",
  "empty-parent/gone-c": "227523b6fdcbeee7",
};

const TAKEN: readonly GoldenProjectName[] = ["stale", "gone-a"];
const STAYING: readonly GoldenProjectName[] = GOLDEN_PROJECTS.filter((name) => !TAKEN.includes(name));

const unavailable = recordedPlaceUnavailable();
if (unavailable !== null) process.stderr.write(`${unavailable}\n`);

interface Place {
  readonly place: string;
  readonly skip: boolean;
  readonly unpack: (name: GoldenName) => Golden;
}

const PLACES: readonly Place[] = [
  { place: "at the recorded place", skip: unavailable !== null, unpack: (name) => unpackGoldenAtRecordedPlace(name) },
  { place: "moved to a temporary directory", skip: false, unpack: (name) => unpackGolden(name) },
];

for (const { place, skip, unpack } of PLACES) {
  describe.skipIf(skip)(`golden stores ${place}`, () => {
    it("v1: every repo is judged as the table says", async () => {
      const golden = unpack("v1");
      const before = fingerprint(golden.onDisk(golden.root));
      const result = await runAt(golden, ["status", "--json", "--base", golden.base]);
      expect(result.code, result.stderr).toBe(0);
      const report = result.report();
      expect(
        Object.fromEntries(GOLDEN_PROJECTS.map((name) => [name, judged(entryOf(report, golden.project(name).id))])),
      ).toEqual(
        Object.fromEntries(GOLDEN_PROJECTS.map((name) => [name, [...TABLE[name], golden.project(name).workdir]])),
      );
      if (place === "at the recorded place") {
        expect(Object.fromEntries(GOLDEN_PROJECTS.map((name) => [name, golden.project(name).id]))).toEqual(
          RECORDED_IDS,
        );
      }
      expect(report.totals).toMatchObject({
        scanned: 7,
        live: 3,
        orphan: 1,
        stale: 1,
        unreachable: 2,
        unidentified: 0,
      });
      expect(report.bases).toMatchObject([{ path: golden.base, exists: true, foreign: 0, error: null }]);
      expect(diff(before, fingerprint(golden.onDisk(golden.root)))).toEqual([]);
    });

    it("v1: a dry run shows what prune does, which removes only stale and gone-a, and a second run plans nothing", async () => {
      const golden = unpack("v1");
      const untouched = (): readonly Fingerprint[] => STAYING.map((name) => shadow(golden, name));
      const [before, kept] = [fingerprint(golden.onDisk(golden.root)), untouched()];

      const promised = (await runAt(golden, ["prune", "--dry-run", "--json", "--home", golden.home])).report();
      expect(diff(before, fingerprint(golden.onDisk(golden.root)))).toEqual([]);
      expect(planned(promised.entries)).toEqual(names(golden, TAKEN));
      expect(promised).toMatchObject({
        dryRun: true,
        totals: { scanned: 7, toRemove: 2, removed: 0, bytesReclaimed: 0 },
      });

      const result = await runAt(golden, ["prune", "--yes", "--json", "--home", golden.home]);
      expect(result.code, result.stderr).toBe(0);
      const report = result.report();
      expect(removed(report.entries)).toEqual(names(golden, TAKEN));
      expect(report).toMatchObject({
        status: "done",
        dryRun: false,
        totals: { toRemove: 2, removed: 2, trashed: 0, failed: 0, removedByRule: { orphan: 1, stale: 1 } },
      });
      expect(report.totals.bytesReclaimed).toBe(promised.totals.bytesToReclaim);
      for (const name of TAKEN) expect(existsSync(golden.onDisk(golden.project(name).path ?? ""))).toBe(false);
      expect(untouched().map((after, index) => diff(kept[index] ?? new Map(), after))).toEqual(STAYING.map(() => []));

      const again = (await runAt(golden, ["prune", "--yes", "--json", "--home", golden.home])).report();
      expect(again.totals).toMatchObject({ scanned: 5, toRemove: 0, removed: 0, bytesReclaimed: 0 });
      expect(planned(again.entries)).toEqual([]);
    });

    it("v1: an automatic run moves the same two to the trash once their grace is over", async () => {
      const golden = unpack("v1");
      const kept = STAYING.map((name) => shadow(golden, name));
      const args = ["auto", "--now", "--opt-in", "--json", "--home", golden.home];

      const first = (await runAt(golden, args)).report();
      expect(entryOf(first, golden.project("gone-a").id)).toMatchObject({
        verdict: "orphan",
        action: "keep",
        holds: ["grace"],
      });
      expect(first.totals).toMatchObject({ trashed: 1, removed: 0 });

      const second = (await runAt(golden, [...args, "--set", "orphan_grace_hours=0"])).report();
      expect(second.totals).toMatchObject({ trashed: 1, removed: 0, failed: 0 });
      expect(second.trash.map((each) => each.entryId)).toContain(golden.project("stale").id);
      expect(STAYING.map((name, index) => diff(kept[index] ?? new Map(), shadow(golden, name)))).toEqual(
        STAYING.map(() => []),
      );
    });

    const unnamed = [
      { name: "v2", home: "v2home", children: ["store"], scanned: 7, strays: [] },
      {
        name: "migrated",
        home: "mighome",
        children: ["store", "legacy-20261120-131744"],
        scanned: 9,
        strays: ["legacy-20261120-131744/not-a-repo", "legacy-20261120-131744/stray.txt"],
      },
    ] as const;

    it.each(unnamed)(
      "$home: what stores does not name is shown, and no byte of $children or of the lock file changes",
      async ({ name, children, scanned, strays }) => {
        const golden = unpack(name);
        const look = (): readonly Fingerprint[] =>
          [join(golden.home, ".checkpoints.lock"), ...children.map((child) => join(golden.base, child))]
            .map((path) => golden.onDisk(path))
            .filter((path) => existsSync(path))
            .map((path) => fingerprint(path));
        const before = look();
        const unchanged = (): void =>
          expect(look().flatMap((after, index) => diff(before[index] ?? new Map(), after))).toEqual([]);

        const whole = fingerprint(golden.onDisk(golden.root));
        const status = (await runAt(golden, ["status", "--json", "--home", golden.home])).report();
        expect(status.totals).toMatchObject({ scanned, toRemove: 0 });
        expect(status.bases).toMatchObject([{ foreign: strays.length, status: "done" }]);
        const gone = status.entries.filter(({ verdict }) => verdict === "stale" || verdict === "orphan");
        expect(gone.flatMap(({ holds }) => holds)).toEqual(gone.map(() => "not-enabled"));
        expect(diff(whole, fingerprint(golden.onDisk(golden.root)))).toEqual([]);

        const prune = await runAt(golden, ["prune", "--yes", "--home", golden.home]);
        expect(prune.code, prune.stderr).toBe(0);
        for (const stray of strays) expect(prune.stdout).toContain(stray);
        if (strays.length > 0) expect(prune.stdout).toMatch(/ignored: /);
        unchanged();

        const json = await runAt(golden, [
          "prune",
          "--yes",
          "--json",
          "--retention-days",
          "0.001",
          "--home",
          golden.home,
        ]);
        expect(json.report()).toMatchObject({ status: "done", totals: { scanned, removed: 0, failed: 0 } });
        unchanged();

        const auto = await runAt(
          golden,
          ["auto", "--now", "--opt-in", "--json", "--home", golden.home].concat([
            "--set",
            "orphan_grace_hours=0",
            "--set",
            "trash_days=0",
            "--set",
            "retention_days=0.001",
          ]),
        );
        expect(auto.report()).toMatchObject({
          status: "done",
          totals: { scanned, removed: 0, trashed: 0, failed: 0 },
        });
        unchanged();
      },
    );
  });
}

function runAt(golden: Golden, args: readonly string[]): Promise<RunResult> {
  return run(args, { through: golden.through });
}

function judged(entry: ReportEntry): readonly unknown[] {
  return [entry.verdict, entry.reason, entry.snapshots?.count, entry.subject?.value];
}

function shadow(golden: Golden, name: GoldenProjectName): Fingerprint {
  const { path } = golden.project(name);
  if (path === null) throw new Error(`${name} has no shadow repo`);
  return fingerprint(golden.onDisk(path));
}

function names(golden: Golden, projects: readonly GoldenProjectName[]): readonly string[] {
  return projects.map((name) => golden.project(name).id).toSorted();
}

function planned(entries: readonly ReportEntry[]): readonly string[] {
  return entries
    .filter((entry) => entry.action === "remove")
    .map((entry) => entry.id)
    .toSorted();
}

function removed(entries: readonly ReportEntry[]): readonly string[] {
  return entries
    .filter((entry) => entry.outcome === "removed")
    .map((entry) => entry.id)
    .toSorted();
}
