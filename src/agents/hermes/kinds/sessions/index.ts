/**
 * Session files: snapshots, request dumps and transcripts, all of an id as one entry. The row of the session and its messages
 * in `state.db` are the agent's and stay as they are; it never removes the snapshots itself.
 *
 * | id | what | removed |
 * | --- | --- | --- |
 * | `<id>` | the files of a session that has ended | by the retention, from the newest of row, messages and files, of it and of all that was begun from it |
 * | the name of a file | an empty file, or one that was never put in place | a day after it was written |
 *
 * Open, pinned, archived and routed sessions stay, and those that a kept one was begun from. While the database cannot be
 * read all of them do.
 */
import { runCooperatively } from "../../../../fs/cooperative.ts";
import type { InUse, Inspection } from "../../../../model/inspection.ts";
import type { Entry, LastUse } from "../../../../model/entry.ts";
import type { Child } from "../../../../fs/listing.ts";
import { discoverFiles, measureFiles } from "../../../../stores/json-files/files.ts";
import { cannotBeJudged } from "../../../../stores/json-files/inspect.ts";
import type { Discovery, InspectOptions, Kind, Witness } from "../../../../stores/kind.ts";
import { inspectUnit } from "../../sessions/inspect.ts";
import { isSessionForSure, isTemporary, sessionFileName } from "../../sessions/names.ts";
import { type KnownSessions, readSessions } from "../../sessions/states.ts";
import type { SessionState } from "../../sessions/protect.ts";
import { discoverUnits, isUnit, leftBehind, NOT_ALL, stemsIn } from "../../sessions/units.ts";

const KIND = "hermes-sessions";

export const hermesSessions: Kind = {
  kind: KIND,
  session: "session",
  defaults: { retention_days: 90 },
  block: { path: ["sessions"], keys: { retention_days: "retention_days" } },
  files: true,
  borrows: false,
  discover,
  isEntry,
  inspect,
  witness,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure: async (entries) => measureFiles(entries),
};

async function discover(base: string, children: readonly Child[]): Promise<Discovery> {
  const sessions = await readSessions(base);
  const known = sessions.kind === "read" ? sessions.states.byStem : null;
  const finding = discoverUnits(
    KIND,
    base,
    children,
    // What cannot be told from what has no session any more is shown, and held.
    (file, isEmpty) => known?.has(file.stem) === true || ((known === null || isEmpty) && isSessionForSure(file)),
    (stem) => known?.get(stem)?.row.id ?? null,
  );
  const units = await runCooperatively(finding);
  const left = discoverFiles(KIND, base, children, isTemporary);
  return { entries: [...units.entries, ...left.entries], claimed: [...units.claimed, ...left.claimed] };
}

function isEntry(id: string, places: readonly string[]): boolean {
  if (places.length === 1 && places[0] === id) return isTemporary(id) || sessionFileName(id) !== null;
  return isUnit(id, places);
}

/** A file by itself is empty, or was never put in place: what a plan names so and is neither is not looked at as a session. */
function inspect(entry: Entry, look: InspectOptions): Inspection {
  const found = inspectUnit(entry, look);
  const isAlone = entry.id === entry.members[0].place;
  return isAlone && found.reading.kind === "not-applicable" ? cannotBeJudged("other-name") : found;
}

async function witness(base: string): Promise<Witness> {
  const sessions = await readSessions(base);
  if (sessions.kind === "unreadable") return sessions;
  return {
    kind: "read",
    inUse: (entry) => inUse(entry, sessions),
    lastUse: (entry) => lastUse(stateOf(entry, sessions)),
    isCurrent: sessions.isCurrent,
  };
}

function stateOf(entry: Entry, { states }: KnownSessions): SessionState | null {
  const [state, ...others] = new Set(stemsIn(entry).map((stem) => states.byStem.get(stem)));
  return state === undefined || others.length > 0 ? null : state;
}

function inUse(entry: Entry, sessions: KnownSessions): InUse | null {
  const state = stateOf(entry, sessions);
  if (state !== null) {
    if (state.hold !== null) return { code: "active", by: sessions.path, sentence: state.hold };
    const left = leftBehind(entry);
    return left === null ? null : { code: "active", by: left, sentence: NOT_ALL };
  }
  // An empty file and one that was never put in place are of no session.
  const isOfNone = entry.id === entry.members[0].place;
  return isOfNone ? null : { code: "active", by: sessions.path, sentence: "its session is not in state.db any more" };
}

function lastUse(state: SessionState | null): LastUse | null {
  const at = state?.usedAt ?? null;
  return at === null ? null : { at, from: "state.db" };
}
