/** The command that writes a report. */
import { LIMITS, SORT, type Leaf } from "./spec.ts";

export const REPORT: Leaf = {
  kind: "leaf",
  name: "report",
  command: "report",
  words: [],
  usage: "--html <file> [options]",
  summary: "write a web page that shows where the space is",
  about:
    "Writes one HTML file that shows where the space is, how old it is, what prune would remove and why, and earlier runs. It " +
    "needs no network, only its owner can read it, and an earlier report in its place is replaced. Changes nothing else.",
  options: [
    { flags: "--html <file>", text: "the file to write, or - for stdout", completes: "file" },
    { flags: "--open", text: "open it in the browser" },
    { flags: "--force", text: "replace a file that is not a report" },
    ...LIMITS,
    SORT,
  ],
  examples: [
    { command: "checkpoints report --html report.html --open", what: "write it and look at it" },
    { command: "checkpoints report --html - > report.html", what: "write it to stdout" },
    { command: "checkpoints report --html old.html --older-than 30d", what: "only some of it" },
  ],
  load: async () => (await import("../commands/report.ts")).report,
};
