/** OpenClaw, as long as it keeps its sessions in files. What it writes is described in README.md here. */
import type { Agent } from "../agent.ts";
import { findBases, relatedHomes, userHomesAround } from "./homes.ts";
import { openclawSessions } from "./kinds/sessions/index.ts";

export const openclaw: Agent = {
  name: "openclaw",
  title: "OpenClaw",
  usualHome: "$OPENCLAW_STATE_DIR or ~/.openclaw",
  kinds: [openclawSessions],
  reasons: {},
  findBases,
  relatedHomes,
  userHomesAround,
  settings: null,
  sharesMarker: () => false,
  reserves: () => false,
  isArchive: () => false,
};
