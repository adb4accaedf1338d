/** The commands for timers. */
import { DRY_RUN, YES, type Group, type Leaf, type OptionSpec } from "./spec.ts";

const TIMERS = ["systemd", "launchd", "cron", "windows"] as const;
const KIND: OptionSpec = {
  flags: "--kind <kind>",
  text: "systemd, launchd, cron or windows (default: detected)",
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
  summary: "install a timer; shows what it will write and asks first",
  about:
    "Installs a timer that runs `checkpoints auto --opt-in --now` for the given homes, or for yours. Shows what it will " +
    "write and run, and asks first. Running it again updates it.",
  options: [KIND, EVERY, DRY_RUN, YES],
  examples: [
    { command: "checkpoints schedule install --dry-run", what: "show what it would install" },
    { command: "checkpoints schedule install --every 6h -n", what: "another interval" },
  ],
  load: async () => (await import("../commands/schedule-install.ts")).scheduleInstall,
};

const STATUS: Leaf = {
  kind: "leaf",
  name: "status",
  command: "schedule status",
  words: [],
  usage: "[options]",
  summary: "show which timer is installed, and its last run (default)",
  about: "Shows which timer is installed, whether everything it needs is still there, and what the last sweep did.",
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
  summary: "remove every timer that was installed from here",
  about: "Removes every timer that was installed from here. Shows what it will remove, and asks first.",
  options: [{ ...KIND, text: "only this kind: systemd, launchd, cron or windows" }, DRY_RUN, YES],
  examples: [{ command: "checkpoints schedule remove --dry-run", what: "look first" }],
  load: async () => (await import("../commands/schedule-remove.ts")).scheduleRemove,
};

const PRINT: Leaf = {
  kind: "leaf",
  name: "print",
  command: "schedule print",
  words: [],
  usage: "[options]",
  summary: "print a timer of any kind; changes nothing",
  about: "Prints a timer with the paths of this machine. Changes nothing, and works for every kind on every system.",
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
  summary: "manage a timer for automatic sweeps",
  about: "Manages a timer on this machine that runs `checkpoints auto`: systemd, launchd, cron or Windows.",
  options: [],
  examples: [
    { command: "checkpoints schedule", what: "is one installed, and did it run" },
    { command: "checkpoints schedule print", what: "what one would look like" },
  ],
  sections: [{ heading: "Commands:", commands: [INSTALL, STATUS, REMOVE, PRINT] }],
  fallback: STATUS,
};
