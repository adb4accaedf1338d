/**
 * The indexes of a home, all of them: an agent's entry may name a transcript of another agent. They tell which files are in
 * use, so one that cannot be read means that nothing is known of any. (The agent's own cleanup takes a missing index for an
 * empty one, and then every transcript for one without a session.)
 */
import { runCooperatively } from "../../fs/cooperative.ts";
import { children, namesOrNone } from "../../fs/listing.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { bytePath, rawPath, textOf } from "../../fs/syscalls.ts";
import { createErrnoError, isErrno } from "../../errors.ts";
import { sameIdentity } from "../../model/entry.ts";
import type { AgentLimits, InUse } from "../../model/inspection.ts";
import { newSeen, type Seen } from "../../stores/json-files/seen.ts";
import type { JsonDocument, RecordList } from "../../stores/json-records/document.ts";
import { knownInSteps } from "../../stores/json-records/read.ts";
import { movedFolder, sessionSettings, type SessionSettings, UNSURE } from "./config.ts";
import { userHomesAround } from "./homes.ts";
import { type Names, namesIn, nameVisitor } from "./index-names.ts";
import { limitsOf } from "./maintenance.ts";
import { CONFIG_NAMES, INDEX } from "./names.ts";

/** A session is a member of the document itself. */
export const SESSIONS: RecordList = { path: [], visitor: nameVisitor };

export type Indexes =
  | {
      readonly kind: "read";
      /** Whether a session of the home names a file or an id; `except`: another one of this base than that of this key. */
      readonly isNamed: (name: string, except: string | null) => boolean;
      /** How many sessions the index of this base has, and what each says of itself. */
      readonly sessions: number;
      readonly session: Names["session"];
      /** Why any file of the home may be one that an index names, as a sentence about "it"; null: what they name is known. */
      readonly unclear: InUse | null;
      /** What shows that the sessions of this home are in a database; null: they are in files. */
      readonly database: string | null;
      /** What its own cleanup removes a session by that says this of itself. */
      readonly limits: (key: string, value: unknown) => AgentLimits;
      /** What the key of the main session ends in. */
      readonly mainKey: string;
      readonly isCurrent: () => boolean;
    }
  | { readonly kind: "unreadable"; readonly path: string; readonly code: string };

type Unreadable = Extract<Indexes, { readonly kind: "unreadable" }>;

/** Rejects with an errno. */
export async function readIndexes(base: string, home: string): Promise<Indexes> {
  const seen = newSeen(TICK_MS);
  const own = `${base}/${INDEX}`;
  const settings = settingsOf(home, seen);
  if (settings.store.kind === "unsure") return unreadable(settings.file, "EINVAL");
  const agents = agentsSeen(`${home}/agents`, seen);
  const database = agents.flatMap((agent) => databaseOf(`${home}/agents/${agent}`, seen))[0] ?? null;
  const folders = foldersOf(home, [...new Set([...agents, ...settings.agents])], settings);
  if (folders === null) return unreadable(settings.file, "EINVAL");
  const identity = seen.stat(own)?.identity;
  if (identity === undefined) return unreadable(own, "ENOENT");
  const others: { readonly path: string; readonly names: Names }[] = [];
  let isOfHome = false;
  for (const folder of folders) {
    const path = `${folder}/${INDEX}`;
    const stat = seen.stat(path);
    if (stat === null) {
      if (hasTranscripts(folder)) return unreadable(path, "ENOENT");
      continue;
    }
    if (sameIdentity(stat.identity, identity)) {
      isOfHome = true;
      continue;
    }
    const found = await namesAt(path);
    if ("kind" in found) return found;
    others.push({ path, names: found });
  }
  // Which other indexes may name what is in it is known for a folder of a home alone.
  if (!isOfHome) return unreadable(`${home}/agents`, "ENOENT");
  // The last one stays in memory (stores/json-records/read.ts), and the records of this base are asked for next.
  const mine = await namesAt(own);
  if ("kind" in mine) return mine;
  return {
    kind: "read",
    isNamed: (name, except) => mine.has(name, except) || others.some(({ names }) => names.has(name, null)),
    sessions: mine.sessions(),
    session: mine.session,
    unclear: unclearIn([{ path: own, names: mine }, ...others], base, home),
    limits: limitsOf(mine.all, settings.maintenance),
    database,
    mainKey: settings.mainKey,
    isCurrent: seen.isCurrent,
  };
}

function unreadable(path: string, code: string): Unreadable {
  return { kind: "unreadable", path, code };
}

/** By the first index that has such entries. */
function unclearIn(
  indexes: readonly { readonly path: string; readonly names: Names }[],
  base: string,
  home: string,
): InUse | null {
  const found = indexes.find(({ names }) => names.unclear() > 0);
  if (found === undefined) return null;
  const { path } = found;
  const many = found.names.unclear();
  const around = [base, home].find((directory) => path.startsWith(`${directory}/`));
  const shown = around === undefined ? path : path.slice(around.length + 1);
  const what = many === 1 ? "1 unreadable entry" : `${many} unreadable entries`;
  return { code: "witness", by: path, sentence: `${what} in ${shown} may name it` };
}

async function namesAt(path: string): Promise<Names | Unreadable> {
  const reading = await runCooperatively(knownInSteps(path, SESSIONS));
  if (reading.kind === "missing") return unreadable(path, "ENOENT");
  if (reading.kind === "unusable") return unreadable(path, reading.error.code);
  return hasMark(reading.document) ? unreadable(path, "EINVAL") : runCooperatively(namesIn(reading.document));
}

/** The agent does not read a file with a byte order mark: what it makes of it is not known. */
function hasMark({ bytes }: Pick<JsonDocument, "bytes">): boolean {
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
}

function settingsOf(home: string, seen: Seen): SessionSettings & { readonly file: string } {
  const files = CONFIG_NAMES.map((name) => `${home}/${name}`);
  const file = files.find((one) => seen.stat(one) !== null);
  if (file === undefined) return { ...sessionSettings(null), file: `${home}/${CONFIG_NAMES[0]}` };
  const read = readSmall(bytePath(file), MOST_SETTINGS);
  const text = read.kind === "bytes" ? decodeUtf8(read.bytes) : null;
  return { ...(text === null ? UNSURE : sessionSettings(text)), file };
}

const MOST_SETTINGS: number = 4 << 20;

/** Null where one of them cannot be told. */
function foldersOf(home: string, agents: readonly string[], { store }: SessionSettings): readonly string[] | null {
  const usual = agents.map((agent) => `${home}/agents/${agent}/sessions`);
  if (store.kind !== "moved") return usual;
  const [userHome = null] = userHomesAround(home);
  const moved = agents.map((agent) => movedFolder(store.template, agent, userHome));
  return moved.includes(null) ? null : [...new Set([...usual, ...moved.filter((folder) => folder !== null)])];
}

/** Since version 2026.8 sessions are in a database of each agent, and what is left of the files is imported into it. */
function databaseOf(agent: string, seen: Seen): readonly string[] {
  const archive = "session-sqlite-import-archive";
  const places = ["agent/openclaw-agent.sqlite", archive, `agent/${archive}`, `sessions/${archive}`];
  return places.map((place) => `${agent}/${place}`).filter((path) => seen.stat(path) !== null);
}

function hasTranscripts(folder: string): boolean {
  return namesOrNone(bytePath(folder)).some((name) => /\.jsonl(?:$|\.)/.test(name));
}

/** Then the agent does not read its files any more. */
export function inDatabase(database: string): InUse {
  return {
    code: "active",
    by: database,
    sentence: "its agent keeps sessions in a database now: openclaw sessions cleanup --enforce removes old ones",
  };
}

/** Two changes within a tick of the clock give one time (ms). */
const TICK_MS = 100;

/** Directories of agents, and links that may be one. Throws the errno. */
function agentsSeen(directory: string, seen: Seen): readonly string[] {
  const found = agentsIn(directory);
  seen.remember(() => JSON.stringify(agentsIn(directory)), JSON.stringify(found));
  return found;
}

function agentsIn(directory: string): readonly string[] {
  try {
    const all = children(bytePath(directory)).filter(({ kind }) => kind === "directory" || kind === "symlink");
    return all.map(({ name }) => {
      const text = textOf(rawPath(name));
      if (bytePath(text) !== name) throw createErrnoError("EILSEQ", `EILSEQ: ${directory}/${text} is not UTF-8`);
      return text;
    });
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
