// What a benchmark says about an earlier run. Its figures are made up here: no test asserts a time.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PROJECT, removeTree } from "../support/paths.ts";

interface Row {
  readonly what: string;
  readonly yardstick?: string;
  readonly ratio?: number;
  readonly ms?: number;
  readonly peakMb?: number;
}

interface Report {
  readonly machine: string;
  readonly entries: number;
  readonly files: number;
  readonly pairs: number;
  readonly rows: readonly Row[];
}

interface Reporter {
  readonly table: (report: Report) => string;
  readonly readEarlier: (file: string, sizes: Pick<Report, "entries" | "files">) => Report;
  readonly compared: (earlier: Report, now: Report, file: string) => readonly string[];
}

const { compared, readEarlier, table } = (await import(join(PROJECT, "scripts/bench/report.mjs"))) as Reporter;

const scratch = mkdtempSync(join(tmpdir(), "bench-report-"));
afterAll(() => {
  removeTree(scratch);
});

const HERE = "Node 20.20.2, 2 processors, 24 GiB, tmpfs";

function report(rows: readonly Row[], machine = HERE): Report {
  return { machine, entries: 10, files: 30, pairs: 1, rows };
}

const times = { median: 2, min: 1, max: 3 };
const STATUS = { what: "status", yardstick: "du -s", ratio: 1, ours: times, theirs: times, target: 1, peakMb: 60 };
const ABORT = { what: "abort", ms: 10, target: "100 ms" };

describe("compared with an earlier run", () => {
  const lines = (before: readonly Row[], now: readonly Row[], machine?: string) =>
    compared(report(before, machine), report(now), "old.json");

  it.each([
    ["a ratio that grew by more than a tenth", { ...STATUS, ratio: 1.11 }, "  status: 1.11 of du -s, was 1, 11 % more"],
    ["memory that grew by more than a tenth", { ...STATUS, peakMb: 67 }, "  status: 67 MB, was 60, 12 % more"],
    ["a time that grew by more than a tenth", { ...ABORT, ms: 12 }, "  abort: 12 ms, was 10, 20 % more"],
  ])("names %s", (_, now, line) => {
    expect(lines([STATUS, ABORT], [now])).toEqual([
      "Worse than in old.json by more than a tenth, 1 of 1 rows:",
      line,
      `Not compared, only in the earlier run: ${now.what === "status" ? "abort" : "status"}`,
    ]);
  });

  it("names nothing that grew by a tenth, or became better", () => {
    expect(
      lines(
        [STATUS, ABORT],
        [
          { ...STATUS, ratio: 1.1, peakMb: 66 },
          { ...ABORT, ms: 3 },
        ],
      ),
    ).toEqual(["Of 2 rows none is worse than in old.json by more than a tenth."]);
  });

  it("compares ratios and memory with another machine, and no times", () => {
    const grown = [
      { ...STATUS, ratio: 2 },
      { ...ABORT, ms: 99 },
    ];
    expect(lines([STATUS, ABORT], grown, "Node 24.0.0, 8 processors, 64 GiB, ext4")).toEqual([
      "old.json is of another machine (Node 24.0.0, 8 processors, 64 GiB, ext4): only ratios and memory are compared.",
      "Worse than in old.json by more than a tenth, 1 of 2 rows:",
      "  status: 2 of du -s, was 1, 100 % more",
    ]);
  });

  it("says which rows have no counterpart, also where the yardstick is another", () => {
    expect(lines([STATUS], [{ ...STATUS, yardstick: "find" }])).toEqual([
      "Of 0 rows none is worse than in old.json by more than a tenth.",
      "Not compared, not in the earlier run: status",
      "Not compared, only in the earlier run: status",
    ]);
  });
});

it("prints peers and notes in the row that they belong to", () => {
  const rows = [{ ...STATUS, note: "50 calls", peers: { "find -printf": 0.5, "a walk of promises": 0.25 } }, ABORT];
  expect(table(report(rows)).split("\n").slice(-2)).toEqual([
    "| status (50 calls) | 2 ms (1 - 3) | du -s: 2 ms (1 - 3) | 1 | 1 | 0.5 of find -printf, 0.25 of a walk of promises | 60 MB |",
    "| abort | 10 ms |  |  | 100 ms |  |  |",
  ]);
});

describe("the file of an earlier run", () => {
  const sizes = { entries: 10, files: 30 };
  const file = join(scratch, "old.json");

  it.each([
    ["is not JSON", "ratios", "is not JSON: expected what --output or --json wrote"],
    ["has no rows", "{}", 'has no "rows": expected what --output or --json wrote'],
    ["is null", "null", 'has no "rows": expected what --output or --json wrote'],
    [
      "is of another size",
      JSON.stringify({ ...report([]), files: 450 }),
      "is of 450 files, this run is of 30: expected the same sizes",
    ],
  ])("that %s is refused before anything is measured", (_, text, why) => {
    writeFileSync(file, text);
    const args = ["scripts/bench.mjs", "--entries", "10", "--files", "30", "--dir", scratch, "--against", file];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: `bench: --against: ${file} ${why}\n` });
  });

  it("that is missing is named with its errno", () => {
    expect(() => readEarlier(join(scratch, "missing"), sizes)).toThrow("missing cannot be read (ENOENT)");
  });
});
