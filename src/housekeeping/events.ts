/**
 * What `checkpoints auto --events` prints: one JSON object a line. A line with a `level` is the library's log, with its
 * text in `msg`, as pino writes it; `event: "base"` tells in the end what became of a base. Parsed by hand, because this
 * ends up in hosts.
 */
import type { Sweep } from "./telling.ts";

export type ChildEvent =
  | {
      readonly kind: "log";
      readonly level: "debug" | "info" | "warn";
      readonly fields: Fields;
      readonly message: string;
    }
  | { readonly kind: "base"; readonly base: string; readonly error: Failure | null; readonly sweep: Sweep | null };

export interface Failure {
  readonly code: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Null for a line that is none of these. */
export function parseEvent(line: string): ChildEvent | null {
  const value = parsed(line);
  if (!isFields(value)) return null;
  const { level, msg, ...fields } = value;
  if (level === "debug" || level === "info" || level === "warn") {
    return { kind: "log", level, fields, message: textOf(msg) };
  }
  if (fields["event"] !== "base") return null;
  const base = textOf(fields["base"]);
  return { kind: "base", base, error: failureIn(fields["error"]), sweep: sweepIn(base, fields["sweep"]) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A SyntaxError: a warning of Node's own, or half a line of a killed child.
    return null;
  }
}

function failureIn(value: unknown): Failure | null {
  return isFields(value) ? { code: textOf(value["code"]), message: textOf(value["message"]) } : null;
}

function sweepIn(base: string, value: unknown): Sweep | null {
  if (!isFields(value)) return null;
  const rules = isFields(value["removedByRule"]) ? Object.entries(value["removedByRule"]) : [];
  return {
    base,
    scanned: numberOf(value["scanned"]),
    removedByRule: Object.fromEntries(rules.map(([rule, count]) => [rule, numberOf(count)])),
    bytesTrashed: numberOf(value["bytesTrashed"]),
    bytesReclaimed: numberOf(value["bytesReclaimed"]),
    failed: numberOf(value["failed"]),
    durationMs: numberOf(value["durationMs"]),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
