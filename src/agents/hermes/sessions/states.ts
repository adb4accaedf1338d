/**
 * What is known of the sessions of a base: `state.db` of the home around it, and `sessions.json` in it. Read once for all
 * kinds of session files, and again where either has changed. One that cannot be read tells nothing of any session.
 */
import { basename, dirname } from "node:path";
import { isErrno } from "../../../errors.ts";
import { runCooperatively } from "../../../fs/cooperative.ts";
import { newSeen } from "../../../stores/json-files/seen.ts";
import { namesOrNone } from "../../../fs/listing.ts";
import { bytePath, lstatOrNull, rawPath, textOf } from "../../../fs/syscalls.ts";
import { ROUTING, stemsOf } from "./names.ts";
import { type States, statesOf } from "./protect.ts";
import { readRouting } from "./routing.ts";
import { readRows } from "./rows.ts";

export type Sessions =
  | {
      readonly kind: "read";
      readonly states: States;
      /** Stems of the ids that a gateway would continue. */
      readonly routed: ReadonlySet<string>;
      /** When the oldest session began (ms); null: there is none. */
      readonly since: number | null;
      /** What shows that the database may have been begun anew; null: nothing does. */
      readonly copy: string | null;
      /** A link of another home of the same user, through which it may keep its sessions here; null: there is none. */
      readonly link: string | null;
      readonly path: string;
      readonly isCurrent: () => boolean;
    }
  | { readonly kind: "unreadable"; readonly path: string; readonly code: string };

const DATABASE = "state.db";

/** What belongs to the database itself. */
const PARTS = new Set([DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`]);

let last: { readonly base: string; readonly sessions: Sessions } | null = null;

export type KnownSessions = Extract<Sessions, { readonly kind: "read" }>;

/** Rejects with an errno. */
export async function readSessions(base: string): Promise<Sessions> {
  if (last?.base === base && last.sessions.kind === "read" && last.sessions.isCurrent()) return last.sessions;
  const sessions = await readNow(base);
  last = { base, sessions };
  return sessions;
}

async function readNow(base: string): Promise<Sessions> {
  const home = dirname(base);
  const path = `${home}/${DATABASE}`;
  const seen = newSeen();
  for (const part of PARTS) seen.stat(`${home}/${part}`);
  seen.stat(`${base}/${ROUTING}`);
  seen.stat(home);
  const link = linkAround(home);
  seen.remember(() => linkAround(home) ?? "", link ?? "");
  const rows = await readRows(path);
  if (rows.kind === "missing") return { kind: "unreadable", path, code: "ENOENT" };
  if (rows.kind === "unreadable") return { kind: "unreadable", path, code: rows.code };
  const routing = readRouting(base);
  if (routing.kind === "unreadable") return routing;
  const began = rows.value.flatMap(({ startedAt }) => startedAt ?? []);
  return {
    kind: "read",
    states: await runCooperatively(statesOf(rows.value, routing.ids)),
    routed: new Set([...routing.ids].flatMap(stemsOf)),
    since: began.length === 0 ? null : began.reduce((earliest, at) => Math.min(earliest, at)),
    copy: copyIn(home),
    link,
    path,
    isCurrent: seen.isCurrent,
  };
}

/** Homes and their profiles have a database each, and one folder of sessions may be that of several. */
function linkAround(home: string): string | null {
  const own = basename(dirname(home)) === "profiles" ? dirname(dirname(home)) : home;
  const profiles = namesOrNone(bytePath(`${own}/profiles`)).map((name) => `${own}/profiles/${textOf(rawPath(name))}`);
  const folders = [own, ...profiles].map((one) => `${one}/sessions`);
  return folders.find(isLink) ?? null;
}

function isLink(path: string): boolean {
  try {
    return lstatOrNull(bytePath(path))?.kind === "symlink";
  } catch (error) {
    // A file among the profiles is none of them.
    if (isErrno(error, "ENOTDIR")) return false;
    throw error;
  }
}

/** A database that was damaged is put aside or repaired into a copy, and then the agent may begin an empty one. */
function copyIn(home: string): string | null {
  const other = namesOrNone(bytePath(home)).find((name) => name.startsWith(DATABASE) && !PARTS.has(name));
  return other === undefined ? null : `${home}/${other}`;
}
