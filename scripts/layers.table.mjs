/**
 * Who may import whom in src/: the architecture, as `npm run check:layers` enforces it.
 *
 * A part is a folder of src/ or a file directly in it; inside a part everything may import everything, as long as
 * there is no cycle. A part that is not listed, an import that is not listed and a package that is not listed are
 * errors: whoever needs a new arrow draws it here, where it is seen.
 */

import { readdirSync } from "node:fs";

/** The outside world; `node:fs` has a door of its own, see below. */
const node = "node:*";

export const parts = {
  // The values that travel, and the error that ends a run.
  "model": [],
  "errors.ts": ["model"],

  // Where homes, bases and their state are, with built-ins alone: start-up hooks ask as well.
  "locations": [node, "model"],

  // The doors to the outside.
  "process": [node, "errors.ts"],
  "fs": [node, "model", "errors.ts", "process", "locations"],
  "git": [node, "model", "errors.ts", "fs", "process"],
  "config": [node, "yaml", "zod", "picomatch", "fastest-levenshtein", "model", "errors.ts", "fs", "locations"],

  // What earlier runs wrote down, and what decides whether a run may start.
  "state": ["zod", "model", "errors.ts", "fs", "locations", node],
  "gate": [node, "model", "errors.ts", "fs", "locations"],

  // The stages, in the order in which a value passes them. Each sees the values of the others, not their code.
  // What kinds are made of, and what each tells; it is no agent's in particular.
  "stores": [node, "model", "errors.ts", "fs", "git"],
  // One folder an agent.
  "agents": [node, "model", "errors.ts", "fs", "git", "locations", "stores"],
  "resolve": [node, "model", "errors.ts", "fs", "process"],
  // A thread is told the name of a kind and not the kind, so it has to know which there are.
  "scan": [node, "model", "errors.ts", "fs", "git", "stores", "agents", "resolve"],
  "classify": ["model"],
  "plan": ["picomatch", "model"],
  // Of the stores it takes what a document with records is.
  "reclaim": [node, "model", "errors.ts", "fs", "git", "stores"],
  // Room without loss: beside the stages, and it changes nothing that they see.
  "compact": [node, "zod", "model", "errors.ts", "fs", "git", "state", "plan", "reclaim"],
  "report": ["picocolors", "pretty-ms", "d3-hierarchy", "zod", "model", "errors.ts", "string-width"],

  // The script of the HTML report: it runs in a browser, and the build makes a text of it.
  "browser": [],

  // A thread of the worker pool: what it can be told to do.
  "worker.ts": [node, "fs", "scan"],

  // The one judgement, and the one file that knows the order of the stages.
  "judge.ts": ["model", "fs", "agents", "stores", "resolve", "scan", "classify"],
  "judge-trash.ts": ["model", "errors.ts", "fs", "plan", "reclaim", "judge.ts"],
  "judge-beyond.ts": ["model", "plan", "judge.ts"],
  "owner-locks.ts": ["model", "stores", "reclaim"],
  "collect-after.ts": ["model", "fs", "reclaim", "scan", "judge.ts"],
  "recheck.ts": ["model", "classify", "plan", "reclaim", "judge.ts"],
  "survey.ts": [
    "judge-beyond.ts",
    "judge-trash.ts",
    "collect-after.ts",
    "model",
    "errors.ts",
    "fs",
    "scan",
    "plan",
    "judge.ts",
  ],
  "sweep.ts": [
    "model",
    "fs",
    "resolve",
    "scan",
    "plan",
    "reclaim",
    "owner-locks.ts",
    "collect-after.ts",
    "judge.ts",
    "recheck.ts",
  ],

  // Whole runs: settings, gate and state around a sweep.
  "options.ts": ["model", "agents", "config", "stores"],
  "runs": everythingBut("cli", "index.ts", "hook.ts", "hook"),

  // Timers of the machine: what they run is the command, so they know nothing of sweeps.
  "schedule": [node, "model", "errors.ts", "fs", "process", "resolve"],

  // Start-up hooks in the files of agents: the command of them is ours, and they know nothing of sweeps either.
  "hook-setup": [node, "yaml", "model", "errors.ts", "fs", "agents", "config", "report", "schedule"],

  // What others start: the library, the start-up hook, the command. Nothing imports the command.
  "index.ts": ["model", "errors.ts", "agents", "stores", "options.ts", "plan", "runs"],
  // Of an agent they take its locations.ts and what that needs, which are made of built-ins.
  "hook.ts": [node, "agents", "gate", "hook", "locations", "model"],
  "hook": [node, "agents", "gate", "locations", "model"],
  // The loop: as the hook it ends up in hosts, and leaves the work to a command.
  "housekeeping.ts": ["agents", "gate", "hook", "hook.ts", "housekeeping", "locations", "model"],
  "housekeeping": [node, "agents", "hook", "locations", "model"],
  "cli": everythingBut("index.ts", "hook.ts"),
};

/** Whoever deletes the folder of an agent and its rows in these lists has removed the agent. */
export const agents = {
  names: readdirSync(new URL("../src/agents", import.meta.url), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name),
  named: [
    "agents/",
    // The list of help topics, which are about agents.
    "cli/specs/topics.ts",
  ],
};

/** These have one importer (and the hook, which has to do without the rest of us). */
export const doors = {
  "node:fs": ["fs", "locations", "hook"],
  "node:fs/promises": ["fs"],
  // process/run-command.ts says what a program that is run needs; `housekeeping` names a type.
  "node:child_process": ["process", "locations", "hook", "hook.ts", "housekeeping"],
};

/** Calls that fail where a uid has no line in passwd: each has its fallback, in these files alone. */
export const account = {
  names: ["homedir", "userInfo"],
  files: ["fs/account.ts", "locations/paths.ts"],
};

/**
 * What follows links or reads through them, and so may touch a mount that never answers. Paths of settings, arguments and
 * repos go through resolve/foreign.ts, which asks a child where that may be; these files alone may do without:
 * fs/read-text.ts reads what was resolved before, resolve/probe.ts is the child, and schedule/ and
 * resolve/configured-mounts.ts look at files of timers and settings of the system, which are of this machine.
 */
export const foreign = {
  realPath: { from: "fs/syscalls.ts", by: ["fs/read-text.ts"] },
  realPathOrNull: { from: "fs/syscalls.ts", by: ["resolve/foreign.ts"] },
  readLink: { from: "fs/syscalls.ts", by: ["resolve/links.ts"] },
  readTextFile: {
    from: "fs/read-text.ts",
    by: ["resolve/foreign.ts", "resolve/probe.ts", "resolve/configured-mounts.ts", "schedule/system.ts"],
  },
  followLinks: { from: "resolve/links.ts", by: ["resolve/foreign.ts", "resolve/probe.ts"] },
  lookAtLink: {
    from: "resolve/links.ts",
    by: ["resolve/foreign.ts", "resolve/probe.ts", "resolve/configured-mounts.ts"],
  },
  listHere: { from: "resolve/foreign.ts", by: ["resolve/probe.ts"] },
};

/** What asks for "any errno" and goes on: only the file that has the helpers for naming or telling it. */
export const anyErrno = { name: "errnoOf", told: "systemCode", file: "errors.ts" };

/** These compute: the same arguments give the same answer, so they may ask nobody for the time or the environment. */
export const pure = ["model", "errors.ts", "classify", "plan", "report"];

function everythingBut(...names) {
  return { everythingBut: names };
}
