import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_LIVE, command, LIVE, node, STALE } from "./made.mjs";
import { inRounds, inTurns, timed } from "./measure.mjs";
import { makeStore } from "./stores.mjs";

const bare = fileURLToPath(new URL("bare.mjs", import.meta.url));
const promises = fileURLToPath(new URL("promises.mjs", import.meta.url));
const hermes = fileURLToPath(new URL("hermes_rules.py", import.meta.url));
/** What else looks at every file of a base. `du` and `find` are of the system, and the rest is as others are written. */
/** @type {[name: string, run: (base: string) => { ms: number }][]} */
const PEERS = [
  ["find -printf", (base) => timed("find", [base, "-printf", "%b %T@\n"])],
  ["Hermes' rules in Python", (base) => timed("python3", [hermes, base])],
  ["a walk of promises", (base) => timed(node, [promises, base])],
  ["the bare calls in threads", (base) => timed(node, [bare, base, String(THREADS)])],
];

/** As many as walk for us. */
const THREADS = Math.min(4, availableParallelism());

/** Runs that only look. */
export function reading(/** @type {import("./made.mjs").Bench} */ bench) {
  readOnly(bench, LIVE, [
    ["prune --dry-run, 80 % live", ["prune", "--dry-run", "--json"], 0.35],
    ["status, every entry measured", ["status", "--json"], 1],
  ]);
  readOnly(bench, STALE, [["prune --dry-run, all stale, sizes included", ["prune", "--dry-run", "--json"], 1]]);
  many(bench);
  large(bench);
}

function readOnly({ main, pairs, add }, mix, runs) {
  const store = main(mix);
  const du = ["-s", store.base];
  timed("du", du);
  for (const [label, args, target] of runs) {
    const all = [command, ...args, "--home", store.home];
    /** @type {readonly import("./measure.mjs").Named[]} */
    const peers = PEERS.map(([name, run]) => [name, () => run(store.base).ms]);
    const { first, more } = inRounds(pairs, () => timed(node, all).ms, ["du -s", () => timed("du", du).ms], peers);
    const { peak } = timed(node, all, { env: { MEASURE_MEMORY: "1" } });
    add(label, ...first, target, { peak, peers: Object.fromEntries(more) });
  }
}

/** Ten times the entries, with few files each. */
function many({ root, entries, pairs, add }) {
  const few = makeStore(join(root, "few"), { entries, files: 26, mix: ALL_LIVE });
  const lots = makeStore(join(root, "lots"), { entries: entries * 10, files: 26, mix: ALL_LIVE });
  const run = ({ home }) => [command, "prune", "--dry-run", "--json", "--home", home];
  const turn = inTurns(
    pairs,
    () => timed(node, run(lots)).ms,
    () => timed(node, run(few)).ms,
  );
  const { peak } = timed(node, run(lots), { env: { MEASURE_MEMORY: "1" } });
  add(`prune --dry-run --json of ${entries * 10} live entries`, `of ${entries}`, turn, 8, { peak });
  for (const name of ["few", "lots"]) rmSync(join(root, name), { recursive: true });
}

/** One directory with more names than anybody should hold at once. */
function large({ root, entries, pairs, add }) {
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
  add(`status of one entry with ${count} names in a directory`, "du -s", turn, null, { peak });
  rmSync(join(root, "large"), { recursive: true });
}
