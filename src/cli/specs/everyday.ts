/** The commands for daily use. */
import { INCLUDED } from "../../model/reasons.ts";
import { DRY_RUN, LIMITS, MAX_SIZE, ORPHANS, RETENTION, ROWS, YES, type Leaf } from "./spec.ts";

export const STATUS: Leaf = {
  kind: "leaf",
  name: "status",
  command: "status",
  aliases: ["ls", "du"],
  words: [],
  usage: "[options]",
  summary: "show repos and what would be removed (default)",
  about:
    "Shows what is there, its size, and what would be removed and why, manually and automatically. Changes nothing. " +
    "ls and du are other names of it.",
  options: [
    { flags: "--all", text: "show every row, live repos included, and the names of files that are ignored" },
    ...LIMITS,
    ...ROWS,
  ],
  examples: [
    { command: "checkpoints", what: "the same" },
    { command: "checkpoints status --all", what: "every repo" },
    { command: "checkpoints status --larger-than 100M --sort age", what: "only some of them" },
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
  summary: "show what would be removed, ask, then remove it",
  about:
    "Shows what would be removed, asks, then removes exactly that. WHAT limits it to ids, unique beginnings of ids, " +
    "directories, names of projects or globs; naming something does not make it removable. --agent takes all kinds of that " +
    "agent, also those that collect leaves out.",
  options: [
    DRY_RUN,
    YES,
    { flags: "-i, --interactive", text: "choose from a list what is removed" },
    { flags: "--trash", text: "move it to the trash, from where it can be restored" },
    {
      flags: "--to <dir>",
      text: "copy it to this directory on another disk, then delete it here: that is the only copy (git clone reads a bundle)",
      against: "trash",
      completes: "directory",
    },
    ...RETENTION,
    ...MAX_SIZE,
    { flags: "--only <rule>", text: "only remove for this reason: orphan or stale", completes: ["orphan", "stale"] },
    ...ORPHANS,
    ...LIMITS,
    {
      flags: "--include <verdict>",
      text: "also move unreachable, unidentified or unreadable ones to the trash; repeatable",
      many: true,
      completes: INCLUDED,
    },
    { flags: "--rows <n>", text: "rows to show per section, or all (default: 20)", completes: ["all"] },
    ...ROWS,
  ],
  examples: [
    { command: "checkpoints prune --dry-run", what: "look first" },
    { command: "checkpoints prune --yes --trash", what: "remove it; can be undone" },
    { command: "checkpoints prune -i", what: "choose from a list" },
    { command: "checkpoints prune --to /mnt/usb/checkpoints", what: "copies on another disk" },
    { command: "checkpoints prune '~/scratch/**' --only orphan -n", what: "only some of them" },
    { command: "checkpoints prune --retention-days 30 -n", what: "try another retention" },
    { command: "checkpoints prune --larger-than 1G -n", what: "only what is large" },
  ],
  load: async () => (await import("../commands/prune.ts")).prune,
};

export const COMPACT: Leaf = {
  kind: "leaf",
  name: "compact",
  command: "compact",
  words: ["[what...]"],
  completes: "entry",
  usage: "[what...] [options]",
  summary: "pack loose objects; keeps every snapshot",
  about:
    "Packs objects that have been loose for over an hour in repos that are not being written to, and keeps every snapshot: " +
    "git checks each repo before and after, and one that fails is left unchanged. WHAT limits it as it does prune.",
  options: [
    DRY_RUN,
    YES,
    ...LIMITS,
    { flags: "--rows <n>", text: "rows to show per section, or all (default: 20)" },
    ...ROWS,
  ],
  examples: [
    { command: "checkpoints compact --dry-run", what: "look first" },
    { command: "checkpoints compact --yes", what: "do not ask" },
    { command: "checkpoints compact ~/code/thesis -n", what: "only this one" },
  ],
  load: async () => (await import("../commands/compact.ts")).compact,
};

export const EXPLAIN: Leaf = {
  kind: "leaf",
  name: "explain",
  command: "explain",
  words: ["<what>"],
  completes: "entry-or-trashed",
  usage: "<what> [options]",
  summary: "show everything known about one repo, and why",
  about:
    "Shows everything known about one repo, in the order in which it is decided. WHAT is " +
    "its id, a unique beginning of it, its directory or one inside, or the name of its project.",
  options: [],
  examples: [
    { command: "checkpoints explain ~/code/thesis", what: "by its directory" },
    { command: "checkpoints explain 1aeadc", what: "by the beginning of its id" },
    { command: "checkpoints explain .", what: "that of the current directory" },
  ],
  load: async () => (await import("../commands/explain.ts")).explain,
};
