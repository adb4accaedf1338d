import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { built, command, node, ORPHAN } from "./made.mjs";
import { inTurns, median, summary, timed } from "./measure.mjs";
import { copyInto } from "./stores.mjs";

/**
 * Each destruction needs a store of its own: a copy that does not count, of `removals` entries. What a sweep moves, all
 * of them, is moved back; its yardstick is what `rm -rf` takes for as many.
 */
export function removing(/** @type {import("./made.mjs").Bench} */ { main, entries, removals, pairs, add, tmpfs }) {
  const store = main(ORPHAN);
  const victim = join(store.home, "victim");
  const fresh = () => {
    copyInto(victim, store.base, removals);
    execFileSync("sync", ["-f", victim]);
  };
  const sweeps = [];
  const turn = inTurns(
    pairs,
    () => {
      sweeps.push(sweepBeyondScan(store));
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
  add(`prune --yes, ${removals} orphans, destroyed at once`, "rm -rf", turn, tmpfs ? 1.7 : 1);
  const each = entries / removals;
  const { median: theirs, min, max } = turn.theirs;
  add(
    `sweep of ${entries} orphans into the trash, beyond its scan`,
    "rm -rf of as many",
    {
      ours: summary(sweeps),
      theirs: { median: theirs * each, min: min * each, max: max * each },
      ratio: median(sweeps) / (theirs * each),
    },
    0.05,
  );
}

/** From the last look of a sweep to its end (ms), in a process of its own; what it moved is moved back. */
function sweepBeyondScan({ home, base }) {
  const state = join(home, ".checkpoints.gc");
  const program = `import { autoPrune } from ${JSON.stringify(built("index.js"))};
let looked = 0;
const onProgress = ({ stage }) => {
  if (stage === "scan" || stage === "measure") looked = performance.now();
};
const settings = { orphan_grace_hours: 0 };
const home = ${JSON.stringify(home)};
const result = await autoPrune({ home, settings, optIn: true, force: true, sharesLoop: false, onProgress });
const moved = result.bases[0].entries.filter(({ outcome }) => outcome === "trashed").length;
console.log(JSON.stringify({ ms: performance.now() - looked, moved }));`;
  const run = spawnSync(node, ["--input-type=module", "-e", program], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`a sweep ended with ${run.status}: ${run.stderr}`);
  const { ms, moved } = JSON.parse(run.stdout);
  const isolated = readdirSync(join(state, "trash")).filter((name) => !name.endsWith(".json"));
  if (moved === 0 || isolated.length !== moved)
    throw new Error(`a sweep moved ${moved}, and ${isolated.length} are there`);
  for (const name of isolated) {
    const [id = ""] = name.split(".");
    renameSync(join(state, "trash", name), join(base, id));
  }
  rmSync(state, { recursive: true });
  rmSync(join(base, ".last_prune"), { force: true });
  return ms;
}
