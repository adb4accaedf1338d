// A run in numbers: each entry counts once, and what was freed of a failed one counts when it is finished.
import { expect, it } from "vitest";
import { sweepSum } from "../../src/cli/sweep-sum.ts";
import type { Outcome } from "../../src/model/result.ts";
import { totalsOf } from "../../src/report/totals.ts";
import { sweepRecordOf } from "../../src/runs/sweep-record.ts";
import { entryResult, NOW, plannedBase, plannedEntry, planOf, resultOf } from "../report/build.ts";

const OUTCOMES: readonly Outcome[] = ["removed", "trashed", "failed", "already-gone", "changed", "returned"];

it("counts as kept what was not to go and what was left or put back, and nothing else", () => {
  const removals = OUTCOMES.map((_, at) => plannedEntry({ verdict: "orphan", id: String(at) }));
  const base = plannedBase({ entries: [...removals, plannedEntry({ verdict: "live" })] });
  const results = OUTCOMES.map((outcome, at) =>
    entryResult(removals[at] ?? plannedEntry(), { outcome, bytes: outcome === "failed" ? 30 : 1000 }),
  );
  const done = { entries: results, trash: [] };
  const record = sweepRecordOf(base, done, { at: NOW, by: "", durationMs: 1 });
  const run = resultOf(planOf([base]), results);
  const expected = { scanned: 7, removed: 1, trashed: 1, failed: 1, kept: 3, bytesReclaimed: 1000, bytesTrashed: 1000 };
  expect(record).toMatchObject(expected);
  expect(sweepSum(run)).toMatchObject(expected);
  expect(totalsOf(run.plan, run)).toMatchObject({ failed: 1, bytesReclaimed: 1000, bytesTrashed: 1000 });
});
