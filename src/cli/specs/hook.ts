/** The commands for start-up hooks. */
import { HOOK_HOST_NAMES } from "../../agents/names.ts";
import { HOOK_LANGUAGES } from "../../model/hook-languages.ts";
import { DRY_RUN, YES, type Group, type Leaf } from "./spec.ts";
import { OPT_IN } from "./automatic.ts";

const INSTALL: Leaf = {
  kind: "leaf",
  name: "install",
  command: "hook install",
  words: [],
  usage: "[options]",
  summary: "install a hook in an agent; shows what it will write and asks first",
  about:
    "Installs a start-up hook in each agent that is used here, or in those named with --agent. The hook runs " +
    "`checkpoints auto --detach` for that agent. Shows what it will write, and asks first. Running it again updates it.",
  options: [OPT_IN, DRY_RUN, YES],
  agents: HOOK_HOST_NAMES,
  examples: [
    { command: "checkpoints hook install --dry-run", what: "show what it would write" },
    { command: "checkpoints hook install --opt-in -n", what: "with the hook as the consent" },
  ],
  load: async () => (await import("../commands/hook-install.ts")).hookInstall,
};

const STATUS: Leaf = {
  kind: "leaf",
  name: "status",
  command: "hook status",
  words: [],
  usage: "[options]",
  summary: "show which hooks are installed (default)",
  about: "Shows for each agent where its hook belongs, and whether it is installed, changed, or starts nothing.",
  options: [],
  agents: HOOK_HOST_NAMES,
  examples: [{ command: "checkpoints hook status --json", what: "for programs" }],
  load: async () => (await import("../commands/hook-status.ts")).hookStatus,
};

const REMOVE: Leaf = {
  kind: "leaf",
  name: "remove",
  command: "hook remove",
  words: [],
  usage: "[options]",
  summary: "remove every hook that was installed from here",
  about:
    "Removes every hook that was installed from here, and nothing else. Shows what it will remove, and asks first.",
  options: [DRY_RUN, YES],
  agents: HOOK_HOST_NAMES,
  examples: [{ command: "checkpoints hook remove --dry-run", what: "look first" }],
  load: async () => (await import("../commands/hook-remove.ts")).hookRemove,
};

const PRINT: Leaf = {
  kind: "leaf",
  name: "print",
  command: "hook print",
  words: [],
  usage: "[options]",
  summary: "print the lines of a hook, or what install would write",
  about:
    "Prints the lines that start an automatic sweep when a script or an agent starts; with --agent, what `hook install` " +
    "would write. Changes nothing.",
  options: [
    {
      flags: "--for <language>",
      text: "sh, fish, powershell, python or node (default: sh)",
      completes: HOOK_LANGUAGES,
    },
  ],
  agents: HOOK_HOST_NAMES,
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
  examples: [
    { command: "checkpoints hook", what: "which hooks are installed" },
    { command: "checkpoints hook install --dry-run", what: "what it would write" },
  ],
  sections: [{ heading: "Commands:", commands: [INSTALL, STATUS, REMOVE, PRINT] }],
  fallback: STATUS,
};
