/** Takes times: two things in turns, as whole processes, and what they cost in memory. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @typedef {{ readonly expect?: readonly (number | null)[], readonly env?: Readonly<Record<string, string>> }} Options
 */

/** Runs a command to its end; ms, and the peak of its resident memory in MB where it is Node. */
export function timed(command, args, /** @type {Options} */ { expect = [0], env = {} } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), "bench-"));
  const preload = join(scratch, "peak.mjs");
  const report = join(scratch, "peak");
  writeFileSync(
    preload,
    `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`,
  );
  const isNode = command === process.execPath;
  const started = performance.now();
  const run = spawnSync(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, HOME: tmpdir(), LC_ALL: "C.UTF-8", ...env },
    maxBuffer: 1 << 26,
  });
  const ms = performance.now() - started;
  if (!expect.includes(run.status))
    throw new Error(`${command} ${args.join(" ")} ended with ${run.status}: ${run.stderr}`);
  /** @type {number | null} */
  let peak = null;
  if (isNode && env["MEASURE_MEMORY"] !== undefined) {
    spawnSync(command, ["--import", preload, ...args], {
      stdio: "ignore",
      env: { PATH: process.env.PATH, HOME: tmpdir(), ...env },
    });
    peak = Number(readFileSync(report, "utf8")) / 1024;
  }
  rmSync(scratch, { recursive: true });
  return { ms, peak };
}

/** Both sides `pairs` times, in turns, each after its own preparation that does not count. */
export function inTurns(pairs, ours, theirs) {
  /** @type {{ ours: number[], theirs: number[] }} */
  const times = { ours: [], theirs: [] };
  for (let at = 0; at < pairs; at++) {
    times.ours.push(ours());
    times.theirs.push(theirs());
  }
  return { ours: summary(times.ours), theirs: summary(times.theirs), ratio: median(times.ours) / median(times.theirs) };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of some times: median, least and most. */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
