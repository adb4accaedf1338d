/** The command that prints completion scripts. */
import { SHELLS } from "../completion/shells.ts";
import type { Leaf } from "./spec.ts";

export const COMPLETION: Leaf = {
  kind: "leaf",
  name: "completion",
  command: null,
  words: ["[shell]"],
  completes: SHELLS,
  usage: "<shell> [options]",
  summary: "print a completion script for bash, zsh or fish",
  about:
    "Prints a script for bash, zsh or fish that completes commands, options, ids and directories. Where to load it:\n" +
    "~/.bashrc, ~/.zshrc (after compinit) or ~/.config/fish/config.fish.",
  options: [],
  examples: [
    { command: "checkpoints completion bash", what: "in ~/.bashrc: source <(...)" },
    { command: "checkpoints completion zsh", what: "in ~/.zshrc: source <(...)" },
    { command: "checkpoints completion fish", what: "in config.fish: ... | source" },
  ],
  load: async () => (await import("../commands/completion.ts")).completion,
};
