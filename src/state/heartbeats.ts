/**
 * `heartbeats.json`: the last fifty heartbeats that were removed, so that whether an agent is alive can still be seen when
 * its old sessions are gone. Of each when it ran, what came of it, and the first line of its answer. Nothing depends on
 * these: a file that cannot be parsed counts as none, and one that is not ours, or of a newer version, is left as it is.
 */
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { bytePath } from "../fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { RemovedHeartbeat } from "../model/state.ts";
import { DAY } from "../model/time.ts";

const VERSION = 1;
const MOST = 50;
/** Keys and answers may be of any length: neither is there for its text. */
const LONGEST = 200;
/** Fifty with the longest texts, every character of them escaped, take half of it. */
const LIMIT = 256 * 1024;

const schema = once(() => {
  const time = z.number().check(z.gte(0));
  return z.object({
    version: z.literal(VERSION),
    removed: z.array(
      z.object({
        id: z.string(),
        at: time,
        removedAt: time,
        result: z.nullable(z.enum(["idle", "answered"])),
        line: z.nullable(z.string()),
      }),
    ),
  });
});

/** The newest first. Throws nothing. */
export function readHeartbeats(state: string, now: number): readonly RemovedHeartbeat[] {
  return contentsOf(state, now) ?? [];
}

/** Adds some. Throws the errno. */
export function noteHeartbeats(state: string, added: readonly RemovedHeartbeat[], now: number): void {
  const before = contentsOf(state, now);
  if (before === null || added.length === 0) return;
  const removed = newest([...added, ...before], now);
  writeAtomic(bytePath(fileOf(state)), `${JSON.stringify({ version: VERSION, removed })}\n`, bytePath(state));
}

/** Null where there is something that must not be overwritten. */
function contentsOf(state: string, now: number): readonly RemovedHeartbeat[] | null {
  const file = readSmall(bytePath(fileOf(state)), LIMIT);
  if (file.kind === "missing") return [];
  if (file.kind !== "bytes") return null;
  const value = parsed(decodeUtf8(file.bytes) ?? "");
  const { data } = schema().safeParse(value);
  if (data !== undefined) return newest(data.removed, now);
  return isNewer(value) ? null : [];
}

function isNewer(value: unknown): boolean {
  const { data } = z.object({ version: z.number() }).safeParse(value);
  return data !== undefined && data.version > VERSION;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser throws nothing but a SyntaxError.
    return null;
  }
}

/** Each once: one that was put back and removed again ran once. One of the future would stay the newest for ever. */
function newest(all: readonly RemovedHeartbeat[], now: number): readonly RemovedHeartbeat[] {
  const known = new Map<string, RemovedHeartbeat>();
  for (const one of all) {
    const { id, at, removedAt, result, line } = one;
    const kept = { id: cut(id), at, removedAt, result, line: line === null ? null : cut(line) };
    const key = JSON.stringify([kept.id, at]);
    if (at <= now + DAY && !known.has(key)) known.set(key, kept);
  }
  return [...known.values()].toSorted((a, b) => b.at - a.at).slice(0, MOST);
}

/** Half a surrogate pair has no UTF-8. */
function cut(text: string): string {
  return Buffer.from(text.slice(0, LONGEST)).toString("utf8");
}

function fileOf(state: string): string {
  return `${state}/heartbeats.json`;
}
