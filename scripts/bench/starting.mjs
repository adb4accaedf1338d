import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { built, command, LIVE, node } from "./made.mjs";
import { inTurns, timed } from "./measure.mjs";
import { makeStore } from "./stores.mjs";

/** What a start pays that has nothing to do. */
export function starting(/** @type {import("./made.mjs").Bench} */ bench) {
  notDue(bench);
  hook(bench);
}

function notDue({ root, pairs, add }) {
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
