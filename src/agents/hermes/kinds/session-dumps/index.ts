/**
 * Request dumps alone, a fortnight after they were written: each refused call of a model leaves one with the whole prompt,
 * and there is no limit. Only where `collect` names this kind; otherwise a dump goes with its session.
 */
import type { InUse } from "../../../../model/inspection.ts";
import type { Entry } from "../../../../model/entry.ts";
import type { Child } from "../../../../fs/listing.ts";
import { discoverFiles, measureFiles } from "../../../../stores/json-files/files.ts";
import type { Discovery, Kind, Witness } from "../../../../stores/kind.ts";
import { inspectUnit } from "../../sessions/inspect.ts";
import { sessionFileName } from "../../sessions/names.ts";
import { type KnownSessions, readSessions } from "../../sessions/states.ts";

const KIND = "hermes-session-dumps";

export const hermesSessionDumps: Kind = {
  kind: KIND,
  session: "session",
  optIn: true,
  whenCollected: true,
  defaults: { retention_days: 14 },
  // The agent has no setting for them, and that of its snapshots is not one.
  block: { path: [], keys: {} },
  files: true,
  borrows: false,
  discover,
  isEntry: (id, places) => places.length === 1 && places[0] === id && isDump(id),
  inspect: inspectUnit,
  witness,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure: async (entries) => measureFiles(entries),
};

function isDump(name: string): boolean {
  return sessionFileName(name)?.kind === "dump";
}

/** Those of sessions that have ended: all others stay with their session. */
async function discover(base: string, children: readonly Child[]): Promise<Discovery> {
  const sessions = await readSessions(base);
  if (sessions.kind === "unreadable") return { entries: [], claimed: [] };
  return discoverFiles(KIND, base, children, (name) => {
    const file = sessionFileName(name);
    return file?.kind === "dump" && sessions.states.byStem.get(file.stem)?.hold === null;
  });
}

async function witness(base: string): Promise<Witness> {
  const sessions = await readSessions(base);
  if (sessions.kind === "unreadable") return sessions;
  return { kind: "read", inUse: (entry) => inUse(entry, sessions), isCurrent: sessions.isCurrent };
}

function inUse(entry: Entry, { states, path }: KnownSessions): InUse | null {
  const state = states.byStem.get(sessionFileName(entry.members[0].place)?.stem ?? entry.id);
  const sentence = state === undefined ? "its session is not in state.db any more" : state.hold;
  return sentence === null ? null : { code: "active", by: path, sentence };
}
