// Sessions as MiniClaw writes them, with their ages by a clock of the test.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "./paths.ts";

/** Where its sessions are in a user's home; made. */
export function miniclawBase(userHome: string): string {
  const base = join(userHome, ".miniclaw/workspace/sessions");
  mkdirSync(base, { recursive: true });
  return base;
}

/** Puts a session into a base; gives its path. `now`: ms since the epoch. */
export function writeSession(base: string, id: string, days: number, now: number): string {
  const [channel = "", ...chat] = id.split("_");
  const at = now - days * DAY_MS;
  const time = new Date(at).toISOString();
  const session = {
    session_id: id,
    channel,
    chat_id: chat.join("_"),
    created_at: time,
    last_accessed: time,
    messages: [{ role: "user", content: "question", timestamp: time }],
  };
  const path = join(base, `${id}.json`);
  writeFileSync(path, JSON.stringify(session, null, 2), { mode: 0o600 });
  utimesSync(path, at / 1000, at / 1000);
  return path;
}
