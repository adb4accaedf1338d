// What is read of state.db: versions of it from the first columns to those of today, and values that mean nothing.
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { readRows, type SessionRow } from "../../../../src/agents/hermes/sessions/rows.ts";
import { needSqlite, sqlite } from "../../../fs/sqlite/support.ts";
import { removeTree } from "../../../support/paths.ts";

beforeEach(needSqlite);

const FIRST = `create table sessions (id text primary key, source text not null, parent_session_id text,
    started_at real not null, ended_at real);
  create table messages (id integer primary key, session_id text, timestamp real);`;

/** A database of these statements. */
function database(sql: string): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-rows-")));
  onTestFinished(() => removeTree(root));
  const path = join(root, "state.db");
  sqlite(path, sql);
  return path;
}

async function rowsOf(sql: string): Promise<readonly SessionRow[]> {
  const found = await readRows(database(sql));
  if (found.kind !== "read") throw new Error(JSON.stringify(found));
  return found.value;
}

describe("the rows", () => {
  it("of the first version have what they have", async () => {
    const rows = await rowsOf(`${FIRST}
      insert into sessions values ('a', 'cli', null, 1700000000, 1700000100.5), ('b', 'cli', 'a', 1700000200, null);`);
    const plain = { isPinned: false, isArchived: false };
    expect(rows).toEqual([
      { id: "a", parent: null, startedAt: 1_700_000_000_000, isOpen: false, ...plain, usedAt: 1_700_000_100_500 },
      { id: "b", parent: "a", startedAt: 1_700_000_200_000, isOpen: true, ...plain, usedAt: 1_700_000_200_000 },
    ]);
  });

  it.each([
    ["with an index", "create index by_session on messages(session_id, timestamp);"],
    ["without one", ""],
  ])("are as young as their newest message, %s", async (_how, index) => {
    const rows = await rowsOf(`${FIRST}${index}
      insert into sessions values ('a', 'cli', null, 1700000000, 1700000100), ('ab', 'cli', null, 1700000000, 1700000100);
      insert into messages values (1, 'a', 1700000050), (2, 'a', 1790000000), (3, 'ab', 1700000060), (4, 'abc', 1795000000);`);
    expect(rows.map(({ id, usedAt }) => [id, usedAt])).toEqual([
      ["a", 1_790_000_000_000],
      ["ab", 1_700_000_100_000],
    ]);
  });

  it("of later versions are pinned and archived, and used when they say, also those that were there before", async () => {
    const rows = await rowsOf(`${FIRST}
      insert into sessions values ('before', 'cli', null, 1700000000, 1700000100);
      alter table sessions add column archived integer not null default 0;
      alter table sessions add column pinned integer default 0;
      alter table sessions add column last_activity_at real;
      insert into sessions values ('pinned', 'cli', null, 1700000000, 1700000100, 0, 1, null),
        ('archived', 'cli', null, 1700000000, 1700000100, 1, 0, 1780000000), ('odd', 'cli', null, 1700000000, 1700000100, '', 'yes', 0);`);
    expect(rows.map((row) => [row.id, row.isPinned, row.isArchived, row.usedAt])).toEqual([
      ["before", false, false, 1_700_000_100_000],
      ["pinned", true, false, 1_700_000_100_000],
      ["archived", false, true, 1_780_000_000_000],
      ["odd", true, false, 1_700_000_100_000],
    ]);
  });

  it.each([
    ["no number", "'soon'"],
    ["zero", "0"],
    ["milliseconds before 2020", "1500000000"],
    ["nothing", "null"],
  ])("that ended at %s are open", async (_what, ended) => {
    const [row] = await rowsOf(`${FIRST} insert into sessions values ('a', 'cli', null, 1700000000, ${ended});`);
    expect(row).toMatchObject({ isOpen: true, usedAt: 1_700_000_000_000 });
  });

  it("keep a time in the future, so that nothing of them is old", async () => {
    const [row] = await rowsOf(`${FIRST} insert into sessions values ('a', 'cli', null, 1700000000, 4000000000);`);
    expect(row).toMatchObject({ isOpen: false, usedAt: 4_000_000_000_000 });
  });

  it("with a key that is not a text are left out", async () => {
    expect(await rowsOf(`${FIRST} insert into sessions values (x'61', 'cli', null, 1, 2);`)).toEqual([]);
  });

  it.each([
    ["without sessions", "create table messages (id integer primary key, session_id text, timestamp real);"],
    [
      "without messages",
      "create table sessions (id text primary key, started_at real, ended_at real, parent_session_id text);",
    ],
    ["without the end of a session", FIRST.replace(", ended_at real", "")],
    ["without the parent of a session", FIRST.replace("parent_session_id text,", "")],
    ["of other tables", "create table notes (id text);"],
  ])("of a database %s are not known", async (_what, sql) => {
    expect(await readRows(database(sql))).toMatchObject({ kind: "unreadable", code: "schema" });
  });
});
