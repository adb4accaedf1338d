/** The commands about timers. */
import { DRY_RUN, YES, type Group, type Leaf, type OptionSpec } from "./spec.ts";

const TIMERS = ["systemd", "launchd", "cron", "windows"] as const;
const KIND: OptionSpec = {
  flags: "--kind <kind>",
  text: "systemd, launchd, cron or windows (default: what is here)",
  completes: TIMERS,
};
const EVERY: OptionSpec = {
  flags: "--every <time>",
  text: "how often: 30m, 6h, 24h, 7d ... (default: 24h)",
  completes: ["30m", "6h", "24h", "7d"],
};

const INSTALL: Leaf = {
  kind: "leaf",
  name: "install",
  command: "schedule install",
  words: [],
  usage: "[options]",
  summary: "show what it would write and run, ask, then do it",
  about:
    "Installs a timer that runs `checkpoints auto --opt-in --now` for the homes that are named, or for yours. Shows " +
    "what it would write and run, and asks first. Once more brings it up to date.",
  options: [KIND, EVERY, DRY_RUN, YES],
  examples: [
    { command: "checkpoints schedule print", what: "the text that it would install" },
    { command: "checkpoints schedule print --every 6h", what: "another interval" },
  ],
  load: async () => (await import("../commands/schedule-install.ts")).scheduleInstall,
};

const STATUS: Leaf = {
  kind: "leaf",
  name: "status",
  command: "schedule status",
  words: [],
  usage: "[options]",
  summary: "which timer is there, and what it last did (the default)",
  about: "Which timer is installed, whether all that it needs is still there, and what the last sweep did.",
  options: [],
  examples: [{ command: "checkpoints schedule status --json", what: "for programs" }],
  load: async () => (await import("../commands/schedule-status.ts")).scheduleStatus,
};

const REMOVE: Leaf = {
  kind: "leaf",
  name: "remove",
  command: "schedule remove",
  words: [],
  usage: "[options]",
  summary: "take every timer of ours away",
  about: "Takes away every timer that was installed from here, and leaves nothing of it. Shows it and asks first.",
  options: [{ ...KIND, text: "this kind alone: systemd, launchd, cron or windows" }, DRY_RUN, YES],
  examples: [{ command: "checkpoints schedule remove --dry-run", what: "look first" }],
  load: async () => (await import("../commands/schedule-remove.ts")).scheduleRemove,
};

const PRINT: Leaf = {
  kind: "leaf",
  name: "print",
  command: "schedule print",
  words: [],
  usage: "[options]",
  summary: "print a timer of any kind, and change nothing",
  about: "Prints the text of a timer with the paths of this machine. Changes nothing, and prints every kind anywhere.",
  options: [
    { ...KIND, text: "systemd, launchd, cron, windows or kubernetes", completes: [...TIMERS, "kubernetes"] },
    EVERY,
  ],
  examples: [
    { command: "checkpoints schedule print --kind cron", what: "a line of a crontab" },
    { command: "checkpoints schedule print --kind kubernetes", what: "a CronJob for a shared volume" },
  ],
  load: async () => (await import("../commands/schedule-print.ts")).schedulePrint,
};

export const SCHEDULE: Group = {
  kind: "group",
  name: "schedule",
  usage: "<command>",
  summary: "a timer that sweeps",
  about: "A timer of this machine that runs `checkpoints auto`: systemd, launchd, cron or Windows.",
  options: [],
  examples: [
    { command: "checkpoints schedule", what: "is there one, and did it run" },
    { command: "checkpoints schedule print", what: "what one would look like here" },
  ],
  sections: [{ heading: "Commands:", commands: [INSTALL, STATUS, REMOVE, PRINT] }],
  fallback: STATUS,
};
