/** The commands for start-up hooks. */
import { HOOK_LANGUAGES } from "../../model/hook-languages.ts";
import type { Group, Leaf } from "./spec.ts";

const PRINT: Leaf = {
  kind: "leaf",
  name: "print",
  command: "hook print",
  words: [],
  usage: "[options]",
  summary: "print the lines of a start-up hook (default)",
  about: "Prints the lines that start an automatic sweep when a script or an agent starts. Changes nothing.",
  options: [
    {
      flags: "--for <language>",
      text: "sh, fish, powershell, python or node (default: sh)",
      completes: HOOK_LANGUAGES,
    },
  ],
  examples: [
    { command: "checkpoints hook print --for sh", what: "for ~/.profile, or a script that starts an agent" },
    { command: "checkpoints hook print --for python", what: "for an agent in Python" },
  ],
  load: async () => (await import("../commands/hook-print.ts")).hookPrint,
};

export const HOOK: Group = {
  kind: "group",
  name: "hook",
  usage: "<command>",
  summary: "start automatic sweeps when an agent starts",
  about: "Starts automatic sweeps when an agent starts, by a start-up hook.",
  options: [],
  examples: [{ command: "checkpoints hook print --for fish", what: "the lines for fish" }],
  sections: [{ heading: "Commands:", commands: [PRINT] }],
  fallback: PRINT,
};
