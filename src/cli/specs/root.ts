/** The whole tree of commands, and the options that all of them take. */
import { DEFAULT_SETTINGS } from "../../model/settings.ts";
import { HISTORY, HOUSEKEEPING, METRICS_FILE, OPT_IN } from "./automatic.ts";
import { COMPLETION } from "./completion.ts";
import { COMPACT, EXPLAIN, PRUNE, STATUS } from "./everyday.ts";
import { SCHEDULE } from "./schedule.ts";
import { DRY_RUN, MAX_SIZE, ORPHANS, type Group, type Leaf, type OptionSpec } from "./spec.ts";
import { TRASH } from "./trash.ts";

const AUTO: Leaf = {
  kind: "leaf",
  name: "auto",
  command: "auto",
  words: [],
  usage: "[options]",
  summary: "one sweep, if it is switched on and due",
  about:
    "One automatic sweep, if it is switched on (auto_prune) and due. For hooks and timers: nothing on stdout, one " +
    "line on stderr when it did something.",
  options: [
    { ...DRY_RUN, text: "show what a sweep would do now, switched on and due or not" },
    { flags: "--now", text: "sweep even if none is due" },
    OPT_IN,
    { flags: "--detach", text: "leave that to a process of its own, and return at once" },
    METRICS_FILE,
    { flags: "--events", text: "what happens, as one JSON object a line on stdout" },
    MAX_SIZE,
    ...ORPHANS,
  ],
  examples: [
    { command: "checkpoints auto --dry-run", what: "what a sweep would do now" },
    { command: "checkpoints auto --opt-in", what: "for a timer, without any setting" },
    { command: "checkpoints auto --detach", what: "for a script that starts an agent" },
  ],
  load: async () => async (call) => {
    // Whoever starts an agent waits for this: it loads a tenth of what a sweep does.
    if (call.values["detach"] === true) return (await import("../commands/auto-detach.ts")).autoDetach(call);
    return (await import("../commands/auto.ts")).auto(call);
  },
};

const CONFIG: Leaf = {
  kind: "leaf",
  name: "config",
  command: "config",
  words: [],
  usage: "[options]",
  summary: "the settings, and where each comes from",
  about: "The settings of each home, and where each of them comes from.",
  options: [],
  examples: [{ command: "checkpoints config --set retention_days=30", what: "with a flag laid over them" }],
  load: async () => (await import("../commands/config.ts")).config,
};

const SCHEMA: Leaf = {
  kind: "leaf",
  name: "schema",
  command: "schema",
  words: ["[command...]"],
  completes: "command",
  usage: "[command] [options]",
  summary: "the JSON Schema of what --json prints",
  about: "The JSON Schema of the document that --json prints: of one command, or of all.",
  options: [],
  examples: [
    { command: "checkpoints schema prune", what: "of one command" },
    { command: "checkpoints schema trash list", what: "of one of the trash's" },
  ],
  load: async () => (await import("../commands/schema.ts")).schema,
};

/** The value of each is the person's to say. */
const SETTINGS = Object.keys(DEFAULT_SETTINGS).map((key) => `${key}=`);

/** Understood before and after the name of a command. */
const SHARED: readonly OptionSpec[] = [
  { flags: "--home <dir>", text: "a Hermes home, profiles included; repeatable", many: true, completes: "directory" },
  { flags: "--base <dir>", text: "a directory of shadow repos; repeatable", many: true, completes: "directory" },
  { flags: "--set <key=value>", text: "override a setting; repeatable", many: true, completes: SETTINGS },
  { flags: "--json", text: "one JSON document on stdout; never asks" },
  { flags: "--no-color", text: "no colours; NO_COLOR does the same" },
  { flags: "-v, --verbose", text: "all rows, and on stderr what is going on", against: "quiet" },
  { flags: "-q, --quiet", text: "the totals alone" },
];

export const ROOT: Group = {
  kind: "group",
  name: "checkpoints",
  usage: "[command] [options]",
  summary: "",
  about:
    "Gives back the disk that coding agents' checkpoints fill, and never takes a\n" +
    "snapshot that somebody could still want.",
  options: SHARED,
  examples: [
    { command: "checkpoints", what: "look; changes nothing" },
    { command: "checkpoints prune --dry-run", what: "what prune would do" },
    { command: "checkpoints prune --yes --trash", what: "do it; can be undone for a week" },
    { command: "checkpoints explain ~/code/thesis", what: "why it is kept, or not" },
    { command: "checkpoints auto --opt-in", what: "what a timer runs" },
  ],
  sections: [
    { heading: "Everyday:", commands: [STATUS, PRUNE, COMPACT, EXPLAIN, TRASH] },
    { heading: "Automatic:", commands: [AUTO, HOUSEKEEPING, HISTORY, SCHEDULE] },
    { heading: "More:", commands: [CONFIG, SCHEMA, COMPLETION] },
  ],
  fallback: STATUS,
};
