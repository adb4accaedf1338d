/** The commands that people type. */
import { DRY_RUN, MAX_SIZE, ORPHANS, YES, type Leaf } from "./spec.ts";

export const STATUS: Leaf = {
  kind: "leaf",
  name: "status",
  command: "status",
  words: [],
  usage: "[options]",
  summary: "what is there, what would go and why (default)",
  about: "What is there, how big it is, what would go and why, by hand and automatically. Changes nothing.",
  options: [{ flags: "--all", text: "every row, the live repos, and the names of what is left alone" }],
  examples: [
    { command: "checkpoints", what: "the same" },
    { command: "checkpoints status --all", what: "every repo" },
    { command: "checkpoints status --json", what: "for programs" },
  ],
  load: async () => (await import("../commands/status.ts")).status,
};

export const PRUNE: Leaf = {
  kind: "leaf",
  name: "prune",
  command: "prune",
  words: ["[what...]"],
  completes: "entry",
  usage: "[what...] [options]",
  summary: "show what would go, ask, then do exactly that",
  about:
    "Shows what would go, asks, then does exactly that. WHAT narrows it: ids, directories or globs; nothing goes " +
    "because it was named.",
  options: [
    DRY_RUN,
    YES,
    { flags: "--trash", text: "keep what goes in the trash for a while" },
    { flags: "--retention-days <n>", text: "days without use after which a repo is stale; 0: never" },
    MAX_SIZE,
    { flags: "--only <rule>", text: "take no others: orphan or stale", completes: ["orphan", "stale"] },
    ...ORPHANS,
    {
      flags: "--include <verdict>",
      text: "also take unreachable or unidentified, to the trash; repeatable",
      many: true,
      completes: ["unreachable", "unidentified"],
    },
    { flags: "--rows <n>", text: "how many rows to show in each part, or all (default: 20)", completes: ["all"] },
  ],
  examples: [
    { command: "checkpoints prune --dry-run", what: "look first" },
    { command: "checkpoints prune --yes --trash", what: "do it; can be undone" },
    { command: "checkpoints prune '~/scratch/**' --only orphan -n", what: "a part of it" },
    { command: "checkpoints prune --retention-days 30 -n", what: "what a month would mean" },
  ],
  load: async () => (await import("../commands/prune.ts")).prune,
};

export const COMPACT: Leaf = {
  kind: "leaf",
  name: "compact",
  command: "compact",
  words: ["[what...]"],
  usage: "[what...] [options]",
  summary: "pack what lies loose; keeps every snapshot",
  about:
    "Packs what has lain loose for over an hour in repos that nobody is writing to, and keeps every snapshot: each repo " +
    "is checked by git before and after, and one that fails is left as it was. WHAT narrows it: ids, directories or globs.",
  options: [DRY_RUN, YES, { flags: "--rows <n>", text: "how many rows to show in each part, or all (default: 20)" }],
  examples: [
    { command: "checkpoints compact --dry-run", what: "look first" },
    { command: "checkpoints compact --yes", what: "do not ask" },
    { command: "checkpoints compact ~/code/thesis -n", what: "one of them" },
  ],
  load: async () => (await import("../commands/compact.ts")).compact,
};

export const EXPLAIN: Leaf = {
  kind: "leaf",
  name: "explain",
  command: "explain",
  words: ["<id|path>"],
  completes: "entry-or-trashed",
  usage: "<id|path> [options]",
  summary: "all that is known about one repo, and why",
  about: "Everything known about one repo, in the order in which it was decided. Takes its id or its directory.",
  options: [],
  examples: [
    { command: "checkpoints explain ~/code/thesis", what: "by its directory" },
    { command: "checkpoints explain 1aeadc333175595d", what: "by its id" },
  ],
  load: async () => (await import("../commands/explain.ts")).explain,
};
