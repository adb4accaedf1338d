// The order of the runs of several bases, where the clock was right and where it was not.
import { describe, expect, it } from "vitest";
import type { SweepRecord } from "../../src/model/state.ts";
import { DAY, HOUR, MINUTE } from "../../src/model/time.ts";
import { groupRuns } from "../../src/runs/group-runs.ts";
import { orderTimes } from "../../src/runs/run-order.ts";
import { NOW, plannedBase, sweepRecord } from "../report/build.ts";

const { ref } = plannedBase();
const YEAR = 365 * DAY;

/** A run that is told from the others by who it was. */
function ranAt(at: number, by: string, sequence?: number): SweepRecord {
  return sweepRecord({ at, by, ...(sequence === undefined ? {} : { sequence }) });
}

/** Who ran, the newest first. */
function order(...bases: readonly (readonly SweepRecord[])[]): readonly string[] {
  const recorded = bases.map((records, at) => ({
    ref: { ...ref, path: `/${at}` },
    sweeps: records.filter(({ command }) => command === undefined),
    manual: records.filter(({ command }) => command !== undefined),
    items: [],
  }));
  return groupRuns(recorded, NOW).map(({ by }) => by);
}

const manual = (record: SweepRecord): SweepRecord => ({ ...record, command: "prune" });

describe("runs", () => {
  it("are in the order of their dates where these agree with the sequence, and where there is none", () => {
    const [old, late, last] = [ranAt(NOW - DAY, "old"), ranAt(NOW - HOUR, "late"), ranAt(NOW, "last")];
    expect(order([last, old], [late])).toEqual(["last", "late", "old"]);
    const numbered = [ranAt(NOW, "last", 2), ranAt(NOW - DAY, "old", 1)];
    expect(order(numbered, [ranAt(NOW - HOUR, "late", 7)])).toEqual(["last", "late", "old"]);
  });

  it("of a clock that was ahead are before what was recorded after them, whichever was manual", () => {
    const ahead = manual(ranAt(NOW + 4 * YEAR, "ahead", 1));
    expect(order([ranAt(NOW - HOUR, "sweep", 2), ahead])).toEqual(["sweep", "ahead"]);
    expect(order([manual(ranAt(NOW - HOUR, "manual", 2)), ranAt(NOW + YEAR, "ahead", 1)])).toEqual(["manual", "ahead"]);
  });

  it("of a clock that was ahead are the newest where nothing came after them", () => {
    const ahead = ranAt(NOW + YEAR, "ahead", 2);
    expect(order([ahead, ranAt(NOW - HOUR, "before", 1)], [ranAt(NOW - MINUTE, "other", 9)])).toEqual([
      "ahead",
      "other",
      "before",
    ]);
  });

  it("of a clock that was ahead are before what another base recorded after the next run of theirs", () => {
    const own = [ranAt(NOW - HOUR, "next", 2), ranAt(NOW + YEAR, "ahead", 1)];
    expect(order(own, [ranAt(NOW - MINUTE, "other", 1)])).toEqual(["other", "next", "ahead"]);
  });

  it("of a clock that was behind are after what was recorded before them", () => {
    const own = [ranAt(NOW - HOUR, "last", 3), ranAt(NOW - 20 * YEAR, "behind", 2), ranAt(NOW - DAY, "first", 1)];
    expect(order(own, [ranAt(NOW - 2 * DAY, "other", 1)])).toEqual(["last", "behind", "first", "other"]);
  });

  it("of a clock that was ahead, over two bases, are before the next one of either", () => {
    const ahead = ranAt(NOW + YEAR, "ahead", 1);
    expect(order([ranAt(NOW - HOUR, "next", 2), ahead], [ahead])).toEqual(["next", "ahead"]);
  });

  it("have times apart, however many have one date", () => {
    const records = Array.from({ length: 200 }, (_, at) => ranAt(NOW, String(at), at + 1));
    const times = [...orderTimes(records, NOW)].toSorted(([, a], [, b]) => a - b);
    expect(new Set(times.map(([, time]) => time)).size).toBe(records.length);
    expect(times.map(([{ by }]) => by)).toEqual(records.map(({ by }) => by));
  });
});
