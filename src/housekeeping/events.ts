/**
 * What `checkpoints auto --events` prints: one JSON object a line. A line with a `level` is the library's log, with its
 * text in `msg`, as pino writes it; `event: "base"` gives the final result of a base. Parsed without a schema library,
 * because this is bundled into hosts.
 */
import type { Sweep } from "./reporter.ts";

export type ChildEvent =
  | {
      readonly kind: "log";
      readonly level: "debug" | "info" | "warn";
      readonly fields: JsonFields;
      readonly message: string;
    }
  | { readonly kind: "base"; readonly base: string; readonly error: Failure | null; readonly sweep: Sweep | null };

export interface Failure {
  readonly code: string;
  readonly message: string;
}

type JsonFields = Readonly<Record<string, unknown>>;

/** Null for any other line. */
export function parseEvent(line: string): ChildEvent | null {
  const value = parseJson(line);
  if (!isFields(value)) return null;
  const { level, msg, ...fields } = value;
  if (level === "debug" || level === "info" || level === "warn") {
    return { kind: "log", level, fields, message: stringOrEmpty(msg) };
  }
  if (fields["event"] !== "base") return null;
  const base = stringOrEmpty(fields["base"]);
  return { kind: "base", base, error: parseFailure(fields["error"]), sweep: parseSweep(base, fields["sweep"]) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A SyntaxError: a warning of Node's own, or a partial line of a killed child.
    return null;
  }
}

function parseFailure(value: unknown): Failure | null {
  return isFields(value) ? { code: stringOrEmpty(value["code"]), message: stringOrEmpty(value["message"]) } : null;
}

function parseSweep(base: string, value: unknown): Sweep | null {
  if (!isFields(value)) return null;
  const rules = isFields(value["removedByRule"]) ? Object.entries(value["removedByRule"]) : [];
  return {
    base,
    scanned: numberOrZero(value["scanned"]),
    removedByRule: Object.fromEntries(rules.map(([rule, count]) => [rule, numberOrZero(count)])),
    bytesTrashed: numberOrZero(value["bytesTrashed"]),
    bytesReclaimed: numberOrZero(value["bytesReclaimed"]),
    failed: numberOrZero(value["failed"]),
    durationMs: numberOrZero(value["durationMs"]),
  };
}

function isFields(value: unknown): value is JsonFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringOrEmpty(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOrZero(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
