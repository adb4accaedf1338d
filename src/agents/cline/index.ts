/** Cline up to 3.x. What it writes is in README.md here. */
import { TASK_REASONS } from "../../stores/task-repos/reasons.ts";
import { taskRepos } from "../../stores/task-repos/index.ts";
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { hashOf, isCheckpoints } from "./names.ts";

const checkpoints = taskRepos({
  kind: "cline-checkpoints",
  placesIn: (name) => (isCheckpoints(name) ? [name] : []),
  idOf: (place) => (isCheckpoints(place) ? place : null),
  written: { "user.email": "checkpoint@cline.bot" },
  isNamedFor: (place, worktree) => hashOf(worktree) === place,
  // `info/exclude` is written anew by each task.
  touched: ["info/exclude", "index", "logs/HEAD"],
});

export const cline: Agent = {
  ...SIMPLE,
  name: "cline",
  title: "Cline",
  usualHome: "$CLINE_DIR/data or ~/.cline/data, and in saoudrizwan.claude-dev of each editor's globalStorage",
  kinds: [checkpoints],
  reasons: TASK_REASONS,
  findBases,
};
