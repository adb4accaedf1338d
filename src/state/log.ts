/**
 * `<state>/log`: failures of unattended sweeps, one per line, `2026-11-20T03:00:12.000Z <text>`. Bounded: a full one
 * loses its older half.
 */
import { bytePath } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";

const LIMIT = 64 * 1024;
/** A path of 4096 bytes fits; what is longer is not a message. */
const LONGEST = 5000;
/** Control characters but the tab: each entry is one line, and may be printed on a terminal. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

export interface LoggedLine {
  /** ms since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** Appends lines. Throws the errno. */
export function appendLog(state: string, at: number, texts: readonly string[]): void {
  if (texts.length === 0) return;
  // Without the lock, since some errors are about it: of two concurrent writes one may be lost, and no line is ever
  // torn.
  const kept = `${contentOf(state)}${texts.map((text) => lineOf(at, text)).join("")}`;
  writeAtomic(bytePath(fileOf(state)), bounded(kept), bytePath(state));
}

/** The newest line, or null. */
export function lastLogged(state: string): LoggedLine | null {
  const line = contentOf(state).trimEnd().split("\n").at(-1) ?? "";
  const at = Date.parse(line.slice(0, line.indexOf(" ")));
  return Number.isNaN(at) ? null : { at, text: line.slice(line.indexOf(" ") + 1) };
}

function lineOf(at: number, text: string): string {
  return `${new Date(at).toISOString()} ${text.replaceAll(CONTROL, " ").slice(0, LONGEST)}\n`;
}

function bounded(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LIMIT) return text;
  const half = bytes.subarray(-LIMIT / 2).toString("utf8");
  return half.slice(half.indexOf("\n") + 1);
}

function contentOf(state: string): string {
  const file = readSmall(bytePath(fileOf(state)), 2 * LIMIT);
  return file.kind === "bytes" ? file.bytes.toString("utf8") : "";
}

function fileOf(state: string): string {
  return `${state}/log`;
}
