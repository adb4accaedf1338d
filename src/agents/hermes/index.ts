/** Hermes Agent. What it writes is described in README.md here; its homes and profiles in homes.ts and locations.ts. */
import type { Agent } from "../agent.ts";
import { FILE_REASONS } from "../../stores/json-files/reasons.ts";
import { findBases, isSessions, relatedHomes, userHomesAround } from "./homes.ts";
import { hermesArchive } from "./kinds/archive/index.ts";
import { hermesDebris } from "./kinds/debris/index.ts";
import { hermesSessionDumps } from "./kinds/session-dumps/index.ts";
import { hermesSessionOrphans } from "./kinds/session-orphans/index.ts";
import { hermesSessions } from "./kinds/sessions/index.ts";
import { hermesShadow } from "./kinds/shadow/index.ts";
import { hermesStore } from "./kinds/store/index.ts";
import { configFileOf, HOME_VARIABLE } from "./locations.ts";
import { isArchive, isReserved } from "./names.ts";
import { HERMES_REASONS } from "./reasons.ts";

const SNAPSHOTS = [hermesShadow, hermesStore, hermesArchive, hermesDebris];
// What the first one claims is not a part of the others' entries.
const SESSIONS = [hermesSessionDumps, hermesSessions, hermesSessionOrphans];

export const hermes: Agent = {
  name: "hermes",
  title: "Hermes",
  usualHome: "$HERMES_HOME or ~/.hermes",
  kinds: [...SNAPSHOTS, ...SESSIONS],
  kindsAt: (base) => (isSessions(base) ? SESSIONS : SNAPSHOTS),
  reasons: { ...FILE_REASONS, ...HERMES_REASONS },
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
  sharesMarker: (base) => !isSessions(base),
  rowsCommand: (home) => ({
    kind: "hermes-sessions",
    env: { [HOME_VARIABLE]: home },
    argv: (days) => ["hermes", "sessions", "prune", "--older-than", String(days)],
    note:
      "Versions before mid-2026 go by when a session began, and also delete request dumps of other sessions whose name " +
      "begins alike: run it with a copy of state.db and sessions/ at hand.",
  }),
  reserves: isReserved,
  isArchive,
};
