/** Hermes Agent. What it writes is described in README.md here; its homes and profiles in homes.ts and locations.ts. */
import type { Agent } from "../agent.ts";
import { findBases, relatedHomes, userHomesAround } from "./homes.ts";
import { hermesArchive } from "./kinds/archive/index.ts";
import { hermesDebris } from "./kinds/debris/index.ts";
import { hermesShadow } from "./kinds/shadow/index.ts";
import { hermesStore } from "./kinds/store/index.ts";
import { configFileOf } from "./locations.ts";
import { isArchive, isReserved } from "./names.ts";
import { HERMES_REASONS } from "./reasons.ts";

export const hermes: Agent = {
  name: "hermes",
  title: "Hermes",
  usualHome: "$HERMES_HOME or ~/.hermes",
  kinds: [hermesShadow, hermesStore, hermesArchive, hermesDebris],
  reasons: HERMES_REASONS,
  findBases,
  relatedHomes,
  userHomesAround,
  // Its own for the settings that we share. Before there was a setting for it shadow repos alone were removed.
  defaults: {
    auto_prune: false,
    retention_days: 7,
    delete_orphans: true,
    min_interval_hours: 24,
    collect: ["hermes-shadow"],
  },
  settings: { file: configFileOf, block: "checkpoints" },
  // Its own, weaker sweep stamps `.last_prune` as well: once an interval is enough for both.
  sharesMarker: () => true,
  reserves: isReserved,
  isArchive,
};
