/**
 * `npm run bench`: our times beside those of the system's own programs, in turns in one run, so that the ratio says
 * something whatever the machine. It reports, and asserts nothing.
 *
 *   node scripts/bench.mjs [--dir DIR] [--entries 1000] [--files 450] [--pairs 5] [--json]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { inTurns, median, summary, timed } from "./bench/measure.mjs";
import { makeStore } from "./bench/stores.mjs";

const project = fileURLToPath(new URL("..", import.meta.url));
const command = join(project, "bin/checkpoints.js");
const node = process.execPath;

const { values } = parseArgs({
  options: {
    dir: { type: "string", default: tmpdir() },
    entries: { type: "string", default: "1000" },
    files: { type: "string", default: "450" },
    pairs: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const entries = whole("--entries", values.entries);
const files = whole("--files", values.files);
const pairs = whole("--pairs", values.pairs);
const root = mkdtempSync(join(resolve(values.dir), "checkpoint-gc-bench-"));
const rows = [];
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

const LIVE = { stale: 1, orphan: 1 };
const STALE = { stale: 10, orphan: 0 };
const ORPHAN = { stale: 0, orphan: 10 };

say(`building a store of ${entries} entries, about ${entries * files} files, three times`);
readOnly("live", LIVE, [
  ["prune --dry-run, 80 % live", ["prune", "--dry-run", "--json"], 0.35],
  ["status, every entry measured", ["status", "--json"], 1],
]);
readOnly("stale", STALE, [["prune --dry-run, all stale, sizes included", ["prune", "--dry-run", "--json"], 1]]);
removing();
notDue();
hook();
many();
for (const count of [entries, entries * 10]) await insideHost(count);
await aborting();
large();

if (values.json) console.log(JSON.stringify({ machine: machine(), entries, files, pairs, rows }, null, 2));
else print();

function readOnly(name, mix, runs) {
  const store = makeStore(join(root, name), { entries, files, mix });
  const du = ["-s", store.base];
  timed("du", du);
  for (const [label, args, target] of runs) {
    const all = [command, ...args, "--home", store.home];
    const turn = inTurns(
      pairs,
      () => timed(node, all).ms,
      () => timed("du", du).ms,
    );
    const { peak } = timed(node, all, { env: { MEASURE_MEMORY: "1" } });
    add(label, "du -s", turn, target, peak);
    if (target < 1) continue;
    const find = [store.base, "-printf", "%b %T@\n"];
    const other = inTurns(
      1,
      () => turn.ours.median,
      () => timed("find", find).ms,
    );
    add(label, "find -printf", other, null, null);
  }
  rmSync(join(root, name), { recursive: true });
}

/** Each destruction needs a store of its own: a copy that does not count. What a sweep moves is moved back. */
function removing() {
  const master = join(root, "orphan");
  const store = makeStore(master, { entries, files, mix: ORPHAN });
  const victim = join(master, "home", "victim");
  const fresh = () => {
    execFileSync("cp", ["-a", store.base, victim]);
    execFileSync("sync", ["-f", victim]);
  };
  const sweeps = [];
  const turn = inTurns(
    pairs,
    () => {
      sweeps.push(sweepBeyondScan(master));
      fresh();
      const { ms } = timed(node, [command, "prune", "--yes", "--json", "--base", victim]);
      rmSync(victim, { recursive: true });
      return ms;
    },
    () => {
      fresh();
      return timed("rm", ["-rf", victim]).ms;
    },
  );
  add("prune --yes, all orphan, destroyed at once", "rm -rf", turn, isTmpfs() ? 1.7 : 1, null);
  const ratio = median(sweeps) / turn.theirs.median;
  add("sweep into the trash, beyond its scan", "rm -rf", { ours: summary(sweeps), theirs: turn.theirs, ratio }, 0.05);
  rmSync(master, { recursive: true });
}

function sweepBeyondScan(master) {
  const home = join(master, "home");
  const base = join(home, "checkpoints");
  const state = join(home, ".checkpoints.gc");
  const sweep = ["auto", "--opt-in", "--now", "--set", "orphan_grace_hours=0", "--home", home];
  const scan = timed(node, [command, ...sweep, "--dry-run", "--json"]).ms;
  const whole = timed(node, [command, ...sweep]).ms;
  for (const name of readdirSync(join(state, "trash"))) {
    const [id = ""] = name.split(".");
    if (!name.endsWith(".json")) renameSync(join(state, "trash", name), join(base, id));
  }
  rmSync(state, { recursive: true });
  rmSync(join(base, ".last_prune"), { force: true });
  return Math.max(0, whole - scan);
}

function notDue() {
  const store = makeStore(join(root, "quiet"), { entries: 10, files: 40, mix: LIVE });
  const args = ["auto", "--opt-in", "--home", store.home];
  timed(node, [command, ...args]);
  const turn = inTurns(
    pairs * 3,
    () => timed(node, [command, ...args]).ms,
    () => timed(node, ["-e", "0"]).ms,
  );
  add("auto, not due", "node -e 0", turn, 1.5, null);
}

/** What an agent's start pays, in a process of its own: each figure there is the median of 200 calls. */
function hook() {
  const home = join(root, "quiet", "home");
  for (const [what, options] of [
    ["not due", { home }],
    ["disabled", { home, enabled: false }],
  ]) {
    const program = `import { startupSweep } from ${JSON.stringify(pathToFileURL(join(project, "dist/hook.js")).href)};
const times = [];
for (let at = 0; at < 200; at++) {
  const started = performance.now();
  startupSweep(${JSON.stringify(options)});
  times.push(performance.now() - started);
}
console.log(times.toSorted((a, b) => a - b)[100]);`;
    const { stdout } = spawnSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" });
    rows.push({ what: `startupSweep, ${what}, in process`, ms: round(Number(stdout), 3), target: "0.2 ms" });
  }
}

/** What a host feels while a sweep runs inside it. */
async function insideHost(count) {
  const store = makeStore(join(root, "loop"), { entries: count, files: 60, mix: LIVE });
  const { autoPrune } = await library();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await autoPrune({ home: store.home, settings: { auto_prune: true, min_interval_hours: 0 } });
  delay.disable();
  rows.push({
    what: `event loop of a host, sweep of ${count}, largest delay`,
    ms: round(delay.max / 1e6),
    target: "50 ms",
  });
  rmSync(join(root, "loop"), { recursive: true });
}

/** From the signal to the end of a scan that was walking. */
async function aborting() {
  const store = makeStore(join(root, "abort"), { entries: Math.min(entries, 200), files, mix: STALE });
  const { scan } = await library();
  const times = [];
  for (let at = 0; at < pairs; at++) {
    const abort = new AbortController();
    let asked = 0;
    const onProgress = ({ stage, done }) => {
      if (asked > 0 || stage !== "measure" || done < Math.min(entries, 200) / 4) return;
      asked = performance.now();
      abort.abort();
    };
    await scan({ home: store.home, everything: true, signal: abort.signal, onProgress }).catch(() => undefined);
    times.push(performance.now() - asked);
  }
  rows.push({ what: "from the abort to the end of a scan", ms: round(Math.max(...times)), target: "100 ms" });
  rmSync(join(root, "abort"), { recursive: true });
}

/** One directory with more names than anybody should hold at once. */
function large() {
  const count = Math.min(200_000, entries * 200);
  const store = makeStore(join(root, "large"), { entries: 1, files: 30, mix: STALE });
  const [id = ""] = readdirSync(store.base);
  const names = join(store.base, id, "objects", "many");
  mkdirSync(names);
  for (let at = 0; at < count; at++) writeFileSync(join(names, String(at)), "");
  const all = [command, "status", "--json", "--home", store.home];
  const turn = inTurns(
    pairs,
    () => timed(node, all).ms,
    () => timed("du", ["-s", store.base]).ms,
  );
  const { peak } = timed(node, all, { env: { MEASURE_MEMORY: "1" } });
  add(`status of one entry with ${count} names in a directory`, "du -s", turn, null, peak);
  rmSync(join(root, "large"), { recursive: true });
}

/** Ten times the entries, with few files each. */
function many() {
  const few = makeStore(join(root, "few"), { entries, files: 26, mix: { stale: 0, orphan: 0 } });
  const lots = makeStore(join(root, "lots"), { entries: entries * 10, files: 26, mix: { stale: 0, orphan: 0 } });
  const run = ({ home }) => [command, "prune", "--dry-run", "--json", "--home", home];
  const turn = inTurns(
    pairs,
    () => timed(node, run(lots)).ms,
    () => timed(node, run(few)).ms,
  );
  const { peak } = timed(node, run(lots), { env: { MEASURE_MEMORY: "1" } });
  add(`prune --dry-run --json of ${entries * 10} live entries`, `of ${entries}`, turn, 8, peak);
  for (const name of ["few", "lots"]) rmSync(join(root, name), { recursive: true });
}

function library() {
  return import(pathToFileURL(join(project, "dist/index.js")).href);
}

function isTmpfs() {
  return fileSystem() === "tmpfs";
}

function fileSystem() {
  return spawnSync("stat", ["-f", "-c", "%T", root], { encoding: "utf8" }).stdout.trim();
}

function add(what, yardstick, { ours, theirs, ratio }, target, peak = null) {
  rows.push({
    what,
    yardstick,
    ours,
    theirs,
    ratio: round(ratio, 2),
    target,
    ...(peak === null ? {} : { peakMb: round(peak) }),
  });
  say(`${what}: ${ratio.toFixed(2)} of ${yardstick}`);
}

function print() {
  console.log(`\n${machine()}; ${entries} entries of about ${files} files, ${pairs} pairs in turns, warm cache\n`);
  console.log(
    "| what | ours (min - max) | yardstick | ratio | at most | peak |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const row of rows) {
    if (row.yardstick === undefined) console.log(`| ${row.what} | ${row.ms} ms | | | ${row.target} | |`);
    else {
      const times = ({ median: m, min, max }) => `${round(m)} ms (${round(min)} - ${round(max)})`;
      const peak = row.peakMb === undefined ? "" : `${row.peakMb} MB`;
      console.log(
        `| ${row.what} | ${times(row.ours)} | ${row.yardstick}: ${times(row.theirs)} | ${row.ratio} | ${row.target ?? ""} | ${peak} |`,
      );
    }
  }
}

function machine() {
  return `Node ${process.versions.node}, ${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${fileSystem()}`;
}

function whole(flag, text) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`bench: ${flag} is "${text}": expected a whole number above 0`);
  process.exit(2);
}

function round(value, digits = 1) {
  return Number(value.toFixed(digits));
}

function say(text) {
  if (!values.json) console.error(text);
}
