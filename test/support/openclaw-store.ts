// A home of OpenClaw as its file era has it: agents with an index, and transcripts.

import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ScanOptions } from "../../src/index.ts";
import { removeTree } from "./paths.ts";
import { SESSION_NOW, unpackSessions } from "./session-store.ts";

const DAY = 86_400_000;

export interface OpenclawStore {
  /** Around the home. */
  readonly root: string;
  /** The state directory. */
  readonly home: string;
  /** The sessions of the agent `main`. */
  readonly base: string;
  /** Collects files that no session names. */
  readonly options: ScanOptions;
}

/** A golden store, unpacked. */
export function goldenOpenclaw(name: "openclaw" | "openclaw-after" = "openclaw"): OpenclawStore {
  const { root, base } = unpackSessions(name, "home/.openclaw/agents/main/sessions");
  return storeIn(join(root, "home"), base);
}

/** A home with an agent `main`, whose index has one session, and the transcript of that: `live`. */
export function openclawStore(): OpenclawStore {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-openclaw-")));
  onTestFinished(() => removeTree(root));
  const base = join(root, ".openclaw/agents/main/sessions");
  mkdirSync(base, { recursive: true });
  writeIndex(base, { "agent:main:main": { sessionId: "live", updatedAt: SESSION_NOW - DAY } });
  writeTranscript(base, "live", 40);
  return storeIn(root, base);
}

function storeIn(root: string, base: string): OpenclawStore {
  const options = { env: { HOME: root }, agent: "openclaw", now: () => SESSION_NOW, mode: "automatic" as const };
  return {
    root,
    home: join(root, ".openclaw"),
    base,
    options: { ...options, settings: { collect: ["openclaw-sessions"] } },
  };
}

export function writeIndex(base: string, sessions: Readonly<Record<string, unknown>> | string): void {
  const text = typeof sessions === "string" ? sessions : JSON.stringify(sessions, null, 2);
  writeAt(join(base, "sessions.json"), text, 0);
}

/** A transcript whose last record and file are so many days old. */
export function writeTranscript(
  base: string,
  name: string,
  days: number,
  id: string = name,
  answer = "Hello.",
): string {
  const path = join(base, `${name}.jsonl`);
  const at = (seconds: number): string => new Date(SESSION_NOW - days * DAY - seconds * 1000).toISOString();
  const lines = [
    { type: "session", version: 3, id, timestamp: at(60), cwd: "/home/user" },
    { type: "message", id: "a", timestamp: at(1), message: { role: "user", timestamp: SESSION_NOW - days * DAY } },
    {
      type: "message",
      id: "b",
      timestamp: at(0),
      message: { role: "assistant", content: [{ type: "text", text: answer }] },
    },
  ];
  writeAt(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), days);
  return path;
}

/** A file that is so many days old. */
export function writeAt(path: string, text: string | Buffer, days: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  setAge(path, days);
}

export function setAge(path: string, days: number): void {
  const seconds = (SESSION_NOW - days * DAY) / 1000;
  utimesSync(path, seconds, seconds);
}

/** The time in the name of an archive of so many days ago. */
export function stampOf(days: number): string {
  return new Date(SESSION_NOW - days * DAY).toISOString().replaceAll(":", "-");
}
