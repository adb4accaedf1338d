// What real SQLite writes is read as it is: page sizes, reserved bytes, both journal modes, tables that were altered,
// and the questions that an index answers.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { scratch } from "../support.ts";
import {
  answer,
  fill,
  needSqlite,
  reading,
  rowsOf,
  SCHEMA,
  sqlite,
  sqliteAnswers,
  sqliteKeepingLog,
} from "./support.ts";

beforeEach(needSqlite);

describe("databases of every shape are answered as by sqlite3", () => {
  const sizes = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
  it.each(sizes.flatMap((size) => [0, 8, size === 512 ? 32 : 255].map((reserved) => ({ size, reserved }))))(
    "pages of $size bytes, $reserved of them reserved",
    ({ size, reserved }) => {
      const root = scratch();
      const path = join(root, "a.db");
      sqlite(path, `.filectrl reserve_bytes ${reserved}\npragma page_size=${size};\n${SCHEMA} ${fill(0, 300)}`);
      const logged = sqliteKeepingLog(
        path,
        `${fill(300, 340)} delete from sessions where rowid % 9 = 0;`,
        join(root, "b.db"),
      );
      const [ours, theirs] = [answer(logged), sqliteAnswers([logged])[0]];
      expect(readFileSync(path).readUInt8(20)).toBe(reserved);
      expect(ours.split("\n").length).toBe(303);
      expect(ours).toBe(theirs);
      expect(answer(path)).toBe(theirs);
    },
  );

  it("one that was vacuumed, with auto_vacuum and free pages", () => {
    const root = scratch();
    const paths = ["none", "full", "incremental"].map((mode) => {
      const path = join(root, `${mode}.db`);
      sqlite(
        path,
        `pragma page_size=512; pragma auto_vacuum=${mode}; ${SCHEMA} ${fill(0, 200)} delete from sessions where rowid % 3 > 0;`,
      );
      return path;
    });
    expect(paths.map(answer)).toEqual(sqliteAnswers(paths));
  });

  it("a table of several levels, in which rows were deleted and others grew", () => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      `pragma page_size=512; ${SCHEMA} ${fill(0, 3000)} delete from sessions where rowid % 5 < 2;
      update sessions set title = hex(zeroblob(rowid % 700)) where rowid % 11 = 0;`,
    );
    expect(answer(path)).toBe(sqliteAnswers([path])[0]);
  });
});

describe("an altered table", () => {
  it("has the defaults of added columns in its older rows", () => {
    const path = join(scratch(), "a.db");
    const defaults = [
      "",
      "default null",
      "default 5",
      "default -2.5",
      "default '+ö''x'",
      "default true",
      "default false",
      'default "q"',
      "not null default 0",
      "default +7 check (1)",
      "default 1e3",
      "default .5",
    ];
    const types = ["", "integer", "text", "real", "blob", "varchar(10)", "some words", "boolean"];
    const added = types.flatMap((type, at) => defaults.map((value, number) => `c${at}_${number} ${type} ${value}`));
    const names = added.map((each) => each.split(" ")[0]!);
    sqlite(
      path,
      `create table t (id text primary key, foreign key (id) references t (id));
      insert into t values ('old'); ${added.map((each) => `alter table t add column ${each};`).join("\n")}
      insert into t (id) values ('new');`,
    );
    const rows = names.map((name) => [name, rowsOf(path, "t", [name])] as const);
    // What a conversion may change is refused.
    const refused = rows.filter(([, value]) => value === "schema").map(([name]) => added[names.indexOf(name)]);
    expect(refused.filter((each) => !/(?:text|varchar).*(?:2\.5|true|false|1e3|\.5)|integer .*'/.test(each!))).toEqual(
      [],
    );
    for (const [name, value] of rows.filter(([, value]) => value !== "schema")) {
      const [old, fresh] = value as unknown[];
      expect([name, old]).toEqual([name, fresh]);
    }
  });

  it("of which rows lack a column with an expression as default is refused, if the column is asked for", () => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      `create table t (a); insert into t values (1); alter table t add column b default (1);
      insert into t values (2, 3);`,
    );
    expect(rowsOf(path, "t", ["a", "b"])).toBe("schema");
    expect(rowsOf(path, "t", ["a"])).toEqual([[1], [2]]);
  });

  it("was dropped from, or had things renamed, and is read by its new names", () => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      `create table t (id text primary key, gone integer default 3, kept, "old name" text unique);
      insert into t values ('a', 1, 2, 'x'), ('b', 4, 5, 'y');
      alter table t drop column gone; alter table t rename column "old name" to "a ""new"" name";
      alter table t rename to renamed; alter table renamed add column later default 'l'; insert into renamed values ('c', 8, 9, 10);`,
    );
    expect(rowsOf(path, "t", ["id"])).toBe("schema");
    expect(rowsOf(path, "RENAMED", ["ID", "gone", "kept", 'a "new" name', "later"])).toEqual([
      ["a", undefined, 2, "x", "l"],
      ["b", undefined, 5, "y", "l"],
      ["c", undefined, 8, "9", 10],
    ]);
  });
});

describe("the largest value of a key", () => {
  const VALUES =
    "('a', 1), ('a', 30), ('a', null), ('b', null), ('c', 'text'), ('c', 9e99), ('d', x'00'), ('d', 'zz'), (5, 6)";
  it.each([
    ["by an index", "create index i on t (k, v)", true],
    ["by an index with a further column", "create index i on t (k collate binary asc, v, z)", true],
    ["without an index", "", false],
    ["with a partial index", "create index i on t (k, v) where v > 5", false],
    ["with a descending index", "create index i on t (k, v desc)", false],
    ["with another collation", "create index i on t (k collate nocase, v)", false],
    ["with an index on an expression", "create index i on t (k, v + 1)", false],
    ["with an index in another order", "create index i on t (v, k)", false],
    ["with an index of another table", "create table u (k, v); create index i on u (k, v)", false],
  ] as const)("is found %s", (_, index, used) => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      `pragma page_size=512; create table t (k text, v, z); insert into t (k, v) values ${VALUES};
      with recursive n(i) as (select 0 union all select i + 1 from n where i < 2000)
      insert into t select 'k' || (i % 50), i, 0 from n; ${index};`,
    );
    const keys = ["a", "b", "c", "d", "5", "", "zz", "k7"];
    const result = reading(path, function* (database) {
      const largest = yield* database.largest("t", { by: "k", of: "v" });
      const found: unknown[] = [];
      for (const key of keys) found.push(yield* largest(key));
      return found;
    });
    expect(result).toMatchObject({ value: [30, null, "text", Buffer.from([0]), 6, null, null, 1957] });
    if (result.kind !== "read") return;
    if (used) expect(result.pages).toBeLessThan(25);
    else expect(result.pages).toBeGreaterThan(50);
  });
});
