import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, PlannedBase, PlannedEntry } from "../../src/model/plan.ts";
import type { EntryResult, RunResult } from "../../src/model/result.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { toJson } from "./to-json.ts";
import { renderPreview } from "../../src/report/overview.ts";
import { renderRemoved } from "../../src/report/removed.ts";
import { ruleGroups } from "../../src/report/summary.ts";
import { removalsOf, tallyOf, totalsOf } from "../../src/report/totals.ts";
import { number, size } from "../../src/report/format.ts";
import {
  entryResult,
  hold,
  look,
  NOW,
  plannedBase,
  plannedEntry,
  plannedTrash,
  planOf,
  resultOf,
  trashResult,
} from "./build.ts";
import { idOf } from "./sample.ts";

const META = { version: "1.0.0", startedAt: NOW, durationMs: 41, dryRun: true };

const entry: fc.Arbitrary<PlannedEntry> = fc
  .record({
    at: fc.integer({ min: 0, max: 1_000_000 }),
    verdict: fc.constantFrom("live", "orphan", "stale", "unreachable", "unidentified", "debris"),
    held: fc.boolean(),
    included: fc.boolean(),
    bytes: fc.option(fc.integer({ min: 0, max: 10_000_000_000 })),
  })
  .map(({ at, verdict, held, included, bytes }) => {
    const rule = verdict === "live" ? null : verdict === "orphan" || verdict === "stale" || included ? verdict : null;
    return plannedEntry({ id: idOf(at), verdict, rule, bytes, holds: held && rule !== null ? [hold("busy")] : [] });
  });

const base: fc.Arbitrary<PlannedBase> = fc
  .record({
    entries: fc.uniqueArray(entry, { selector: ({ judged }) => judged.entry.id, maxLength: 30 }),
    off: fc.boolean(),
  })
  .map(({ entries, off }) => plannedBase({ entries, settings: { ...DEFAULT_SETTINGS, delete_orphans: !off } }));

const plan: fc.Arbitrary<Plan> = base.map((each) => planOf([each]));

const run: fc.Arbitrary<RunResult> = plan.chain((each) => {
  const rows = each.bases[0]?.entries.filter(({ ruling }) => ruling.action === "remove") ?? [];
  const outcome = fc.constantFrom("removed", "trashed", "changed", "conflict", "already-gone", "failed", "skipped");
  return fc.array(outcome, { minLength: rows.length, maxLength: rows.length }).map((outcomes) =>
    resultOf(
      each,
      rows.map((row, at): EntryResult => entryResult(row, { outcome: outcomes[at] ?? "skipped" })),
    ),
  );
});

describe("the same numbers everywhere", () => {
  it("text and JSON of a plan agree, and everything adds up", () => {
    fc.assert(
      fc.property(plan, (each) => {
        const { totals, entries } = toJson("prune", each, META);
        const tally = tallyOf(each);
        const text = renderPreview(each, look({ columns: null }), { rows: "all", dryRun: true });
        expect(totals.scanned + totals.debris).toBe(entries.length);
        expect(totals.live + totals.orphan + totals.stale + totals.unreachable + totals.unidentified).toBe(
          totals.scanned,
        );
        expect(totals.toRemove).toBe(entries.filter(({ action }) => action === "remove").length);
        const remains = tally.kept.get("debris")?.count ?? 0;
        const kept = [...tally.kept.values()].reduce((sum, group) => sum + group.count, -remains);
        expect(totals.toRemove + kept + remains).toBe(totals.scanned + totals.debris);
        const groups = ruleGroups(each, removalsOf(each));
        const rules = groups.reduce((sum, { words }) => sum + Number(words.split(" ")[0]?.replaceAll(",", "")), 0);
        expect(rules).toBe(totals.toRemove);
        expect(text).toContain(`\n${number(totals.scanned)} repo`);
        expect(text).toContain(
          totals.toRemove === 0 ? "would remove nothing" : `would remove ${number(totals.toRemove)}`,
        );
        const measured = entries.filter(({ action, bytes }) => action === "remove" && bytes !== null).length;
        if (measured > 0) expect(text).toContain(size(Number(totals.bytesToReclaim)));
        if (kept > 0) expect(text).toContain(`; kept ${number(kept)}`);
      }),
    );
  });

  it("text and JSON of a run agree, and no outcome is counted twice", () => {
    fc.assert(
      fc.property(run, (result) => {
        const { totals, entries } = toJson("prune", result, META);
        const text = renderRemoved(result, look({ columns: null }));
        const shown = (outcome: string | null): number => entries.filter((row) => row.outcome === outcome).length;
        expect([totals.removed, totals.trashed, totals.failed]).toEqual([
          shown("removed"),
          shown("trashed"),
          shown("failed"),
        ]);
        expect(Object.values(totals.removedByRule).reduce((sum: number, many) => sum + (many ?? 0), 0)).toBe(
          totals.removed,
        );
        expect(
          text.includes(`\nRemoved ${number(totals.removed)} repo`) ||
            text.startsWith(`Removed ${number(totals.removed)} repo`),
        ).toBe(totals.removed > 0);
        expect(text.includes(`Moved to the trash: ${number(totals.trashed)} repo`)).toBe(totals.trashed > 0);
        expect(text.includes(`Failed: ${number(totals.failed)} (listed`)).toBe(totals.failed > 0);
      }),
    );
  });
});

describe("totalsOf", () => {
  it("is zeros for nothing", () => {
    expect(totalsOf(planOf([plannedBase({ exists: false })]))).toEqual({
      scanned: 0,
      live: 0,
      orphan: 0,
      stale: 0,
      unreachable: 0,
      unidentified: 0,
      debris: 0,
      toRemove: 0,
      removed: 0,
      trashed: 0,
      restored: 0,
      failed: 0,
      removedByRule: { orphan: 0, stale: 0 },
      bytesToReclaim: 0,
      bytesReclaimed: 0,
      bytesTrashed: 0,
    });
  });

  it("counts the trash: bytes freed, what was returned, what failed", () => {
    const gone = plannedTrash({ action: "destroy", bytes: 500 });
    const back = plannedTrash({ action: "return", entryId: idOf(3) });
    const stuck = plannedTrash({ action: "destroy", entryId: idOf(4), bytes: 7 });
    const row = plannedEntry({ bytes: 100, verdict: "unreachable", rule: "unreachable" });
    const each = planOf([plannedBase({ entries: [row], trash: [gone, back, stuck] })]);
    const trash = [
      trashResult(gone),
      trashResult(back, { outcome: "returned" }),
      trashResult(stuck, { outcome: "failed", bytes: 0 }),
    ];
    expect(totalsOf(each)).toMatchObject({ toRemove: 1, bytesToReclaim: 607 });
    expect(totalsOf(each, resultOf(each, [entryResult(row)], { trash }))).toMatchObject({
      removed: 1,
      restored: 1,
      failed: 1,
      removedByRule: { orphan: 0, stale: 0, unreachable: 1 },
      bytesReclaimed: 600,
      bytesTrashed: 0,
    });
  });
});
