import type { Agent } from "./agent.ts";

/** What holds of an agent whose homes share nothing, and that has neither a file of settings for ours nor a sweep of its own. */
export const SIMPLE: Pick<
  Agent,
  "relatedHomes" | "userHomesAround" | "settings" | "sharesMarker" | "reserves" | "isArchive"
> = {
  relatedHomes: (homes) => [...new Set(homes)],
  userHomesAround: () => [],
  settings: null,
  sharesMarker: () => false,
  reserves: () => false,
  isArchive: () => false,
};
