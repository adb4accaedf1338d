// The line of progress: what it says at which width, and that it never goes back.

import { describe, expect, it } from "vitest";
import { lineOf } from "../../src/cli/progress.ts";
import { DAY } from "../../src/model/time.ts";
import type { Progress } from "../../src/model/surroundings.ts";
import { partOfRun, wholeProgress } from "../../src/runs/whole-progress.ts";

const wide = { unicode: true, width: 79, elapsed: 0 };

describe("a line of progress", () => {
  it.each([
    [{ stage: "scan", done: 0, total: null, bytes: 0 }, "Looking…"],
    [{ stage: "measure", done: 120, total: 1104, bytes: 3_100_000_000 }, "Measuring: 120 of 1,104, 3.1 GB…"],
    [{ stage: "remove", done: 0, total: 5, bytes: 0 }, "Removing: 0 of 5…"],
    [{ stage: "trash", done: 1, total: null, bytes: 512 }, "Checking the trash: 1, 512 B…"],
    [
      { stage: "remove", done: 2, total: 5, bytes: 512, whole: 0.4 },
      "Removing 40% [########............] 2 of 5, 512 B…",
    ],
    [{ stage: "pack", done: 5, total: 5, bytes: 1, whole: 1 }, "Packing 100% [####################] 5 of 5, 1 B…"],
  ] as const)("%j", (progress, line) => {
    expect(lineOf(progress, wide)).toBe(line);
    expect(lineOf(progress, { ...wide, unicode: false })).toBe(line.replace("…", "..."));
  });

  it("has no bar where the numbers need the room", () => {
    const progress: Progress = { stage: "remove", done: 2, total: 5, bytes: 512, whole: 0.4 };
    expect(lineOf(progress, { ...wide, width: 50 })).toBe("Removing 40%: 2 of 5, 512 B…");
  });

  it.each([
    ["three times as long as so far, at a quarter", 0.25, 10_000, "30 seconds left"],
    ["in days where it is that long", 0.1, DAY, "9 days left"],
    ["a second where it is less", 0.999, 10_000, "1 second left"],
    ["nothing in the first seconds", 0.25, 1999, null],
    ["nothing while it is a guess", 0.02, 60_000, null],
    ["nothing at the end", 1, 60_000, null],
  ])("says how long it takes: %s", (_, whole, elapsed, words) => {
    const line = lineOf({ stage: "remove", done: 1, total: 4, bytes: 0, whole }, { ...wide, elapsed });
    if (words === null) expect(line).not.toContain("left");
    else expect(line).toContain(`1 of 4, ${words}…`);
  });
});

describe("the progress of several bases", () => {
  const told = (weights: readonly number[], exact: boolean): [Progress[], ReturnType<typeof wholeProgress>] => {
    const seen: Progress[] = [];
    return [seen, wholeProgress((progress) => seen.push(progress), weights, { exact })];
  };
  const remove = (done: number, total: number, bytes: number): Progress => ({ stage: "remove", done, total, bytes });

  it("counts over all of them, by how much there is to do in each", () => {
    const [seen, at] = told([3, 0, 1], true);
    at(0)(remove(1, 3, 10));
    at(0)(remove(3, 3, 30));
    at(2)(remove(1, 1, 5));
    expect(seen.map(({ done, total, bytes, whole }) => [done, total, bytes, whole])).toEqual([
      [1, 4, 10, 0.25],
      [3, 4, 30, 0.75],
      [4, 4, 35, 1],
    ]);
  });

  it("has no total where the weights are an estimate", () => {
    const [seen, at] = told([10, 30], false);
    at(1)({ stage: "measure", done: 5, total: 5, bytes: 0 });
    expect(seen).toEqual([{ stage: "measure", done: 5, total: null, bytes: 0, whole: 1 }]);
  });

  it("takes looking for less than measuring", () => {
    const [seen, at] = told([1], false);
    at(0)({ stage: "scan", done: 10, total: 10, bytes: 0 });
    at(0)({ stage: "measure", done: 5, total: 10, bytes: 0 });
    expect(seen.map(({ whole = 0 }) => Number(whole.toFixed(4)))).toEqual([0.3, 0.65]);
  });

  it("leaves what is done in the trash as it is, and does not count it", () => {
    const [seen, at] = told([2], true);
    at(0)(remove(1, 2, 10));
    at(0)({ stage: "trash", done: 1, total: null, bytes: 99 });
    at(0)(remove(2, 2, 20));
    expect(seen.map(({ done, bytes }) => [done, bytes])).toEqual([
      [1, 10],
      [1, 99],
      [2, 20],
    ]);
  });

  it("is nothing where there is nothing to do", () => {
    const [seen, at] = told([0], true);
    at(0)({ stage: "remove", done: 0, total: 0, bytes: 0 });
    expect(seen[0]?.whole).toBe(0);
  });

  it("is a part of a longer run", () => {
    const seen: Progress[] = [];
    const part = partOfRun((progress) => seen.push(progress), 0.6, 1);
    part({ stage: "measure", done: 1, total: 2, bytes: 0, whole: 0.5 });
    part({ stage: "measure", done: 1, total: 2, bytes: 0 });
    expect(seen.map(({ whole }) => whole)).toEqual([0.8, undefined]);
  });
});
