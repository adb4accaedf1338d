/** The commands for settings. */
import { SETTING_KEYS } from "../../model/settings.ts";
import { DRY_RUN, type Group, type Leaf } from "./spec.ts";

const LIST: Leaf = {
  kind: "leaf",
  name: "list",
  command: "config",
  words: [],
  usage: "[options]",
  summary: "show the settings and where each comes from (default)",
  about: "Shows the settings of each home and where each of them comes from.",
  options: [],
  examples: [{ command: "checkpoints config --set retention_days=30", what: "with one overridden" }],
  load: async () => (await import("../commands/config.ts")).config,
};

const WHERE =
  "In our own file, for all homes; with --agent for one agent, and with --home in that home's config.yaml. Comments and order " +
  "of the file stay. The lines that change are shown.";

const SET: Leaf = {
  kind: "leaf",
  name: "set",
  command: "config set",
  words: ["<key>", "[value...]"],
  completes: SETTING_KEYS,
  usage: "<key> <value...> [options]",
  summary: "write a setting into a file of settings",
  about: `Writes a setting. ${WHERE} A list (keep, collect) is replaced by the values given, see also config add; kinds.KIND.KEY is for one kind.`,
  options: [DRY_RUN],
  examples: [
    { command: "checkpoints config set auto_prune true", what: "turn automatic sweeps on" },
    { command: "checkpoints config set retention_days 30", what: "keep for longer" },
    { command: "checkpoints config set keep '~/code/**' ~/thesis", what: "never remove these" },
  ],
  load: async () => (await import("../commands/config-edit.ts")).configSet,
};

const GET: Leaf = {
  kind: "leaf",
  name: "get",
  command: "config",
  words: ["<key>"],
  completes: SETTING_KEYS,
  usage: "<key> [options]",
  summary: "print the value of a setting that applies",
  about:
    "Prints the value that applies, and nothing else: each item of a list on a line. Where it differs between homes, --agent or " +
    "--home says which. The exit code is 1 where the list is empty.",
  options: [],
  examples: [
    { command: "checkpoints config get retention_days", what: "for a script" },
    { command: "checkpoints config get keep", what: "a list, one value a line" },
  ],
  load: async () => (await import("../commands/config-get.ts")).configGet,
};

const ADD: Leaf = {
  kind: "leaf",
  name: "add",
  command: "config add",
  words: ["<key>", "<value...>"],
  completes: SETTING_KEYS,
  usage: "<key> <value...> [options]",
  summary: "add to a list in a file of settings",
  about: `Adds items to a list (keep, collect); those that are there stay. ${WHERE}`,
  options: [DRY_RUN],
  examples: [{ command: "checkpoints config add keep ~/thesis", what: "never remove this either" }],
  load: async () => (await import("../commands/config-edit.ts")).configAdd,
};

const REMOVE: Leaf = {
  kind: "leaf",
  name: "remove",
  command: "config remove",
  words: ["<key>", "<value...>"],
  completes: SETTING_KEYS,
  usage: "<key> <value...> [options]",
  summary: "remove from a list in a file of settings",
  about: `Removes items from a list (keep, collect), as they are written there. ${WHERE}`,
  options: [DRY_RUN],
  examples: [{ command: "checkpoints config remove keep ~/thesis", what: "that one is not kept any more" }],
  load: async () => (await import("../commands/config-edit.ts")).configRemove,
};

const UNSET: Leaf = {
  kind: "leaf",
  name: "unset",
  command: "config unset",
  words: ["<key>"],
  completes: SETTING_KEYS,
  usage: "<key> [options]",
  summary: "remove a setting from a file of settings",
  about: `Removes a setting, so that the next one that applies counts, or the default. ${WHERE}`,
  options: [DRY_RUN],
  examples: [{ command: "checkpoints config unset max_size", what: "no limit any more" }],
  load: async () => (await import("../commands/config-edit.ts")).configUnset,
};

export const CONFIG: Group = {
  kind: "group",
  name: "config",
  usage: "<command>",
  summary: "show or change the settings",
  about: "Settings: what each is, and where it comes from. They are described in: checkpoints help settings",
  options: [],
  examples: [
    { command: "checkpoints config", what: "all of them" },
    { command: "checkpoints config set auto_prune true", what: "turn automatic sweeps on" },
  ],
  sections: [{ heading: "Commands:", commands: [LIST, GET, SET, ADD, REMOVE, UNSET] }],
  fallback: LIST,
};
