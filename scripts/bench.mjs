/**
 * `npm run bench`: our times beside those of the system's own programs, in turns in one run, so that the ratio says
 * something whatever the machine. It reports, and asserts nothing.
 *
 *   node scripts/bench.mjs [--dir DIR] [--entries 1000] [--files 450] [--pairs 5] [--json]
 *                         [--parts reading,removing,projects,starting,hosting,sessions,snapshots,kinds]
 *                         [--removals 200] [--output FILE] [--against FILE]
 *
 * `--output` writes the rows as JSON beside the table, `--json` prints that in place of the table; `--against` names what
 * is worse than in such a file by more than a tenth.
 *
 * On a disk a fifth of the entries is destroyed at a time, because to copy all of them ten times takes longer than the
 * rest together; in memory all of them are.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { hosting } from "./bench/hosting.mjs";
import { kinds } from "./bench/kinds.mjs";
import { projects } from "./bench/projects.mjs";
import { reading } from "./bench/reading.mjs";
import { removing } from "./bench/removing.mjs";
import { compared, readEarlier, table } from "./bench/report.mjs";
import { sessions } from "./bench/sessions.mjs";
import { snapshots } from "./bench/snapshots.mjs";
import { starting } from "./bench/starting.mjs";
import { makeStore, remixed } from "./bench/stores.mjs";

const { values } = parseArgs({
  options: {
    dir: { type: "string", default: tmpdir() },
    entries: { type: "string", default: "1000" },
    files: { type: "string", default: "450" },
    pairs: { type: "string", default: "5" },
    parts: { type: "string" },
    removals: { type: "string" },
    json: { type: "boolean", default: false },
    output: { type: "string" },
    against: { type: "string" },
  },
});
const entries = whole("--entries", values.entries);
const files = whole("--files", values.files);
const pairs = whole("--pairs", values.pairs);
const asked = values.removals === undefined ? null : whole("--removals", values.removals);
const earlier = values.against === undefined ? null : earlierOf(values.against);
const root = mkdtempSync(join(resolve(values.dir), "checkpoint-gc-bench-"));
const rows = [];
/** Made by the first part that wants it. @type {ReturnType<typeof makeStore> | null} */
let store = null;
process.on("SIGINT", () => process.exit(130));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

/** What can be measured by itself (`--parts`), in this order. */
const PARTS = { reading, removing, projects, starting, hosting, sessions, snapshots, kinds };
const parts = partsOf(values.parts);

say(`${entries} entries, about ${entries * files} files`);
const tmpfs = fileSystem() === "tmpfs";
const removals = Math.min(entries, asked ?? (tmpfs ? entries : Math.ceil(entries / 5)));
for (const name of parts) await PARTS[name]({ root, main, entries, files, removals, pairs, add, tell, tmpfs });

const report = { machine: machine(), entries, files, pairs, rows };
const text = `${JSON.stringify(report, null, 2)}\n`;
if (values.output !== undefined) writeFileSync(values.output, text);
console.log(values.json ? text.trimEnd() : `\n${table(report)}`);
if (earlier !== null) {
  const lines = compared(earlier, report, values.against);
  // Whoever reads the JSON gets nothing else.
  (values.json ? console.error : console.log)(`\n${lines.join("\n")}`);
}

function main(mix) {
  store = store === null ? makeStore(join(root, "main"), { entries, files, mix }) : remixed(store, mix);
  return store;
}

function partsOf(text) {
  const names = text === undefined ? Object.keys(PARTS) : text.split(",");
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown === undefined) return names;
  console.error(`bench: --parts names "${unknown}": expected some of ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

function earlierOf(file) {
  try {
    return readEarlier(file, { entries, files });
  } catch (error) {
    console.error(`bench: --against: ${error instanceof Error ? error.message : error}`);
    process.exit(2);
  }
}

function fileSystem() {
  return spawnSync("stat", ["-f", "-c", "%T", root], { encoding: "utf8" }).stdout.trim();
}

function add(
  what,
  yardstick,
  { ours, theirs, ratio },
  target,
  /** @type {import("./bench/made.mjs").More} */ more = {},
) {
  const { peak = null, peers = {}, note } = more;
  const ratios = Object.entries(peers).map(([name, peer]) => [name, round(peer.ratio, 2)]);
  rows.push({
    what,
    ...(note === undefined ? {} : { note }),
    yardstick,
    ours,
    theirs,
    ratio: round(ratio, 2),
    target,
    ...(ratios.length === 0 ? {} : { peers: Object.fromEntries(ratios) }),
    ...(peak === null ? {} : { peakMb: round(peak) }),
  });
  say(`${what}: ${ratio.toFixed(2)} of ${yardstick}`);
}

function tell(what, ms, target) {
  rows.push({ what, ms: round(ms, ms < 1 ? 3 : 1), target });
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
