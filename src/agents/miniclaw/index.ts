/** MiniClaw. What it writes, and how its own cleanup differs from ours, is in README.md here. */
import { FILE_REASONS } from "../../stores/json-files/reasons.ts";
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { miniclawCorrupted } from "./kinds/corrupted/index.ts";
import { miniclawSessions } from "./kinds/sessions/index.ts";

export const miniclaw: Agent = {
  ...SIMPLE,
  name: "miniclaw",
  title: "MiniClaw",
  usualHome: "~/.miniclaw",
  kinds: [miniclawSessions, miniclawCorrupted],
  reasons: FILE_REASONS,
  findBases,
};
