import { execFileSync } from "node:child_process";
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { command, node, ORPHAN } from "./made.mjs";
import { inTurns, median, summary, timed } from "./measure.mjs";
import { copyInto } from "./stores.mjs";

/** Each destruction needs a store of its own: a copy that does not count. What a sweep moves is moved back. */
export function removing(/** @type {import("./made.mjs").Bench} */ { main, pairs, add, tmpfs }) {
  const store = main(ORPHAN);
  const victim = join(store.home, "victim");
  const fresh = () => {
    copyInto(victim, store.base);
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
  add("prune --yes, all orphan, destroyed at once", "rm -rf", turn, tmpfs ? 1.7 : 1, null);
  const ratio = median(sweeps) / turn.theirs.median;
  add("sweep into the trash, beyond its scan", "rm -rf", { ours: summary(sweeps), theirs: turn.theirs, ratio }, 0.05);
}

function sweepBeyondScan({ home, base }) {
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
