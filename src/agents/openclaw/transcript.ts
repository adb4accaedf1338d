/**
 * A transcript: a JSON object on each line. The first one says of which session it is, and each has the time when it was
 * written. It is read to its end: what is cut off, or does not parse, may be more than it seems.
 */
import { isUtf8 } from "node:buffer";
import { readSmall } from "../../fs/read-small.ts";
import { bytePath } from "../../fs/syscalls.ts";
import { notRead, type NotRead, objectIn as strictObjectIn } from "../../stores/json-files/read.ts";
import { timeOfNumber, timeWithZone } from "../../stores/json-files/times.ts";

export type LinesRead =
  | {
      readonly kind: "lines";
      /** The session of a transcript; null: its first line is not that of one. */
      readonly id: string | null;
      /** The last answer of the model in a transcript; null: there is none in text. */
      readonly answer: string | null;
      /** The newest time in it (ms); null where it has none. */
      readonly newest: number | null;
      /** Some time in it is not plausible. */
      readonly isDoubtful: boolean;
    }
  | NotRead;

/** A long session has some megabytes. */
const LIMIT: number = 32 << 20;

/** Throws no errno. */
export function readLines(path: string, now: number): LinesRead {
  const file = readSmall(bytePath(path), LIMIT);
  return file.kind === "bytes" ? linesIn(file.bytes, now) : notRead(path, file);
}

function linesIn(bytes: Buffer, now: number): LinesRead {
  let id: string | null = null;
  let newest: number | null = null;
  let isDoubtful = false;
  let answer: string | null = null;
  let isFirst = true;
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(0x0a, start);
    const end = next < 0 ? bytes.length : next;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (line.length === 0) continue;
    const record = objectIn(line);
    if (record === null) return { kind: "unusable", reason: "not-json" };
    // The first one says which session it is, and two members of one name may say two.
    const strict = isFirst ? strictObjectIn(line) : null;
    if (strict !== null && strict.kind !== "object") return strict;
    if (isFirst && record["type"] === "session" && typeof record["id"] === "string") id = record["id"];
    isFirst = false;
    if (isAnswer(record["message"])) answer = textOf(record["message"]["content"]);
    for (const time of timesOf(record, now)) {
      if (time === null) isDoubtful = true;
      else newest = Math.max(newest ?? time, time);
    }
  }
  return { kind: "lines", id, answer, newest, isDoubtful };
}

/** Null where it is not one. Strictly UTF-8 without a mark, as its agent writes it. */
function objectIn(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = isUtf8(bytes) ? JSON.parse(bytes.toString("utf8")) : null;
    return isObject(value) ? value : null;
  } catch (error) {
    // A RangeError: it is nested too deeply for the parser.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAnswer(message: unknown): message is Readonly<Record<string, unknown>> {
  return isObject(message) && message["role"] === "assistant";
}

/** Null where there is something else in it, such as a call of a tool. */
function textOf(content: unknown): string | null {
  if (typeof content === "string") return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [null];
  const texts = parts.map((part) => (isObject(part) && part["type"] === "text" ? part["text"] : null));
  return texts.every((text) => typeof text === "string") ? texts.join("") : null;
}

/** Those that a record says it is of; null for each that is not plausible. */
function timesOf(record: Readonly<Record<string, unknown>>, now: number): readonly (number | null)[] {
  const { timestamp, message } = record;
  const inside = isObject(message) ? message["timestamp"] : undefined;
  return [timestamp, inside].flatMap((time) => (time === undefined ? [] : [timeOf(time, now)]));
}

function timeOf(value: unknown, now: number): number | null {
  return typeof value === "number" ? timeOfNumber(value, now) : timeWithZone(value, now);
}

/** Where a trajectory is: a JSON object that says of which session. */
export function readPointer(path: string): LinesRead {
  const file = readSmall(bytePath(path), LIMIT);
  if (file.kind !== "bytes") return notRead(path, file);
  const pointer = objectIn(file.bytes);
  if (pointer === null) return { kind: "unusable", reason: "not-json" };
  const { sessionId } = pointer;
  return {
    kind: "lines",
    id: typeof sessionId === "string" ? sessionId : null,
    answer: null,
    newest: null,
    isDoubtful: false,
  };
}
