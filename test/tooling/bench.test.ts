// A smoke run of the benchmark: every row is there and every figure is one. Its times do not matter here.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { PROJECT, removeTree } from "../support/paths.ts";

interface Report {
  readonly rows: readonly { readonly what: string; readonly ratio?: number; readonly ms?: number }[];
}

it("runs on a small store, measures all that it says, and leaves nothing behind", async () => {
  const dir = mkdtempSync(join(tmpdir(), "bench-smoke-"));
  const files = mkdtempSync(join(tmpdir(), "bench-files-"));
  try {
    const [before, output] = [join(files, "before.json"), join(files, "output.json")];
    const fast = { what: "auto, not due", yardstick: "node -e 0", ratio: 0.001 };
    writeFileSync(before, JSON.stringify({ machine: "another", entries: 10, files: 30, rows: [fast] }));
    const sizes = ["--entries", "10", "--files", "30", "--pairs", "1", "--dir", dir];
    const args = ["scripts/bench.mjs", ...sizes, "--json", "--output", output, "--against", before];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT });
    expect(readFileSync(output, "utf8")).toBe(stdout);
    expect(stderr).toMatch(/more than a tenth, 1 of 1 rows:\n {2}auto, not due: [\d.]+ of node -e 0, was 0\.001, /);
    // eslint-disable-next-line typescript/no-unsafe-assignment -- what our own script prints
    const report: Report = JSON.parse(stdout);
    expect(report.rows).toHaveLength(ROWS);
    for (const { what, ratio, ms } of report.rows) expect(ratio ?? ms, what).toBeGreaterThanOrEqual(0);
    expect(readdirSync(dir)).toEqual([]);
  } finally {
    removeTree(dir);
    removeTree(files);
  }
  // Minutes on a machine that has other work.
}, 900_000);

/** Two of them are of a database that is made by this program. */
const ROWS = spawnSync("sqlite3", ["--version"]).status === 0 ? 45 : 43;
