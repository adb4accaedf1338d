/** Roo, and the extension that Kilo had before 7.0. What they write is in README.md here. */
import { TASK_REASONS } from "../../stores/task-repos/reasons.ts";
import { taskRepos } from "../../stores/task-repos/index.ts";
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { idOf, isNamedFor, placeIn } from "./names.ts";

const checkpoints = taskRepos({
  kind: "roo-checkpoints",
  placesIn: (name) => [placeIn(name)].filter((place) => place !== null),
  idOf,
  written: { "user.name": "Roo Code", "user.email": "noreply@example.com" },
  isNamedFor,
  touched: ["index", "logs/HEAD"],
  // A task that is talked to changes it, whether that makes a snapshot or not.
  touchedBeside: ["ui_messages.json"],
});

export const roo: Agent = {
  ...SIMPLE,
  name: "roo",
  title: "Roo",
  usualHome: "rooveterinaryinc.roo-cline and kilocode.kilo-code of each editor's globalStorage",
  kinds: [checkpoints],
  reasons: TASK_REASONS,
  findBases,
};
