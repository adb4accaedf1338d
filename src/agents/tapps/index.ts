/** tapps-agents. What it writes, and how its own cleanup differs from ours, is in README.md here. */
import { pathOf } from "../../locations/paths.ts";
import type { Agent } from "../agent.ts";
import { tappsCliSessions } from "./kinds/cli-sessions/index.ts";
import { tappsSessions } from "./kinds/sessions/index.ts";
import { basesAround, findBases } from "./locations.ts";
import { TAPPS_REASONS } from "./reasons.ts";

export const tapps: Agent = {
  name: "tapps",
  title: "tapps-agents",
  usualHome: "the working directory and in those above it",
  kinds: [tappsCliSessions, tappsSessions],
  reasons: TAPPS_REASONS,
  findBases,
  basesAround,
  inProjects: true,
  relatedHomes: (homes) => [...new Set(homes)],
  userHomesAround: () => [],
  settings: { file: (home, platform) => pathOf(platform).join(home, "config.yaml"), block: null },
  sharesMarker: () => false,
  // As its doctor counts: all JSON files, whatever is in them, and hidden ones as well.
  sizeCheck: { most: { files: 100, bytes: 2 ** 20 }, counts: (name) => name.endsWith(".json") },
  reserves: () => false,
  isArchive: () => false,
};
