/** The whole tree of commands, and the options that all of them take. */
import { AGENT_NAMES } from "../../agents/names.ts";
import { SETTING_KEYS } from "../../model/settings.ts";
import { HOUSEKEEPING, METRICS_FILE, OPT_IN } from "./automatic.ts";
import { COMPLETION } from "./completion.ts";
import { CONFIG } from "./config.ts";
import { HOOK } from "./hook.ts";
import { COMPACT, EXPLAIN, PRUNE, STATUS } from "./everyday.ts";
import { REPORT } from "./report.ts";
import { SESSIONS } from "./sessions.ts";
import { SCHEDULE } from "./schedule.ts";
import { DRY_RUN, MAX_SIZE, ORPHANS, type Group, type Leaf, type OptionSpec } from "./spec.ts";
import { TRASH } from "./trash.ts";
import { HISTORY, UNDO } from "./undo.ts";

const AUTO: Leaf = {
  kind: "leaf",
  name: "auto",
  command: "auto",
  words: [],
  usage: "[options]",
  summary: "run one automatic sweep, if enabled and due",
  about:
    "Runs one automatic sweep, if it is enabled (auto_prune) and due. For hooks and timers: prints nothing on stdout, " +
    "and one line on stderr when it changed something.",
  options: [
    { ...DRY_RUN, text: "show what a sweep would do now, enabled and due or not" },
    { flags: "--now", text: "sweep even if none is due" },
    OPT_IN,
    { flags: "--detach", text: "sweep in a background process and return at once" },
    METRICS_FILE,
    { flags: "--events", text: "print each event on stdout, one JSON object per line" },
    ...MAX_SIZE,
    ...ORPHANS,
  ],
  examples: [
    { command: "checkpoints auto --dry-run", what: "what a sweep would do now" },
    { command: "checkpoints auto --opt-in", what: "for a timer; needs no setting" },
    { command: "checkpoints auto --detach", what: "for a script that starts an agent" },
  ],
  load: async () => async (call) => {
    // The start of an agent may wait for this: it loads a tenth of what a sweep does.
    if (call.values["detach"] === true) return (await import("../commands/auto-detach.ts")).autoDetach(call);
    return (await import("../commands/auto.ts")).auto(call);
  },
};

const DOCTOR: Leaf = {
  kind: "leaf",
  name: "doctor",
  command: "doctor",
  words: [],
  usage: "[options]",
  summary: "check that everything is in order",
  about:
    "Checks programs, settings, permissions, timers, hooks, the state and the trash, and says for each that is not in order " +
    "what mends it. Changes nothing. The exit code is 1 where there is a fault.",
  options: [],
  examples: [
    { command: "checkpoints doctor", what: "what is in order and what is not" },
    { command: "checkpoints doctor -q", what: "only what is not" },
  ],
  load: async () => (await import("../commands/doctor.ts")).doctor,
};

const SCHEMA: Leaf = {
  kind: "leaf",
  name: "schema",
  command: "schema",
  words: ["[command...]"],
  completes: "command",
  usage: "[command] [options]",
  summary: "print the JSON Schema of --json output",
  about: "Prints the JSON Schema of the document that --json prints, for one command or for all.",
  options: [],
  examples: [
    { command: "checkpoints schema prune", what: "for one command" },
    { command: "checkpoints schema trash list", what: "for a subcommand" },
  ],
  load: async () => (await import("../commands/schema.ts")).schema,
};

/** Global options; their values come from the command line. */
const SETTINGS = SETTING_KEYS.map((key) => `${key}=`);

/** Accepted before and after the name of a command. */
const SHARED: readonly OptionSpec[] = [
  { flags: "--agent <name>", text: "only this agent; repeatable", many: true, completes: AGENT_NAMES },
  {
    flags: "--home <dir>",
    text: "a home of the agent, profiles included; repeatable",
    many: true,
    completes: "directory",
  },
  { flags: "--base <dir>", text: "a directory of checkpoints; repeatable", many: true, completes: "directory" },
  { flags: "--set <key=value>", text: "override a setting; repeatable", many: true, completes: SETTINGS },
  { flags: "--json", text: "print one JSON document; never asks" },
  { flags: "--no-color", text: "disable colors; so does NO_COLOR" },
  { flags: "-v, --verbose", text: "show all rows, and log to stderr", against: "quiet" },
  { flags: "-q, --quiet", text: "print totals only" },
];

export const ROOT: Group = {
  kind: "group",
  name: "checkpoints",
  usage: "[command] [options]",
  summary: "",
  about: "Reclaims disk space from coding agents' checkpoints that are no longer needed.",
  options: SHARED,
  examples: [
    { command: "checkpoints prune --dry-run", what: "what prune would do" },
    { command: "checkpoints prune --yes --trash", what: "move it to the trash; `undo` puts it back" },
  ],
  sections: [
    { heading: "Everyday:", commands: [STATUS, PRUNE, COMPACT, EXPLAIN, SESSIONS, TRASH, UNDO, HISTORY, REPORT] },
    { heading: "Automatic:", commands: [AUTO, HOUSEKEEPING, SCHEDULE, HOOK] },
    { heading: "More:", commands: [CONFIG, DOCTOR, SCHEMA, COMPLETION] },
  ],
  fallback: STATUS,
};
