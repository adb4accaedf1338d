// What is refused although nothing is damaged: other files, other kinds of databases and tables, writers that are at
// work or were interrupted, failing system calls. Each with a twin that is read.

import { linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { failCalls, interceptCallAt, interceptCalls, stopIntercepting } from "../../support/intercept-calls.ts";
import { setTimes } from "../../support/paths.ts";
import { fifo, scratch } from "../support.ts";
import { needSqlite, reading, rowsOf, sqlite, sqliteKeepingLog } from "./support.ts";

beforeEach(needSqlite);

const TABLE = "create table t (a text primary key, b);";
const ROWS = [
  ["x", 1],
  ["y", 2],
];
const MADE_AT = 1_700_000_000_000;

function database(root: string, sql = ""): string {
  const path = join(root, "a.db");
  sqlite(path, `pragma page_size=512; ${TABLE} insert into t values ('x', 1), ('y', 2); ${sql}`);
  setTimes(path, MADE_AT);
  return path;
}

function loggedDatabase(root: string): string {
  const made = join(root, "made.db");
  sqlite(made, `pragma page_size=512; ${TABLE} insert into t values ('x', 1);`);
  return sqliteKeepingLog(made, "insert into t values ('y', 2);", join(root, "a.db"));
}

/** Renames it, and returns the new path. */
function aside(path: string): string {
  renameSync(path, `${path}2`);
  return `${path}2`;
}

/** The same, and returns its path, which is free now. */
function freed(path: string): string {
  aside(path);
  return path;
}

function read(path: string): unknown {
  return rowsOf(path, "t", ["a", "b"]);
}

describe("in the place of the database", () => {
  it.each([
    ["a symlink to it", (path: string) => symlinkSync(aside(path), path), "not-a-file"],
    ["a FIFO", (path: string) => fifo(freed(path)), "not-a-file"],
    ["a directory", (path: string) => mkdirSync(freed(path)), "not-a-file"],
    ["a file with two names", (path: string) => linkSync(path, `${path}2`), "not-a-file"],
    ["an empty file", (path: string) => writeFileSync(path, ""), "not-a-database"],
    ["nothing", aside, "missing"],
    ["it, and a journal", (path: string) => writeFileSync(`${path}-journal`, "\xd9\xd5\x05"), "hot-journal"],
    ["it, and a journal that is a FIFO", (path: string) => fifo(`${path}-journal`), "not-a-file"],
    ["it, and a short log", (path: string) => writeFileSync(`${path}-wal`, "x"), "bad-wal"],
    ["it, and a log that is a symlink", (path: string) => symlinkSync(path, `${path}-wal`), "not-a-file"],
    ["it, and an empty journal", (path: string) => writeFileSync(`${path}-journal`, ""), ROWS],
    ["it, and a journal that is over", (path: string) => writeFileSync(`${path}-journal`, Buffer.alloc(600)), ROWS],
    ["it, and an empty log", (path: string) => writeFileSync(`${path}-wal`, ""), ROWS],
    ["it", () => {}, ROWS],
  ] as const)("%s", (_, change, expected) => {
    const path = database(scratch());
    change(path);
    expect(read(path)).toEqual(expected);
  });

  it("a path through a file is not reported as missing", () => {
    expect(read(join(database(scratch()), "a.db"))).toBe("ENOTDIR");
  });

  it("a database without a log in its format, and the log of another beside it", () => {
    const root = scratch();
    const log = readFileSync(`${loggedDatabase(root)}-wal`);
    const path = database(scratch());
    writeFileSync(`${path}-wal`, log);
    expect(read(path)).toBe("bad-wal");
  });
});

describe("kinds of databases and tables", () => {
  it.each([
    ["UTF-16", "pragma encoding='UTF-16le'; create table t (a, b)", "unsupported"],
    ["WITHOUT ROWID", "create table t (a text primary key, b) without rowid", "unsupported"],
    ["virtual", "create virtual table t using fts5(a, b)", "unsupported"],
    ["a view", "create table u (a, b); create view t as select a, b from u", "unsupported"],
    ["with a generated column", "create table t (a, b as (a + 1) stored)", "unsupported"],
    ["with a virtual column", "create table t (a, b generated always as (a))", "unsupported"],
    ["strict", "create table t (a text, b int) strict", "schema"],
    ["another name", "create table u (a, b)", "schema"],
    ["an index of that name", "create table u (a, b); create index t on u (a)", "schema"],
    ["with a descending key", "create table t (a text, b, primary key (a desc))", "schema"],
    ["ordinary", "create table t (a, b)", []],
    ["made by a query", "create table t as select 1 as a, 'x' as b", [[1, "x"]]],
  ] as const)("%s", (_, sql, expected) => {
    const path = join(scratch(), "a.db");
    sqlite(path, sql);
    expect(read(path)).toEqual(expected);
  });
});

describe("a key that differs from the index of the primary key", () => {
  it("is noticed, where sqlite3 answers as if nothing were wrong", () => {
    const path = database(scratch(), "update t set a = 'the-only-key' where a = 'x';");
    const bytes = readFileSync(path);
    const [first, second] = [bytes.indexOf("the-only-key"), bytes.lastIndexOf("the-only-key")];
    expect(first).not.toBe(second);
    for (const at of [first, second]) {
      const changed = Buffer.from(bytes);
      changed[at] = "x".codePointAt(0)!;
      writeFileSync(path, changed);
      setTimes(path, MADE_AT);
      expect(read(path)).toBe("corrupt");
    }
    expect(sqlite(path, "select count(*) from t")).toBe("2\n");
  });

  it("so is a row that only the table or the index has", () => {
    for (const [table, other] of [
      ["t", "u"],
      ["u", "t"],
    ]) {
      const path = database(
        scratch(),
        `create table u (a text primary key, b); insert into u values ('x', 1);
        create table keep as select rootpage from sqlite_schema where name = 'sqlite_autoindex_${other}_1';
        pragma writable_schema=on;
        update sqlite_schema set rootpage = (select rootpage from keep) where name = 'sqlite_autoindex_${table}_1';`,
      );
      expect(rowsOf(path, table!, ["a"])).toBe("corrupt");
    }
  });
});

describe("a failing system call", () => {
  it("is a result with its errno, whichever it is", () => {
    const path = loggedDatabase(scratch());
    let calls = 0;
    interceptCalls(() => (calls += 1));
    expect(read(path)).toEqual(ROWS);
    stopIntercepting();
    expect(calls).toBeGreaterThan(20);
    for (const code of ["EIO", "EACCES"]) {
      for (let nth = 1; nth <= calls; nth += 1) {
        let count = 0;
        const faults = failCalls(code, () => (count += 1) === nth);
        expect([nth, read(path)]).toEqual([nth, code]);
        expect(faults.met()).toBe(1);
        stopIntercepting();
      }
    }
    expect(read(path)).toEqual(ROWS);
  });

  it("and what the caller throws itself is passed on", () => {
    const path = database(scratch());
    expect(() =>
      reading(path, (found) =>
        found.rows("t", ["a"], () => {
          throw new Error("of the caller");
        }),
      ),
    ).toThrow("of the caller");
  });
});

describe("a change during the reading", () => {
  /** Changes the files before a call, in the first `attempts` of the attempts. */
  function disturb(attempts: number, act: () => void): { readonly attempts: () => number } {
    let begun = 0;
    interceptCalls((operation, path) => {
      if (operation === "open" && path.endsWith("a.db")) begun += 1;
      if (operation === "lstat" && path.endsWith("a.db") && begun <= attempts) act();
    });
    return { attempts: () => begun };
  }
  let round = 0;
  const changes: readonly (readonly [string, (path: string) => void])[] = [
    ["of the mtime", (path) => setTimes(path, MADE_AT + (round += 1) * 1000)],
    ["of the size", (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(512)]))],
    ["of the file", (path) => writeFileSync(path, readFileSync(aside(path)))],
    ["of the log's mtime", (path) => setTimes(`${path}-wal`, MADE_AT + (round += 1) * 1000)],
    [
      "of the log's header",
      (path) => {
        const log = readFileSync(`${path}-wal`);
        log[16]! ^= 1;
        writeFileSync(`${path}-wal`, log);
      },
    ],
  ];
  it("a journal that appears is noticed", () => {
    const path = database(scratch());
    interceptCallAt("pread", () => writeFileSync(`${path}-journal`, "\u00d9"), { nth: 3 });
    expect(read(path)).toBe("hot-journal");
  });

  it.each(changes)("%s is noticed, and ends the reading where it happens each time", (_, change) => {
    const path = loggedDatabase(scratch());
    const each = disturb(4, () => change(path));
    expect(read(path)).toBe("changing");
    expect(each.attempts()).toBe(4);
  });

  it.each(changes.slice(0, 4))("%s is read anew where it happens once", (_, change) => {
    const path = loggedDatabase(scratch());
    const each = disturb(1, () => change(path));
    expect(read(path)).toEqual(ROWS);
    expect(each.attempts()).toBe(2);
  });
});
