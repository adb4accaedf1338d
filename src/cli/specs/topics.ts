/** The topics of `checkpoints help TOPIC`; each is a file in src/help/. None has the name of a command. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
}

export const TOPICS: readonly Topic[] = [
  { name: "decisions", summary: "how each repo is judged, and what proves a deletion" },
  { name: "removal", summary: "how a removal works, the trash, and how to undo" },
  { name: "stores", summary: "what each version of Hermes leaves, and which kinds are removed" },
  { name: "session-files", summary: "session files of agents: which kinds there are, and what is removed" },
  { name: "agent-snapshots", summary: "snapshots of other agents: which kinds there are, and what is removed" },
  { name: "reports", summary: "a web page that shows where the space is, and what it may do" },
  { name: "packing", summary: "how compact saves space and keeps every snapshot" },
  { name: "settings", summary: "each setting, its default, and where it is read" },
  { name: "automatic", summary: "timers, many machines, and how to turn it off" },
  { name: "agents", summary: "start a sweep from an agent, a script or a gateway" },
  { name: "json", summary: "exit codes and JSON output" },
  { name: "library", summary: "use it from JavaScript and TypeScript" },
  { name: "performance", summary: "what is measured, how, and the ratios" },
  { name: "guarantees", summary: "what is guaranteed, the test of each, and the limits" },
  { name: "comparison", summary: "compared with the pruning of Hermes itself" },
];
