import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { built, command, LIVE, node } from "./made.mjs";
import { inTurns, timed } from "./measure.mjs";
import { makeStore } from "./stores.mjs";

/** What a start pays, above all one that has nothing to do. */
export function starting(/** @type {import("./made.mjs").Bench} */ bench) {
  commands(bench);
  hook(bench);
  profiles(bench);
}

/** Each command by itself, beside what Node needs to start at all. */
function commands({ root, pairs, add }) {
  const store = makeStore(join(root, "quiet"), { entries: 10, files: 40, mix: LIVE });
  const empty = join(root, "empty");
  mkdirSync(join(empty, ".hermes/checkpoints"), { recursive: true });
  const notDue = ["auto", "--opt-in", "--home", store.home];
  timed(node, [command, ...notDue]);
  /** @type {[what: string, args: string[], target: number][]} */
  const starts = [
    ["auto, not due", notDue, 1.3],
    ["auto --json, not due", [...notDue, "--json"], 1.3],
    ["prune --help", ["prune", "--help"], 1.3],
    ["status of an empty home", ["status"], 1.4],
  ];
  for (const [what, args, target] of starts) {
    const turn = inTurns(
      pairs * 3,
      () => timed(node, [command, ...args], { env: { HOME: empty } }).ms,
      () => timed(node, ["-e", "0"]).ms,
    );
    add(what, "node -e 0", turn, target);
  }
}

/** Thirty homes of one agent, with a repo or two in each, beside one home with all of them. */
function profiles({ root, pairs, add }) {
  const count = 30;
  const many = join(root, "profiles");
  for (let at = 0; at < count; at++) {
    const profile = at === 0 ? many : join(many, ".hermes/profiles", `profile-${at}`);
    const { home } = makeStore(join(root, "profile"), { entries: 2, files: 40, mix: LIVE });
    mkdirSync(dirname(join(profile, ".hermes")), { recursive: true });
    renameSync(home, at === 0 ? join(profile, ".hermes") : profile);
  }
  const one = makeStore(join(root, "one"), { entries: count * 2, files: 40, mix: LIVE });
  const look = (env) => timed(node, [command, "prune", "--dry-run", "--json"], { env }).ms;
  const turn = inTurns(
    pairs * 3,
    () => look({ HOME: many }),
    () => look({ HERMES_HOME: one.home }),
  );
  add(`prune --dry-run of ${count} profiles`, "one home with as many repos", turn, null);
  for (const name of ["profiles", "profile", "one"]) rmSync(join(root, name), { recursive: true });
}

/** What an agent's start pays, in a process of its own: each figure there is the median of 200 calls. */
function hook({ root, tell }) {
  const home = join(root, "quiet", "home");
  for (const { what, options } of [
    { what: "not due", options: { home } },
    { what: "disabled", options: { home, enabled: false } },
  ]) {
    const program = `import { startupSweep } from ${JSON.stringify(built("hook.js"))};
const times = [];
for (let at = 0; at < 200; at++) {
  const started = performance.now();
  startupSweep(${JSON.stringify(options)});
  times.push(performance.now() - started);
}
console.log(times.toSorted((a, b) => a - b)[100]);`;
    const { stdout } = spawnSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" });
    tell(`startupSweep, ${what}, in process`, Number(stdout), "0.2 ms");
  }
}
