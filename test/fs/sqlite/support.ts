// What tests of the SQLite reader share: databases that the sqlite3 program writes, what that program answers about
// them, and the same question put to the reader.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import type { TestContext } from "vitest";
import { runSync } from "../../../src/fs/cooperative.ts";
import type { Database } from "../../../src/fs/sqlite/database.ts";
import { type DatabaseReading, readDatabase } from "../../../src/fs/sqlite/read-database.ts";
import type { Value } from "../../../src/fs/sqlite/record.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import type { CooperativeTask } from "../../../src/model/steps.ts";
import { loudly } from "../support.ts";

const present = spawnSync("sqlite3", ["--version"]).status === 0;

/** Skips a test of what real SQLite writes, where it is missing. */
export function needSqlite(test: TestContext): void {
  if (!present) loudly(test, "the sqlite3 program is missing, which writes the databases of these tests");
}

/** Runs SQL in the sqlite3 program; a log it makes is checkpointed as it ends. */
export function sqlite(path: string, sql: string): string {
  return execFileSync("sqlite3", ["-bail", path], { input: sql, encoding: "utf8", maxBuffer: 1 << 28 });
}

/**
 * The same, and the log stays: the files are copied to `to` while the program still has them open. Returns `to`.
 */
export function sqliteKeepingLog(path: string, sql: string, to: string): string {
  const copy = ["", "-wal"].map((end) => `cp '${path}${end}' '${to}${end}'`).join(" && ");
  sqlite(path, `pragma journal_mode=wal;\npragma wal_autocheckpoint=0;\n${sql}\n.shell ${copy}\n`);
  return to;
}

/** Copies a database with its log, if it has one. */
export function copyDatabase(from: string, to: string): string {
  for (const end of ["", "-wal"]) if (existsSync(from + end)) copyFileSync(from + end, to + end);
  return to;
}

/** Runs a reading to its end. */
export function reading<T>(path: string, read: (database: Database) => CooperativeTask<T>): DatabaseReading<T> {
  return runSync(readDatabase(bytePath(path), read));
}

/** The rows of a table, or why they cannot be read. */
export function rowsOf(path: string, table: string, columns: readonly string[]): unknown {
  const result = reading(path, function* (database) {
    const rows: unknown[] = [];
    yield* database.rows(table, columns, (row) => rows.push(row));
    return rows;
  });
  return result.kind === "read" ? result.value : result.kind === "missing" ? "missing" : result.code;
}

/** Sessions and messages, as an agent has them; further columns only take up room. */
export const SCHEMA = `
  create table sessions (id text primary key, source text not null default 'cli', title text, started_at real not null,
    ended_at real, notes text);
  create table messages (id integer primary key autoincrement, session_id text not null references sessions(id),
    content text, timestamp real not null);
  create index messages_by_session on messages(session_id, timestamp);
`;

/** Rows of both. Some notes need overflow pages, whatever the page size up to 4096. */
export function fill(from: number, to: number): string {
  return `
    with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to - 1})
    insert into sessions select printf('2026%04d_%06x', i * 37 % 997, i * 7919), 'cli', 'title ' || i, 1.7e9 + i * 1000.5,
      case when i % 3 = 0 then null else 1.7e9 + i * 1000.5 + 60 end,
      case when i % 7 = 0 then hex(zeroblob(3000)) else 'short' end from n;
    insert into messages(session_id, content, timestamp) select id, 'some words about ' || title, started_at + value
      from sessions, (select 1 as value union all select 2.25 union all select 5)
      where id not in (select session_id from messages);`;
}

/** A value in one form for both sides. */
function written(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "bigint") return `number:${value}`;
  const [kind, bytes] = typeof value === "string" ? ["text", Buffer.from(value)] : ["blob", value];
  return `${kind}:${bytes.toString("hex").toUpperCase()}`;
}

const ASKED = ["id", "started_at", "ended_at", "title"];

/** What the reader says of all sessions and their newest messages: a text, or the code of a refusal after a `!`. */
export function answer(path: string): string {
  const result = reading(path, function* (database) {
    const names = database.columns("sessions");
    if (!ASKED.every((name) => names.includes(name))) return "!column";
    const rows: Value[][] = [];
    yield* database.rows("sessions", ASKED, (row) => {
      rows.push(row.map((value) => value ?? null));
    });
    const newest = yield* database.largest("messages", { by: "session_id", of: "timestamp" });
    for (const row of rows) row.push(typeof row[0] === "string" ? yield* newest(row[0]) : null);
    return rows.map((row) => row.map(written).join(" ")).join("\n");
  });
  return result.kind === "read" ? result.value : result.kind === "missing" ? "!missing" : `!${result.code}`;
}

function sqlOf(column: string): string {
  return `case typeof(${column}) when 'null' then 'null' when 'text' then 'text:' || hex(${column})
    when 'blob' then 'blob:' || hex(${column}) else typeof(${column}) || ':' || quote(${column}) end`;
}

/** The same question as SQL, whose answer is one row. It reads the table, and of messages the index, as the reader does. */
export const QUESTION = `select 'answer' || char(10) || coalesce(group_concat(line, char(10)), '') from (
  select ${[...ASKED, "newest"].map(sqlOf).join(" || ' ' || ")} as line from (
    select ${ASKED.join(", ")}, case typeof(id) when 'text' then
      (select max(timestamp) from messages indexed by messages_by_session where session_id = s.id) end as newest
    from sessions as s not indexed order by rowid));`;

/**
 * What the sqlite3 program says of each database. It changes the files. Where it reports an error that is `!error`, and
 * `!schema` where the error is that the definition of any table, index or trigger cannot be parsed.
 */
export function sqliteAnswers(paths: readonly string[]): string[] {
  const script = paths.map((path) => `.print @@\n.open '${path}'\n${QUESTION}\n`).join("");
  // Unbuffered, so that errors are where they belong between the answers.
  const command = "exec stdbuf -o0 sqlite3 2>&1";
  const { stdout } = spawnSync("sh", ["-c", command], { input: script, encoding: "utf8", maxBuffer: 1 << 30 });
  const answers = stdout.split(/^@@\n/m).slice(1);
  if (answers.length !== paths.length) throw new Error(`${answers.length} answers about ${paths.length} databases`);
  return answers.map(
    (text) => asAnswer(text.replace(/\n$/, "")) ?? (text.includes("malformed database schema") ? "!schema" : "!error"),
  );
}

/** The row that answers the question as the reader would answer it; null where the text is not that. */
export function asAnswer(text: string): string | null {
  return text.startsWith("answer\n") ? numbersLike(text.slice("answer\n".length)) : null;
}

/** SQLite distinguishes 3 and 3.0, and has another way to write numbers. */
function numbersLike(text: string): string {
  return text.replaceAll(/\b(integer|real):(\S+)/g, (_, kind: string, digits: string) => {
    const value = kind === "integer" ? BigInt(digits) : Number(digits.replace("Inf", "Infinity"));
    return written(Number.isSafeInteger(Number(value)) ? Number(value) : value);
  });
}

/** Reproducible random numbers: a function that gives integers from 0 up to a limit (mulberry32). */
export function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
