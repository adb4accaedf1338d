// Homes whose index has sessions that are old enough to go.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type OpenclawStore, openclawStore, writeIndex, writeTranscript } from "../../../support/openclaw-store.ts";
import { SESSION_NOW } from "../../../support/session-store.ts";

const DAY = 86_400_000;

/** Collects sessions. */
export type Sessions = OpenclawStore & { readonly index: () => string };

export function main(key: string): string {
  return `agent:main:${key}`;
}

export function sessionsOf(made: OpenclawStore): Sessions {
  const index = (): string => readFileSync(join(made.base, "sessions.json"), "utf8");
  return { ...made, options: { ...made.options, settings: { collect: ["openclaw-session-entries"] } }, index };
}

/** A home whose index has these sessions; each has a transcript of 40 days, unless its name begins with `no`. */
export function store(sessions: Readonly<Record<string, unknown>>): Sessions {
  const made = sessionsOf(openclawStore());
  const full = Object.entries(sessions).map(([key, value]) => {
    const isPlain = typeof value !== "object" || value === null;
    return [key, isPlain ? value : { updatedAt: SESSION_NOW - 40 * DAY, ...value }];
  });
  writeIndex(made.base, Object.fromEntries(full) as Record<string, unknown>);
  for (const [, value] of full) {
    const name = (value as { readonly sessionId?: unknown } | null)?.sessionId;
    const hasFile = typeof name === "string" && /^[a-z][\w-]{0,99}$/.test(name) && !name.startsWith("no");
    if (hasFile) writeTranscript(made.base, name, 40);
  }
  return made;
}
