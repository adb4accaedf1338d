/** The sessions that `state.db` knows. Columns were added over the years, so they are read by name, where they are there. */
import { runCooperatively } from "../../../fs/cooperative.ts";
import { refuse } from "../../../fs/sqlite/refusal.ts";
import type { DatabaseReading } from "../../../fs/sqlite/read-database.ts";
import type { Database, Row } from "../../../fs/sqlite/database.ts";
import { bytePath } from "../../../fs/syscalls.ts";
import type { CooperativeTask } from "../../../model/steps.ts";

export interface SessionRow {
  readonly id: string;
  /** The session that it continues, or was begun from. */
  readonly parent: string | null;
  /** When it began (ms). */
  readonly startedAt: number | null;
  /** Never ended, or in a way that is not understood. */
  readonly isOpen: boolean;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  /** The newest of all times of it, of its messages too (ms); null: it has none that is one. */
  readonly usedAt: number | null;
}

/** They have been there from the first version on: without them it is not known what is in use. */
const REQUIRED = ["id", "ended_at", "started_at", "parent_session_id"] as const;
const LATER = ["last_activity_at", "pinned", "archived"] as const;

/** Throws no errno. */
export async function readRows(path: string): Promise<DatabaseReading<readonly SessionRow[]>> {
  const { readDatabase } = await import("../../../fs/sqlite/read-database.ts");
  return runCooperatively(readDatabase(bytePath(path), rowsIn));
}

function* rowsIn(database: Database): CooperativeTask<readonly SessionRow[]> {
  const columns = new Set(database.columns("sessions").map((name) => name.toLowerCase()));
  const missing = REQUIRED.find((name) => !columns.has(name));
  if (missing !== undefined) refuse("schema", `the table sessions has no column ${missing}`);
  const found: Row[] = [];
  yield* database.rows("sessions", [...REQUIRED, ...LATER], (row) => found.push(row));
  const newestMessage = yield* database.largest("messages", { by: "session_id", of: "timestamp" });
  const rows: SessionRow[] = [];
  for (const row of found) {
    const [id] = row;
    // A key that is no text names no file.
    if (typeof id !== "string") continue;
    rows.push(rowOf(id, row, yield* newestMessage(id)));
  }
  return rows;
}

function rowOf(id: string, [, ended, started, parent, active, pinned, archived]: Row, message: unknown): SessionRow {
  const times = [ended, started, active, message].flatMap((time) => timeOf(time) ?? []);
  return {
    id,
    parent: typeof parent === "string" ? parent : null,
    startedAt: timeOf(started),
    isOpen: timeOf(ended) === null,
    isPinned: isSet(pinned),
    isArchived: isSet(archived),
    usedAt: times.length === 0 ? null : Math.max(...times),
  };
}

/** Seconds since the epoch, as ms. A time in the future stays one: then nothing about it is old. */
function timeOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= EARLIEST ? value * 1000 : null;
}

/** The agent did not exist before (s). */
const EARLIEST = Date.UTC(2020, 0, 1) / 1000;

/** Any value but those that mean no: what is not understood protects. */
function isSet(value: Row[number]): boolean {
  return value !== undefined && value !== null && value !== 0 && value !== 0n && value !== "";
}
