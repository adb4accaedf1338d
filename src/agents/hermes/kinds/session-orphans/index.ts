/**
 * Session files without a row in `state.db`: the agent removes rows and leaves the snapshots. Only where `collect` names
 * this kind: after damage the agent may have begun an empty database, and then every file looks like this. So the
 * database has to have a session that began before the file did, and no other copy of it may lie beside it.
 */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { runCooperatively } from "../../../../fs/cooperative.ts";
import type { InUse } from "../../../../model/inspection.ts";
import type { Entry } from "../../../../model/entry.ts";
import type { Child } from "../../../../fs/listing.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import { HOUR } from "../../../../model/time.ts";
import { measureFiles } from "../../../../stores/json-files/files.ts";
import type { Discovery, Kind, Witness } from "../../../../stores/kind.ts";
import { inspectUnit } from "../../sessions/inspect.ts";
import { isSessionForSure } from "../../sessions/names.ts";
import { type KnownSessions, readSessions } from "../../sessions/states.ts";
import { discoverUnits, isUnit, leftBehind, NOT_ALL, stemsIn } from "../../sessions/units.ts";

const KIND = "hermes-session-orphans";

export const hermesSessionOrphans: Kind = {
  kind: KIND,
  session: "unreferenced",
  optIn: true,
  defaults: { retention_days: 90 },
  block: { path: ["sessions"], keys: { retention_days: "retention_days" } },
  files: true,
  borrows: false,
  discover,
  isEntry: isUnit,
  inspect: inspectUnit,
  witness,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  measure: async (entries) => measureFiles(entries),
};

async function discover(base: string, children: readonly Child[]): Promise<Discovery> {
  const sessions = await readSessions(base);
  if (sessions.kind === "unreadable") return { entries: [], claimed: [] };
  const finding = discoverUnits(
    KIND,
    base,
    children,
    (file, isEmpty) => !isEmpty && isSessionForSure(file) && !hasRow(file.stem, sessions),
    () => null,
  );
  return runCooperatively(finding);
}

async function witness(base: string): Promise<Witness> {
  const sessions = await readSessions(base);
  if (sessions.kind === "unreadable") return sessions;
  return { kind: "read", inUse: (entry) => inUse(entry, sessions), isCurrent: sessions.isCurrent };
}

function inUse(entry: Entry, sessions: KnownSessions): InUse | null {
  const held = (by: string, sentence: string): InUse => ({ code: "active", by, sentence });
  const stems = stemsIn(entry);
  if (stems.some((stem) => hasRow(stem, sessions))) return held(sessions.path, "a session in state.db has its name");
  if (stems.some((stem) => sessions.routed.has(stem)))
    return held(sessions.path, "sessions.json routes a conversation to it");
  if (sessions.copy !== null)
    return held(sessions.copy, "another copy of state.db lies beside it, which may have its session");
  if (sessions.link !== null) return held(sessions.link, "a session of another profile may have its files here");
  const left = leftBehind(entry);
  if (left !== null) return held(left, NOT_ALL);
  const began = beganAt(entry);
  if (sessions.since !== null && began !== null && sessions.since < began) return null;
  return held(sessions.path, "no session in state.db is older than it, so the database may have been begun anew");
}

function hasRow(stem: string, { states }: KnownSessions): boolean {
  return states.byStem.has(stem) || states.shared.has(stem);
}

/** The earliest time that it may have begun (ms); null: unknown. Names have local time, and zones are up to 14 hours. */
function beganAt({ id, members }: Entry): number | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_/.exec(id) ?? [];
  const named = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - 14 * HOUR;
  const times = members.map(({ path }) => mtimeOf(path));
  if (times.includes(null)) return null;
  const known = times.flatMap((at) => at ?? []);
  return Math.min(...known, ...(Number.isNaN(named) ? [] : [named]));
}

function mtimeOf(path: string): number | null {
  try {
    return lstatOrNull(bytePath(path))?.mtime ?? null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
