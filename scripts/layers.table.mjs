/**
 * Who may import whom in src/: the architecture, as `npm run check:layers` enforces it.
 *
 * A part is a folder of src/ or a file directly in it; inside a part everything may import everything, as long as
 * there is no cycle. A part that is not listed, an import that is not listed and a package that is not listed are
 * errors: whoever needs a new arrow draws it here, where it is seen.
 */

/** The outside world; `node:fs` has a door of its own, see below. */
const node = "node:*";

export const parts = {
  // The values that travel, and the error that ends a run.
  "model": [],
  "errors.ts": ["model"],

  // The doors to the outside.
  "fs": [node, "fast-glob", "model", "errors.ts"],
  "git": [node, "simple-git", "model", "errors.ts", "fs"],
  "config": [node, "yaml", "zod", "picomatch", "fastest-levenshtein", "model", "errors.ts", "fs"],

  // What earlier runs wrote down, and what decides whether a run may start.
  "state": ["zod", "model", "errors.ts", "fs", node],
  "gate": [node, "model", "errors.ts", "fs"],

  // The stages, in the order in which a value passes them. Each sees the values of the others, not their code.
  "stores": [node, "model", "errors.ts", "fs", "git"],
  "resolve": [node, "model", "errors.ts", "fs"],
  "scan": [node, "model", "errors.ts", "fs", "git", "stores", "resolve"],
  "classify": ["model"],
  "plan": ["picomatch", "model"],
  "reclaim": [node, "model", "errors.ts", "fs", "git"],
  // Room without loss: beside the stages, and it changes nothing that they see.
  "compact": [node, "zod", "model", "errors.ts", "fs", "git", "state", "plan", "reclaim"],
  "report": ["picocolors", "pretty-bytes", "pretty-ms", "string-width", "zod", "model", "errors.ts"],

  // A thread of the crew: what it can be told to do.
  "worker.ts": [node, "fs", "scan"],

  // The one judgement, and the one file that knows the order of the stages.
  "judge.ts": ["model", "fs", "stores", "resolve", "scan", "classify"],
  "judge-trash.ts": ["model", "errors.ts", "fs", "plan", "reclaim", "judge.ts"],
  "guards.ts": ["model", "stores", "reclaim"],
  "sweep.ts": [
    "judge-trash.ts",
    "model",
    "errors.ts",
    "fs",
    "resolve",
    "scan",
    "classify",
    "plan",
    "reclaim",
    "guards.ts",
    "judge.ts",
  ],

  // Whole runs: settings, gate and state around a sweep.
  "options.ts": ["model", "config", "stores"],
  "runs": everythingBut("cli", "index.ts", "hook.ts", "hook"),

  // Timers of the machine: what they run is the command, so they know nothing of sweeps.
  "schedule": [node, "model", "errors.ts", "fs"],

  // What others start: the library, the start-up hook, the command. Nothing imports the command.
  "index.ts": ["model", "errors.ts", "options.ts", "plan", "runs"],
  "hook.ts": [node, "hook", "model"],
  "hook": [node, "model"],
  // The loop: as the hook it ends up in hosts, and leaves the work to a command.
  "housekeeping.ts": ["hook", "hook.ts", "housekeeping", "model"],
  "housekeeping": [node, "hook", "model"],
  "cli": everythingBut("index.ts", "hook.ts"),
};

/** These have one importer (and the hook, which has to do without the rest of us). */
export const doors = {
  "node:fs": ["fs", "hook"],
  "node:fs/promises": ["fs"],
  "fast-glob": ["fs"],
  "simple-git": ["git"],
};

/** These compute: the same arguments give the same answer, so they may ask nobody for the time or the environment. */
export const pure = ["model", "errors.ts", "classify", "plan", "report"];

function everythingBut(...names) {
  return { everythingBut: names };
}
