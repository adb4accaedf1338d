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
  return inRounds(pairs, ours, ["theirs", theirs]).first[1];
}

/**
 * Ours and each of the others `rounds` times, in turns; each with its name.
 *
 * @typedef {[name: string, run: () => number]} Named
 * @typedef {ReturnType<typeof summary>} Summary
 * @typedef {[name: string, turn: { ours: Summary, theirs: Summary, ratio: number }]} Turn
 * @returns {{ first: Turn, more: readonly Turn[] }}
 */
export function inRounds(rounds, ours, /** @type {Named} */ first, /** @type {readonly Named[]} */ more = []) {
  /** @type {number[]} */
  const own = [];
  const times = new Map([first, ...more].map((one) => [one, /** @type {number[]} */ ([])]));
  for (let at = 0; at < rounds; at++) {
    own.push(ours());
    for (const [[, run], all] of times) all.push(run());
  }
  /** @returns {Turn} */
  const turnOf = (/** @type {Named} */ one) => {
    const theirs = times.get(one) ?? [];
    return [one[0], { ours: summary(own), theirs: summary(theirs), ratio: median(own) / median(theirs) }];
  };
  return { first: turnOf(first), more: more.map(turnOf) };
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
