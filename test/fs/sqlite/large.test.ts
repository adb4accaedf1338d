// Large databases: only the pages of the walk are read, little memory is used, and the event loop gets its turns.

import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readDatabase } from "../../../src/fs/sqlite/read-database.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import { setTimes } from "../../support/paths.ts";
import { loudly, scratch } from "../support.ts";
import { needSqlite, rowsOf, sqlite } from "./support.ts";

beforeEach(needSqlite);

const LONG = process.env["LONG"] === "1";
/** Bytes of one message, far more than a page. */
const LENGTH = 100_000;
const MESSAGES = LONG ? 10_000 : 600;
const SESSIONS = 200;

function make(path: string, index: string): void {
  sqlite(
    path,
    `pragma journal_mode=off; pragma synchronous=off;
    create table sessions (id text primary key, notes blob, ended_at real);
    create table messages (id integer primary key, session_id text, timestamp real, content blob, role text);
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${SESSIONS - 1})
    insert into sessions select 's' || i, zeroblob(${LENGTH}), i from n;
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${MESSAGES - 1})
    insert into messages select i, 's' || (i % ${SESSIONS}), i, zeroblob(${LENGTH}), 'user' from n; ${index};`,
  );
}

interface Walked {
  readonly newest: readonly unknown[];
  readonly pages: number;
  readonly steps: number;
  /** How much the process has grown at most, in bytes. */
  readonly grown: number;
}

function walk(path: string): Walked {
  const before = process.memoryUsage.rss();
  let [steps, most] = [0, 0];
  const task = readDatabase(bytePath(path), function* (database) {
    const ids: string[] = [];
    yield* database.rows("sessions", ["id"], ([id]) => ids.push(String(id)));
    const largest = yield* database.largest("messages", { by: "session_id", of: "timestamp" });
    const newest: unknown[] = [];
    for (const id of ids) newest.push(yield* largest(id));
    return newest;
  });
  for (;;) {
    const step = task.next();
    if (step.done === true) {
      if (step.value.kind !== "read") throw new Error(JSON.stringify(step.value));
      return { newest: step.value.value, pages: step.value.pages, steps, grown: most - before };
    }
    steps += 1;
    if (steps % 16 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
}

describe("a database with long values", () => {
  const expected = Array.from({ length: SESSIONS }, (_, at) => MESSAGES - SESSIONS + at);
  it.each([
    ["an index of messages", "create index i on messages (session_id, timestamp)"],
    ["no such index", ""],
  ])("and %s is read by a small part of its pages", (_, index) => {
    const path = join(scratch(), "a.db");
    make(path, index);
    const all = statSync(path).size / 4096;
    const { newest, pages, steps, grown } = walk(path);
    expect(newest).toEqual(expected);
    // Without the index there are as many leaves as messages at most, since two do not fit into one.
    expect(pages).toBeLessThan(all / 15);
    expect(steps).toBeGreaterThanOrEqual(pages - 2);
    if (LONG) expect(statSync(path).size).toBeGreaterThan(1e9);
    expect(grown).toBeLessThan(50e6);
  });

  it("gives a value behind a long one by following its pages, and refuses to take a very long one into memory", () => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      "create table t (a, long blob, b); insert into t values (1, zeroblob(5000000), 'behind'), (2, zeroblob(500000), 'too');",
    );
    expect(rowsOf(path, "t", ["b"])).toEqual([["behind"], ["too"]]);
    expect(rowsOf(path, "t", ["long"])).toBe("unsupported");
  });
});

it("beyond 1 GB the page that SQLite locks is left out", (test) => {
  // A sparse file: one page is written on each side of the lock.
  const path = join(scratch(), "a.db");
  sqlite(path, "pragma page_size=65536; create table t (a, b); insert into t values (1, zeroblob(3000000)), (2, 3);");
  const made = spawnSync("truncate", ["-s", "1100M", path]);
  if (made.status !== 0) return loudly(test, "a sparse file cannot be made here");
  // The reader goes by the header's size, so what lies behind it is not looked at.
  expect(rowsOf(path, "t", ["a"])).toEqual([[1], [2]]);
});

it("what was written a moment ago is read once its mtime would tell the next write", () => {
  const path = join(scratch(), "a.db");
  sqlite(path, "create table t (a); insert into t values (1);");
  const stepsAt = (mtime: number): number => {
    setTimes(path, mtime);
    const task = readDatabase(bytePath(path), (database) => database.rows("t", ["a"], () => {}));
    let steps = 0;
    while (task.next().done !== true) steps += 1;
    return steps;
  };
  const settled = stepsAt(Date.now() - 3_600_000.5);
  // A busy machine may take longer in between than the wait is.
  const fresh = Array.from({ length: 20 }, () => stepsAt(Date.now() + 0.5));
  expect(Math.max(...fresh)).toBeGreaterThan(settled);
});

it("a write while it waits for that is noticed", () => {
  const path = join(scratch(), "a.db");
  sqlite(path, "create table t (a); insert into t values (1);");
  let count = 0;
  const task = readDatabase(bytePath(path), (database) => database.rows("t", ["a"], () => (count += 1)));
  for (let step = 0; task.next().done !== true; step += 1) if (step === 0) writeFileSync(path, "", { flag: "r+" });
  expect(count).toBe(1);
});
