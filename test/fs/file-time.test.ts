// One time of one file is one number, whichever call read it: a removal is called off where the second number is larger.

import { lutimesSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bytePath, lstat, quickStat, setMtime, setTimesNoFollow } from "../../src/fs/syscalls.ts";
import { msOfNs } from "../../src/model/time.ts";
import { run } from "../support/run.ts";
import { everythingBelow } from "../support/paths.ts";
import { world } from "../support/world.ts";

/** Odd fractions of a second, spread evenly over a hundred days. */
const SECONDS: readonly number[] = Array.from({ length: 400 }, (_, n) => 1_790_000_000 + n * 21_600.000_123_457);

function file(): string {
  const directory = mkdtempSync(join(tmpdir(), "cgc-time-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "file"), "");
  return join(directory, "file");
}

describe("the time of a file", () => {
  it("is the same number for both kinds of stat, also before 1970", () => {
    const path = file();
    for (const seconds of [...SECONDS, 0, -0.25, -1, -86_400.000_123_457]) {
      lutimesSync(path, String(seconds), String(seconds));
      expect(lstat(bytePath(path)).mtime).toBe(quickStat(bytePath(path))?.mtime);
    }
  });

  it("before 1970 is set as such", () => {
    const path = file();
    setMtime(bytePath(path), -86_400_000);
    expect(lstat(bytePath(path)).mtime).toBe(-86_400_000);
    setTimesNoFollow(bytePath(path), -172_800_000);
    expect(Math.round(lstat(bytePath(path)).mtime)).toBe(-172_800_000);
  });

  it.each([
    [0n, 0],
    [1_500_000n, 1.5],
    [-1n, -1000 + 999.999_999],
    [-1_000_000_000n, -1000],
    [1_795_735_148_094_000_100n, 1_795_735_148 * 1000 + 94.0001],
  ])("of %d ns is %d ms", (ns, ms) => {
    expect(msOfNs(ns)).toBe(ms);
  });
});

describe("an entry whose files have odd times", () => {
  it("is removed where nothing has touched it since it was judged", async () => {
    const w = world();
    const yesterday = Date.now() / 1000 - 2 * 86_400;
    for (let n = 0; n < 30; n++) {
      const { path } = w.repo(`gone-${n}`, { workdir: "delete" });
      // The newest is a place that is read again right before the removal, and not the first of those.
      for (const each of everythingBelow(path)) lutimesSync(each, yesterday - 60, yesterday - 60);
      const odd = String(yesterday + n * 0.000_123_457);
      lutimesSync(join(path, "objects"), odd, odd);
    }
    const swept = (await run(["prune", "--yes", "--json"], { home: w })).report();
    expect(swept.entries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 30 }, () => "removed"));
  });
});
