/** The commands for the trash. */
import { DRY_RUN, LARGER_THAN, ROWS, YES, type Group, type Leaf, type OptionSpec } from "./spec.ts";

const TRASH_LIMITS: readonly OptionSpec[] = [
  { flags: "--older-than <age>", text: "only what was moved to the trash this long ago, such as 12h or 3d" },
  LARGER_THAN,
];

const LIST: Leaf = {
  kind: "leaf",
  name: "list",
  command: "trash list",
  words: [],
  usage: "[options]",
  summary: "show what is in the trash, and until when (default)",
  about: "Shows what is in the trash, and until when it can be restored.",
  options: [...TRASH_LIMITS, ...ROWS],
  examples: [
    { command: "checkpoints trash list", what: "soonest to expire first" },
    { command: "checkpoints trash list --larger-than 100M --sort size", what: "only what is large" },
  ],
  load: async () => (await import("../commands/trash-list.ts")).trashList,
};

const RESTORE: Leaf = {
  kind: "leaf",
  name: "restore",
  command: "trash restore",
  words: ["[what...]"],
  completes: "trashed",
  usage: "<what>...|--last|--all [options]",
  summary: "restore repos to their place",
  about:
    "Restores repos to their place: WHAT is ids, unique beginnings of ids, directories or globs. That counts as a use, so the " +
    "next run does not remove them again.",
  options: [
    DRY_RUN,
    { flags: "--last", text: "what the last run moved to the trash, as undo does", against: "all" },
    { flags: "--all", text: "everything in the trash, of each repo the newest" },
    { flags: "--swap", text: "exchange it with what is in its place now", against: "to" },
    {
      flags: "--to <dir>",
      text: "move it out of the trash into this directory, which then has the only copy (on another disk without ACLs and xattrs)",
      completes: "directory",
    },
  ],
  examples: [
    { command: "checkpoints trash restore 1aeadc333175595d", what: "by an id from the list" },
    { command: "checkpoints trash restore --last", what: "what the last run removed" },
    { command: "checkpoints trash restore '~/scratch/**' -n", what: "by directory; only show what would be done" },
    { command: "checkpoints trash restore 1aeadc333175595d --to ~/look", what: "out of the trash, into a directory" },
  ],
  load: async () => (await import("../commands/trash-restore.ts")).trashRestore,
};

const EMPTY: Leaf = {
  kind: "leaf",
  name: "empty",
  command: "trash empty",
  words: ["[what...]"],
  completes: "trashed",
  usage: "[what...] [options]",
  summary: "permanently delete what is in the trash",
  about:
    "Shows what is in the trash, asks, then permanently deletes it. WHAT limits it to ids, unique beginnings of ids, directories " +
    "or globs.",
  options: [DRY_RUN, YES, { flags: "--all", text: "everything in the trash (default)" }, ...TRASH_LIMITS],
  examples: [
    { command: "checkpoints trash empty --yes", what: "do not ask" },
    { command: "checkpoints trash empty --older-than 3d -n", what: "what has been there for long" },
  ],
  load: async () => (await import("../commands/trash-empty.ts")).trashEmpty,
};

export const TRASH: Group = {
  kind: "group",
  name: "trash",
  usage: "list|restore|empty",
  summary: "list, restore or delete what is in the trash",
  about: "What `prune --trash` and automatic sweeps removed, for as long as it is kept.",
  options: [],
  examples: [
    { command: "checkpoints trash", what: "the list" },
    { command: "checkpoints trash restore 1aeadc333175595d", what: "restore one" },
  ],
  sections: [{ heading: "Commands:", commands: [LIST, RESTORE, EMPTY] }],
  fallback: LIST,
};
