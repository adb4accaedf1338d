/** opencode, and its forks. What it writes, and what it does where that is missing, is in README.md here. */
import { WORKTREE_REASONS } from "../../stores/worktree-repos/reasons.ts";
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { isAncient, opencodeAncient, opencodeSnapshots, opencodeTemporary } from "./kinds/index.ts";

export const opencode: Agent = {
  ...SIMPLE,
  name: "opencode",
  title: "opencode",
  usualHome: "$XDG_DATA_HOME/opencode or ~/.local/share/opencode",
  kinds: [opencodeSnapshots, opencodeAncient, opencodeTemporary],
  kindsAt: (base) => (isAncient(base) ? [opencodeAncient, opencodeTemporary] : [opencodeSnapshots, opencodeTemporary]),
  reasons: WORKTREE_REASONS,
  findBases,
};
