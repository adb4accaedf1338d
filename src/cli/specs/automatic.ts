/** The commands for automatic sweeps, and the options they share. */
import { ORPHANS, type Leaf, type OptionSpec } from "./spec.ts";

export const OPT_IN: OptionSpec = {
  flags: "--opt-in",
  text: "sweep even if auto_prune is off",
};
export const METRICS_FILE: OptionSpec = {
  flags: "--metrics-file <file>",
  text: "write metrics for the node exporter's textfile collector",
  completes: "file",
};

export const HOUSEKEEPING: Leaf = {
  kind: "leaf",
  name: "housekeeping",
  command: "housekeeping",
  words: [],
  usage: "[options]",
  summary: "sweep whenever due, until stopped",
  about:
    "Sweeps whenever due, for every home, profile and base of each agent, until SIGTERM or Ctrl-C: for containers and gateways " +
    "that run for weeks. Prints one line on stderr for each sweep that changed something.",
  options: [
    OPT_IN,
    { flags: "--jitter <minutes>", text: "start at a random moment within this many minutes (default: 10)" },
    METRICS_FILE,
    ...ORPHANS,
  ],
  examples: [
    { command: "checkpoints housekeeping", what: "where auto_prune is enabled" },
    { command: "checkpoints housekeeping --opt-in --home /data/agent", what: "in a container" },
  ],
  load: async () => (await import("../commands/housekeeping.ts")).housekeeping,
};
