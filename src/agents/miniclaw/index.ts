/** MiniClaw. What it writes, and how its own cleanup differs from ours, is in README.md here. */
import { FILE_REASONS } from "../../stores/json-files/reasons.ts";
import type { Agent } from "../agent.ts";
import { findBases } from "./homes.ts";
import { miniclawCorrupted } from "./kinds/corrupted/index.ts";
import { miniclawSessions } from "./kinds/sessions/index.ts";

export const miniclaw: Agent = {
  name: "miniclaw",
  title: "MiniClaw",
  usualHome: "~/.miniclaw",
  kinds: [miniclawSessions, miniclawCorrupted],
  reasons: FILE_REASONS,
  findBases,
  relatedHomes: (homes) => [...new Set(homes)],
  userHomesAround: () => [],
  settings: null,
  sharesMarker: () => false,
  reserves: () => false,
  isArchive: () => false,
};
