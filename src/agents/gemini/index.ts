/** Gemini CLI. What it writes is in README.md here. */
import type { Agent } from "../agent.ts";
import { SIMPLE } from "../simple.ts";
import { findBases } from "./homes.ts";
import { geminiSnapshots } from "./kinds/snapshots.ts";
import { GEMINI_REASONS } from "./reasons.ts";

export const gemini: Agent = {
  ...SIMPLE,
  name: "gemini",
  title: "Gemini CLI",
  usualHome: "$GEMINI_CLI_HOME/.gemini or ~/.gemini",
  kinds: [geminiSnapshots],
  reasons: GEMINI_REASONS,
  findBases,
};
