/** Folders of session files to measure on, as each agent writes them, and half of them too old to stay. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DAY = 86_400_000;
/** About what a session of a few turns has (bytes). */
const TEXT = "What was said in this session, and what was answered. ".repeat(18);

/** Of an agent: its folder below a home, what makes it complete, and file `at` of it, last used at `time` (ms). */
const AGENTS = {
  miniclaw: {
    folder: ".miniclaw/workspace/sessions",
    file(at, time) {
      const used = new Date(time).toISOString();
      const [channel, chat] = ["telegram", String(at)];
      const ids = { session_id: `${channel}_${chat}`, channel, chat_id: chat };
      const messages = [{ role: "user", content: TEXT, timestamp: used }];
      const session = { ...ids, created_at: used, last_accessed: used, messages };
      return { name: `${channel}_${chat}.json`, text: JSON.stringify(session, null, 2) };
    },
  },
  openclaw: {
    folder: ".openclaw/agents/main/sessions",
    file(at, time) {
      const timestamp = new Date(time).toISOString();
      const id = `session-${at}`;
      const lines = [
        { type: "session", version: 3, id, timestamp, cwd: "/home/user" },
        { type: "message", id: "a", timestamp, message: { role: "user", content: TEXT, timestamp: time } },
      ];
      return { name: `${id}.jsonl`, text: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
    },
    finish: ({ base }) => writeIndex(base, 1),
  },
  hermes: {
    folder: ".hermes/sessions",
    file(at, time) {
      const id = hermesId(at);
      const session = { session_id: id, last_updated: local(time), messages: [{ role: "user", content: TEXT }] };
      return { name: `session_${id}.json`, text: JSON.stringify(session, null, 2) };
    },
    finish({ home, ages }) {
      const seconds = (at) => (Date.now() - ages(at) * DAY) / 1000;
      const rows = Array.from({ length: ages.count }, (_, at) => `('${hermesId(at)}', ${seconds(at)}, ${seconds(at)})`);
      const sql = `CREATE TABLE sessions (id TEXT PRIMARY KEY, started_at REAL, ended_at REAL, parent_session_id TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, timestamp REAL);
CREATE INDEX idx_messages_session ON messages(session_id, timestamp);
INSERT INTO sessions (id, started_at, ended_at) VALUES ${rows.join(",\n")};
INSERT INTO messages (session_id, timestamp) SELECT id, ended_at FROM sessions;`;
      execFileSync("sqlite3", [join(home, ".hermes/state.db")], { input: sql });
    },
  },
  tapps: {
    project: "project",
    folder: "project/.tapps-agents/sessions",
    file(_, time) {
      const id = randomUUID();
      const last = new Date(time).toISOString();
      const session = { session_id: id, agent_id: "reviewer", state: "completed", last_activity: last, notes: TEXT };
      return { name: `${id}.json`, text: JSON.stringify(session, null, 2) };
    },
  },
};

export const agents = Object.keys(AGENTS).filter((name) => name !== "hermes" || hasSqlite());

/**
 * `count` sessions of an agent in one folder below `directory`; gives the user's home, the folder, and the project that it
 * belongs to, which is null where it is in the home.
 */
export function makeSessions(directory, agent, count) {
  const { folder, project, file, finish } = AGENTS[agent];
  const base = join(directory, folder);
  mkdirSync(base, { recursive: true });
  // Older than any of them is kept by default.
  const ages = Object.assign((at) => (at % 2 === 0 ? 200 : 2), { count });
  for (let at = 0; at < count; at++) {
    const time = Date.now() - ages(at) * DAY;
    const { name, text } = file(at, time);
    writeFileSync(join(base, name), text);
    utimesSync(join(base, name), time / 1000, time / 1000);
  }
  finish?.({ home: directory, base, ages });
  return { home: directory, base, project: project === undefined ? null : join(directory, project) };
}

/** An index of so many megabytes, without transcripts. */
export function makeIndex(directory, megabytes) {
  const base = join(directory, AGENTS.openclaw.folder);
  mkdirSync(base, { recursive: true });
  writeIndex(base, (megabytes << 20) / ENTRY_BYTES);
  return { home: directory, base, project: null, index: join(base, "sessions.json") };
}

/** What a session has in the index of a real home, most of it a snapshot of its skills (bytes). */
const ENTRY_BYTES = 16 << 10;

function writeIndex(base, count) {
  const sessions = Array.from({ length: Math.ceil(count) }, (_, at) => {
    const updatedAt = Date.now() - (at % 2 === 0 ? 200 : 2) * DAY;
    const skills = Array.from({ length: 24 }, (_, skill) => ({
      name: `skill-${skill}`,
      description: TEXT.slice(0, 600),
    }));
    return [
      `agent:main:direct:${at}`,
      { sessionId: `indexed-${at}`, updatedAt, chatType: "direct", skillsSnapshot: { prompt: "", skills } },
    ];
  });
  const path = join(base, "sessions.json");
  writeFileSync(path, JSON.stringify(Object.fromEntries(sessions), null, 2));
  const time = Date.now() / 1000 - 3600;
  utimesSync(path, time, time);
}

function hermesId(at) {
  return `20260101_000000_${at.toString(16).padStart(6, "0")}`;
}

function local(time) {
  return new Date(time).toISOString().replace("Z", "");
}

function hasSqlite() {
  return spawnSync("sqlite3", ["--version"]).status === 0;
}
