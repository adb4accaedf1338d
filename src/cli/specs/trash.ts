/** The commands about what was kept for a while. */
import { YES, type Group, type Leaf } from "./spec.ts";

const LIST: Leaf = {
  kind: "leaf",
  name: "list",
  command: "trash list",
  words: [],
  usage: "[options]",
  summary: "what is in the trash, and until when (the default)",
  about: "What is in the trash, and until when it can be put back.",
  options: [],
  examples: [{ command: "checkpoints trash list", what: "soonest to go first" }],
  load: async () => (await import("../commands/trash-list.ts")).trashList,
};

const RESTORE: Leaf = {
  kind: "leaf",
  name: "restore",
  command: "trash restore",
  words: ["[id...]"],
  completes: "trashed",
  usage: "<id>...|--last [options]",
  summary: "put repos back in their place",
  about: "Puts repos back in their place. That counts as a use, so that no run takes them again at once.",
  options: [
    { flags: "--last", text: "all that the last sweep took, in place of ids" },
    { flags: "--swap", text: "exchange it with what has taken its place", against: "to" },
    { flags: "--to <dir>", text: "put it into this directory instead", completes: "directory" },
  ],
  examples: [
    { command: "checkpoints trash restore 1aeadc333175595d", what: "an id of the list" },
    { command: "checkpoints trash restore --last", what: "undo the last sweep" },
    { command: "checkpoints trash restore 1aeadc333175595d --to ~/look", what: "elsewhere" },
  ],
  load: async () => (await import("../commands/trash-restore.ts")).trashRestore,
};

const EMPTY: Leaf = {
  kind: "leaf",
  name: "empty",
  command: "trash empty",
  words: [],
  usage: "[options]",
  summary: "delete for good what is in the trash",
  about: "Shows what is in the trash, asks, then deletes it for good.",
  options: [YES],
  examples: [{ command: "checkpoints trash empty --yes", what: "do not ask" }],
  load: async () => (await import("../commands/trash-empty.ts")).trashEmpty,
};

export const TRASH: Group = {
  kind: "group",
  name: "trash",
  usage: "list|restore|empty",
  summary: "see and undo what went to the trash",
  about: "What `prune --trash` and automatic sweeps took, for as long as it is kept.",
  options: [],
  examples: [
    { command: "checkpoints trash", what: "the list" },
    { command: "checkpoints trash restore 1aeadc333175595d", what: "put one back" },
  ],
  sections: [{ heading: "Commands:", commands: [LIST, RESTORE, EMPTY] }],
  fallback: LIST,
};
