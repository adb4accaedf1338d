// A store of each agent that keeps session files, by the clock of the machine, for tests that run the built command: an old
// session that goes, a young one that stays, and a way to put others beside them.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sqlite } from "../fs/sqlite/support.ts";
import type { World } from "./world.ts";

const DAY = 86_400;

export interface SessionAgent {
  readonly agent: string;
  /** What `collect` has to name. */
  readonly kind: string;
  /** Below the home of the user. */
  readonly base: string;
  /** It has an index of all of them. */
  readonly index: boolean;
  /** A file name of a session that is not there yet, by a number below `MOST`: the agent knows all of them. */
  readonly name: (nth: number) => string;
  /** The text of a session file; `id`: what it says that it is called. */
  readonly text: (id: string, days: number) => string;
  /** What the file of a name should say that it is called. */
  readonly idOf: (name: string) => string;
  /** Writes what is in a home beside session files. */
  readonly around: (home: string, ids: readonly string[]) => void;
}

function ago(days: number): number {
  return Date.now() / 1000 - days * DAY;
}

function iso(days: number): string {
  return new Date(ago(days) * 1000).toISOString();
}

const MOST = 40;

function pad(nth: number): string {
  return String(nth).padStart(2, "0");
}

function stem(name: string): string {
  return name.replace(/\.jsonl?$/, "");
}

const hermes: SessionAgent = {
  agent: "hermes",
  kind: "hermes-sessions",
  base: ".hermes/sessions",
  index: true,
  name: (nth) => `session_20200101_0000${pad(nth)}_abcdef.json`,
  text: (id, days) => JSON.stringify({ session_id: id, last_updated: iso(days).slice(0, 19) }),
  idOf: (name) => stem(name).replace(/^session_/, ""),
  around: (home, ids) => {
    const rows = ids.map((id) => `('${id}', ${ago(900)}, ${ago(800)}, null)`);
    sqlite(
      join(home, ".hermes/state.db"),
      `create table sessions (id text, started_at real, ended_at real, parent_session_id text);
      create table messages (session_id text, timestamp real);
      insert into sessions values ${rows.join(", ")};`,
    );
    writeFileSync(join(home, ".hermes/sessions/sessions.json"), "{}");
  },
};

const miniclaw: SessionAgent = {
  agent: "miniclaw",
  kind: "miniclaw-sessions",
  base: ".miniclaw/workspace/sessions",
  index: false,
  name: (nth) => `web_${nth}.json`,
  text: (id, days) => {
    const [channel = "", ...chat] = id.split("_");
    const at = iso(days);
    const own = { session_id: id, channel, chat_id: chat.join("_") };
    return JSON.stringify({ ...own, created_at: at, last_accessed: at, messages: [] });
  },
  idOf: stem,
  around: () => undefined,
};

const tapps: SessionAgent = {
  agent: "tapps",
  kind: "tapps-sessions",
  base: "project/.tapps-agents/sessions",
  index: false,
  name: (nth) => `00000000-0000-4000-8000-0000000000${pad(nth)}.json`,
  text: (id, days) =>
    JSON.stringify({
      session_id: id,
      agent_id: "a",
      state: "completed",
      last_activity: iso(days).replace("Z", "+00:00"),
    }),
  idOf: stem,
  around: () => undefined,
};

const openclaw: SessionAgent = {
  agent: "openclaw",
  kind: "openclaw-sessions",
  base: ".openclaw/agents/main/sessions",
  index: true,
  name: (nth) => `session-${nth}.jsonl`,
  text: (id, days) => `${JSON.stringify({ type: "session", version: 3, id, timestamp: iso(days), cwd: "/" })}\n`,
  idOf: stem,
  around: (home) => {
    const sessions = { "agent:main:main": { sessionId: "live", updatedAt: Date.now() - DAY * 1000 } };
    writeFileSync(join(home, ".openclaw/agents/main/sessions/sessions.json"), JSON.stringify(sessions));
  },
};

export const SESSION_AGENTS: readonly SessionAgent[] = [hermes, miniclaw, openclaw, tapps];

export interface SessionScene {
  readonly base: string;
  /** The names of the session that goes, and of the one that stays. */
  readonly old: string;
  readonly young: string;
  readonly write: (name: string, text: string | Buffer, days: number) => string;
}

export function sessionScene(w: World, { base: below, name, text, idOf, around }: SessionAgent): SessionScene {
  const base = join(w.root, below);
  mkdirSync(base, { recursive: true });
  const write: SessionScene["write"] = (file, content, days) => {
    const path = join(base, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, ago(days), ago(days));
    return path;
  };
  const [old, young] = [name(1), name(2)];
  around(
    w.root,
    Array.from({ length: MOST }, (_, nth) => idOf(name(nth))),
  );
  write(old, text(idOf(old), 400), 400);
  write(young, text(idOf(young), 1), 1);
  return { base, old, young, write };
}
