import { execFileSync } from "node:child_process";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { command, node, ORPHAN } from "./made.mjs";
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
  add(`prune --yes, ${removals} orphans, destroyed at once`, "rm -rf", turn, tmpfs ? 1.7 : 1, null);
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

function sweepBeyondScan({ home, base }) {
  const state = join(home, ".checkpoints.gc");
  const sweep = ["auto", "--opt-in", "--now", "--set", "orphan_grace_hours=0", "--home", home];
  // What was copied and destroyed since may have taken the place of these in memory: a cold scan would hide the sweep.
  timed("du", ["-s", base]);
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
