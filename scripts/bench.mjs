/**
 * `npm run bench`: our times beside those of the system's own programs, in turns in one run, so that the ratio says
 * something whatever the machine. It reports, and asserts nothing.
 *
 *   node scripts/bench.mjs [--dir DIR] [--entries 1000] [--files 450] [--pairs 5] [--json]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { inTurns, median, timed } from "./bench/measure.mjs";
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
destroying();
trashing();
notDue();
await inProcess();
many();

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
  }
  rmSync(join(root, name), { recursive: true });
}

/** Each destruction needs a store of its own: a copy that does not count. */
function destroying() {
  const master = join(root, "orphan");
  const store = makeStore(master, { entries, files, mix: ORPHAN });
  const victim = join(root, "orphan", "home", "victim");
  const fresh = () => {
    execFileSync("cp", ["-a", store.base, victim]);
    execFileSync("sync");
  };
  const turn = inTurns(
    pairs,
    () => {
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
  add("prune --yes, all orphan, destroyed at once", "rm -rf", turn, 1, null);
  rmSync(join(master, "home", ".victim.gc"), { recursive: true, force: true });
}

/** What a sweep costs beyond its scan: it moves everything to the trash, and everything is moved back. */
function trashing() {
  const master = join(root, "orphan");
  const base = join(master, "home", "checkpoints");
  const sweep = ["auto", "--opt-in", "--now", "--set", "orphan_grace_hours=0", "--home", join(master, "home")];
  const state = join(master, "home", ".checkpoints.gc");
  const turn = inTurns(
    pairs,
    () => {
      const scan = timed(node, [command, ...sweep, "--dry-run", "--json"]).ms;
      const whole = timed(node, [command, ...sweep]).ms;
      for (const name of readdirSync(join(state, "trash"))) {
        const [id = ""] = name.split(".");
        if (!name.endsWith(".json")) execFileSync("mv", [join(state, "trash", name), join(base, id)]);
      }
      rmSync(state, { recursive: true });
      rmSync(join(base, ".last_prune"), { force: true });
      return Math.max(0, whole - scan);
    },
    () => {
      const copy = join(root, "copy");
      execFileSync("cp", ["-a", base, copy]);
      execFileSync("sync");
      return timed("rm", ["-rf", copy]).ms;
    },
  );
  add("sweep into the trash, beyond its scan", "rm -rf", turn, 0.05, null);
  rmSync(master, { recursive: true });
}

function notDue() {
  const store = makeStore(join(root, "quiet"), { entries: 10, files: 40, mix: LIVE });
  const args = ["auto", "--opt-in", "--home", store.home];
  timed(node, [command, ...args]);
  const turn = inTurns(
    Math.max(pairs, 15),
    () => timed(node, [command, ...args]).ms,
    () => timed(node, ["-e", "0"]).ms,
  );
  add("auto, not due", "node -e 0", turn, 1.5, null);
}

/** What a host feels: the hook at its start, and its event loop while a sweep runs inside it. */
async function inProcess() {
  const home = join(root, "quiet", "home");
  const { startupSweep } = await import(pathToFileURL(join(project, "dist/hook.js")).href);
  const times = [];
  for (let at = 0; at < 200; at++) {
    const started = performance.now();
    startupSweep({ home });
    times.push(performance.now() - started);
  }
  rows.push({ what: "startupSweep, not due, in process", ms: round(median(times)), target: "0.2 ms" });

  const store = makeStore(join(root, "loop"), { entries, files: 60, mix: LIVE });
  const { autoPrune } = await import(pathToFileURL(join(project, "dist/index.js")).href);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await autoPrune({ home: store.home, settings: { auto_prune: true, min_interval_hours: 0 } });
  delay.disable();
  rows.push({
    what: `event loop of a host, sweep of ${entries}, largest delay`,
    ms: round(delay.max / 1e6),
    target: "50 ms",
  });
  rmSync(join(root, "loop"), { recursive: true });
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
  add(`prune --dry-run of ${entries * 10} live entries`, `of ${entries}`, turn, 8, peak);
}

function add(what, yardstick, { ours, theirs, ratio }, target, peak) {
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
        `| ${row.what} | ${times(row.ours)} | ${row.yardstick}: ${times(row.theirs)} | ${row.ratio} | ${row.target} | ${peak} |`,
      );
    }
  }
}

function machine() {
  const type = spawnSync("stat", ["-f", "-c", "%T", root], { encoding: "utf8" }).stdout.trim();
  return `Node ${process.versions.node}, ${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type}`;
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
