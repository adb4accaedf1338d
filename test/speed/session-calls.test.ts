// How many file system calls a session file costs a dry run: the listing, a look at each, and for one that looks old an
// open, a look at what was opened, a read and a close. What the base costs besides does not depend on how many there are.
import { mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan, type ScanOptions } from "../../src/index.ts";
import { scratch } from "../fs/support.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { miniclawBase, writeSession } from "../support/miniclaw.ts";
import { openclawStore, writeAt, writeIndex, writeTranscript } from "../support/openclaw-store.ts";
import { needSqlite, sqlite } from "../fs/sqlite/support.ts";
import { SESSION_NOW } from "../support/session-store.ts";

const [FEW, MANY] = [3, 103];
const DAY = 86_400_000;
const READ = ["open", "fstat", "read", "close"];

interface Folder {
  readonly options: ScanOptions;
  readonly put: (at: number, days: number) => void;
}

function miniclaw(): Folder {
  const home = scratch();
  const base = miniclawBase(home);
  const put = (at: number, days: number): void => void writeSession(base, `telegram_${at}`, days, SESSION_NOW);
  return { options: { agent: "miniclaw", env: { HOME: home } }, put };
}

function openclaw(): Folder {
  const { base, options } = openclawStore();
  return { options, put: (at, days) => void writeTranscript(base, `session-${at}`, days) };
}

/** Sessions of an index, without transcripts. */
function entries(): Folder {
  const { base, options } = openclawStore();
  const sessions: Record<string, unknown> = {};
  const put = (at: number, days: number): void => {
    sessions[`agent:main:direct:${at}`] = { sessionId: `session-${at}`, updatedAt: SESSION_NOW - days * DAY };
    writeIndex(base, sessions);
    const settled = new Date(SESSION_NOW - DAY);
    utimesSync(join(base, "sessions.json"), settled, settled);
  };
  return { options: { ...options, settings: { collect: ["openclaw-session-entries"] } }, put };
}

function tapps(): Folder {
  const project = scratch();
  const base = join(project, ".tapps-agents/sessions");
  mkdirSync(base, { recursive: true });
  const put = (at: number, days: number): void => {
    const id = `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
    const last = new Date(SESSION_NOW - days * DAY).toISOString();
    const session = { session_id: id, agent_id: "a", state: "completed", last_activity: last };
    writeAt(join(base, `${id}.json`), JSON.stringify(session), days);
  };
  return { options: { agent: "tapps", home: project, env: { HOME: scratch() } }, put };
}

/** All rows from the beginning, so that the database is the same for a few files and for many. */
function hermes(): Folder {
  const home = join(scratch(), ".hermes");
  const base = join(home, "sessions");
  mkdirSync(base, { recursive: true });
  const ids = Array.from({ length: MANY }, (_, at) => `20260101_000000_${String(at).padStart(6, "0")}`);
  const rows = ids.map((id) => `('${id}', 1767225600, 1767225601)`).join(", ");
  sqlite(
    join(home, "state.db"),
    `CREATE TABLE sessions (id TEXT PRIMARY KEY, started_at REAL, ended_at REAL, parent_session_id TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, timestamp REAL);
CREATE INDEX by_session ON messages(session_id, timestamp);
INSERT INTO sessions (id, started_at, ended_at) VALUES ${rows};`,
  );
  const put = (at: number, days: number): void => {
    const session = { session_id: ids[at], last_updated: "2026-01-01T00:00:00" };
    writeAt(join(base, `session_${ids[at]}.json`), JSON.stringify(session), days);
  };
  const settings = { collect: ["hermes-sessions"] };
  return { options: { home, env: { HOME: join(home, "..") }, settings }, put };
}

async function callsOf(options: ScanOptions): Promise<readonly string[]> {
  const calls: string[] = [];
  interceptCalls((operation) => void calls.push(operation));
  await scan({ ...options, now: () => SESSION_NOW });
  stopIntercepting();
  return calls.filter((operation) => !operation.startsWith("point:"));
}

/**
 * By operation, those that one more file costs. An index that has just been written is read again, and later not, so what a
 * base costs differs by a few calls: a hundred files make whole numbers of it.
 */
async function callsEach({ options, put }: Folder, days: number): Promise<Readonly<Record<string, number>>> {
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
  for (const at of range(0, FEW)) put(at, days);
  const few = await callsOf(options);
  for (const at of range(FEW, MANY)) put(at, days);
  const many = await callsOf(options);
  const count = (calls: readonly string[], name: string): number => calls.filter((one) => one === name).length;
  const each = [...new Set(many)].map((name): [string, number] => [
    name,
    Math.round((count(many, name) - count(few, name)) / (MANY - FEW)),
  ]);
  return Object.fromEntries(each.filter(([, calls]) => calls !== 0));
}

describe("calls that a session file costs", () => {
  it.each<[string, () => Folder]>([
    ["miniclaw", miniclaw],
    ["openclaw", openclaw],
  ])("of %s are one where it is young, and four more where it is old", async (_, folder) => {
    expect(await callsEach(folder(), 1)).toEqual({ lstat: 1 });
    expect(await callsEach(folder(), 100)).toEqual({ lstat: 1, ...Object.fromEntries(READ.map((name) => [name, 1])) });
  });

  it("of hermes are the same, whatever its database needs", async (test) => {
    needSqlite(test);
    expect(await callsEach(hermes(), 1)).toEqual({ lstat: 1 });
    expect(await callsEach(hermes(), 200)).toEqual({ lstat: 1, ...Object.fromEntries(READ.map((name) => [name, 1])) });
  });

  // Its transcript may have come after the folder was listed, and would stay behind.
  it("are one for a session of an index without files, young or old", async () => {
    for (const days of [1, 100]) expect(await callsEach(entries(), days)).toEqual({ lstat: 1 });
  });

  it("of tapps are four more, since what is in a file tells whose it is", async () => {
    expect(await callsEach(tapps(), 1)).toEqual({ lstat: 1, ...Object.fromEntries(READ.map((name) => [name, 1])) });
    expect(await callsEach(tapps(), 100)).toEqual({ lstat: 1, ...Object.fromEntries(READ.map((name) => [name, 2])) });
  });
});
