/** Kilo, its command line from 7.0 on. What it writes is in README.md here. */
import { WORKTREE_REASONS } from "../../stores/worktree-repos/reasons.ts";
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { kiloSnapshots, kiloTemporary } from "./kinds/snapshots.ts";
import { kiloUnfinished } from "./kinds/unfinished.ts";
import { REMOVED_REASONS } from "./reasons.ts";

export const kilo: Agent = {
  ...SIMPLE,
  name: "kilo",
  title: "Kilo",
  usualHome: "$XDG_DATA_HOME/kilo or ~/.local/share/kilo",
  kinds: [kiloSnapshots, kiloTemporary, kiloUnfinished],
  reasons: { ...WORKTREE_REASONS, ...REMOVED_REASONS },
  findBases,
};
