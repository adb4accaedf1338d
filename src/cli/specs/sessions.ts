/** The commands for session files: the usual ones, narrowed to kinds of sessions. */
import { PRUNE } from "./everyday.ts";
import { DRY_RUN, LIMITS, RETENTION, ROWS, YES, type Group, type Leaf, longName } from "./spec.ts";

const STATS: Leaf = {
  kind: "leaf",
  name: "stats",
  command: "sessions stats",
  words: [],
  usage: "[options]",
  summary: "count session files by state (default)",
  about:
    "Counts session files by agent, kind and state: how many, how large, how old, and how many prune would remove. " +
    "Changes nothing.",
  options: [],
  examples: [
    { command: "checkpoints sessions stats", what: "of all agents" },
    { command: "checkpoints sessions stats --json", what: "for programs" },
  ],
  load: async () => {
    const { sessionsStats } = await import("../commands/sessions-stats.ts");
    return async (call) => sessionsStats({ ...call, sessions: true });
  },
};

/** Options of prune that say something about sessions. */
const KEPT: ReadonlySet<string> = new Set([
  ...[DRY_RUN, YES, ...RETENTION, ...LIMITS, ...ROWS].map(longName),
  "--interactive",
  "--trash",
  "--to",
  "--rows",
]);

const SESSIONS_PRUNE: Leaf = {
  ...PRUNE,
  usage: "[what...] [options]",
  summary: "show which session files would be removed, ask, then remove them",
  about:
    "Removes session files that expired, as prune does, of all kinds of sessions but those that only collect can name. " +
    "Files alone: rows of a database are the agent's, and stay.",
  options: [
    ...PRUNE.options.filter((option) => KEPT.has(longName(option))),
    {
      flags: "--files-only",
      text: "remove files and no rows of a database (default)",
      against: "includeFiles",
    },
    {
      flags: "--include-files",
      text: "the same, and print the agent's own command for the rows beside them",
      against: "filesOnly",
    },
  ],
  examples: [
    { command: "checkpoints sessions prune --dry-run", what: "look first" },
    { command: "checkpoints sessions prune --yes --trash", what: "remove them; can be undone" },
  ],
  load: async () => {
    return (await import("../commands/sessions-prune.ts")).sessionsPrune;
  },
};

export const SESSIONS: Group = {
  kind: "group",
  name: "sessions",
  usage: "stats|prune",
  summary: "count or remove session files of agents",
  about: "Session files of all agents. What is removed of each is described in: checkpoints help session-files",
  options: [],
  examples: [
    { command: "checkpoints sessions", what: "what there is" },
    { command: "checkpoints sessions prune --dry-run", what: "what would be removed" },
  ],
  sections: [{ heading: "Commands:", commands: [STATS, SESSIONS_PRUNE] }],
  fallback: STATS,
};
