/** The commands for earlier runs. */
import { DRY_RUN, YES, type Leaf } from "./spec.ts";

export const UNDO: Leaf = {
  kind: "leaf",
  name: "undo",
  command: "undo",
  words: ["[n]"],
  usage: "[n] [options]",
  summary: "put back what the last run moved to the trash",
  about:
    "Puts back what the last run, manual or automatic, moved to the trash, or the run with the number N of history. Asks only " +
    "if something new is in the place of some of it. What was deleted permanently cannot be put back.",
  options: [DRY_RUN, YES, { flags: "--swap", text: "exchange with what is in their places now" }],
  examples: [
    { command: "checkpoints undo", what: "the last run that moved something to the trash" },
    { command: "checkpoints undo 2 --dry-run", what: "what undoing run 2 of history would put back" },
  ],
  load: async () => (await import("../commands/undo.ts")).undo,
};

export const HISTORY: Leaf = {
  kind: "leaf",
  name: "history",
  command: "history",
  words: [],
  usage: "[options]",
  summary: "list earlier runs and what they removed",
  about:
    "Lists the last hundred automatic sweeps of each base and the last hundred manual runs that removed something, newest first: " +
    "when they ran, who ran them, what they removed, errors, and how much of it can still be put back.",
  options: [],
  examples: [
    { command: "checkpoints history", what: "numbered, for undo" },
    { command: "checkpoints history --json", what: "for programs" },
  ],
  load: async () => (await import("../commands/history.ts")).history,
};
