/** OpenClaw, as long as it keeps its sessions in files. What it writes is described in README.md here. */
import type { Agent } from "../agent.ts";
import { findBases, relatedHomes, userHomesAround } from "./homes.ts";
import { openclawSessionEntries } from "./kinds/entries/index.ts";
import { openclawSessions } from "./kinds/sessions/index.ts";
import { OPENCLAW_REASONS } from "./reasons.ts";

export const openclaw: Agent = {
  name: "openclaw",
  title: "OpenClaw",
  usualHome: "$OPENCLAW_STATE_DIR or ~/.openclaw",
  kinds: [openclawSessionEntries, openclawSessions],
  reasons: OPENCLAW_REASONS,
  findBases,
  relatedHomes,
  userHomesAround,
  settings: null,
  sharesMarker: () => false,
  reserves: () => false,
  isArchive: () => false,
};
