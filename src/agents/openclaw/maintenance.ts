/**
 * What its own cleanup removes sessions by: `session.maintenance` of its settings, as version 2026.6.11 reads them. Pure.
 *
 * Where there are more than `maxEntries`, and a tenth or 25 more if that is larger, those with the oldest `updatedAt` go, the
 * ones without it first; those of a group, a channel, a thread or a topic stay.
 */
import type { AgentLimits } from "../../model/inspection.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../model/time.ts";
import { isKeptByAgent, sessionOf } from "./session.ts";

export interface Maintenance {
  /** How long a session stays that is not used (ms); null: what the settings say cannot be understood. */
  readonly keeps: number | null;
  /** How many sessions stay; null: any number, or what the settings say cannot be understood. */
  readonly most: number | null;
}

const USUAL: Maintenance = { keeps: 30 * DAY, most: 500 };
const NOT_UNDERSTOOD: Maintenance = { keeps: null, most: null };

/** `value`: of `session.maintenance`, with maps for objects. */
export function maintenanceIn(value: unknown): Maintenance {
  if (value === undefined || value === null) return USUAL;
  // A part of them may stand in another file.
  if (!(value instanceof Map) || value.has("$include")) return NOT_UNDERSTOOD;
  const age: unknown = value.get("pruneAfter") ?? value.get("pruneDays");
  const number: unknown = value.get("maxEntries") ?? USUAL.most;
  const mode: unknown = value.get("mode") ?? "enforce";
  const isCount = typeof number === "number" && Number.isSafeInteger(number) && number > 0;
  return {
    keeps: age === undefined || age === null ? USUAL.keeps : duration(age),
    most: mode === "enforce" && isCount ? number : null,
  };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
  ["d", DAY],
]);

/** `30`, `30d`, `1h30m`; a number alone is one of days. Null where it is none of these. */
function duration(value: unknown): number | null {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return null;
  const compact = text.trim().toLowerCase();
  if (/^\d+(?:\.\d+)?$/.test(compact)) return Number(compact) * DAY;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(compact)) return null;
  const parts = [...compact.matchAll(/([\d.]+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNITS.get(unit) ?? 0), 0);
}

/** From how many sessions on the agent by itself removes what is too much. */
function firstOver(most: number): number {
  return most < 50 ? most + 1 : most + Math.max(25, Math.ceil(most / 10));
}

/** The limits for a session, by its key and what it says, where an index has these. It may itself be one of them. */
export function limitsOf(
  sessions: ReadonlyMap<string, unknown>,
  { keeps, most }: Maintenance,
): (key: string, value: unknown) => AgentLimits {
  const sentence =
    keeps === null
      ? "how long its agent keeps it is not known: session.maintenance cannot be understood"
      : "its agent keeps it for longer (session.maintenance.pruneAfter)";
  const age = { keeps: keeps ?? Infinity, sentence };
  if (most === null) return () => age;
  const times = [...sessions].map(([key, value]) => timeOf(key, value));
  const kept = times.filter((time) => time === null).length;
  const newest = times.filter((time) => time !== null).toSorted((a, b) => b - a);
  // Of two with the same time neither is kept before the other.
  const newer = new Map<number, number>();
  for (const [at, time] of newest.entries()) if (!newer.has(time)) newer.set(time, at);
  const shared = { most, from: firstOver(most), total: sessions.size };
  return (key, value) => {
    const time = timeOf(key, value);
    if (time === null) return { ...age, count: { ...shared, ahead: null } };
    // One that was just taken out of the index is not among them.
    const before = newer.get(time) ?? newest.filter((other) => other > time).length;
    return { ...age, count: { ...shared, ahead: kept + before } };
  };
}

/** By what the agent orders a session; null: it never removes it for their number. */
function timeOf(key: string, value: unknown): number | null {
  const session = sessionOf(value, "");
  if (isKeptByAgent(key, session)) return null;
  // What it makes of a time that is not a number is not known: it may be the first to go.
  return typeof session?.updatedAt === "number" ? session.updatedAt : -Infinity;
}
