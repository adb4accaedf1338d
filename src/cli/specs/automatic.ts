/** The commands around automatic sweeps, and options that they share. */
import { ORPHANS, type Leaf, type OptionSpec } from "./spec.ts";

export const OPT_IN: OptionSpec = {
  flags: "--opt-in",
  text: "sweep even if auto_prune is off: this call is the consent",
};
export const METRICS_FILE: OptionSpec = {
  flags: "--metrics-file <file>",
  text: "leave numbers for the node exporter's text collector",
  completes: "file",
};

export const HOUSEKEEPING: Leaf = {
  kind: "leaf",
  name: "housekeeping",
  command: "housekeeping",
  words: [],
  usage: "[options]",
  summary: "sweep when due, until it is told to stop",
  about:
    "Sweeps when due, for every home and profile, until SIGTERM or Ctrl-C: for containers and gateways that run for " +
    "weeks. A sweep that did something is one line on stderr.",
  options: [
    OPT_IN,
    { flags: "--jitter <minutes>", text: "begin at a random moment within so many (default: 10)" },
    METRICS_FILE,
    ...ORPHANS,
  ],
  examples: [
    { command: "checkpoints housekeeping", what: "where auto_prune is switched on" },
    { command: "checkpoints housekeeping --opt-in --home /data/hermes", what: "in a container" },
  ],
  load: async () => (await import("../commands/housekeeping.ts")).housekeeping,
};

export const HISTORY: Leaf = {
  kind: "leaf",
  name: "history",
  command: "history",
  words: [],
  usage: "[options]",
  summary: "the last hundred sweeps, and what they took",
  about: "The last hundred automatic sweeps of each base: when, by whom, what they took, how long, or what ended them.",
  options: [],
  examples: [{ command: "checkpoints history --json", what: "for programs" }],
  load: async () => (await import("../commands/history.ts")).history,
};
