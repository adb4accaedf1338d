// Values of each type that SQLite stores, at the limits of each.

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Value } from "../../../src/fs/sqlite/record.ts";
import { scratch } from "../support.ts";
import { needSqlite, rowsOf, sqlite } from "./support.ts";

beforeEach(needSqlite);

describe("values", () => {
  it.each<readonly [string, Value]>([
    ["null", null],
    ["0", 0],
    ["1", 1],
    ["-1", -1],
    ["127", 127],
    ["-128", -128],
    ["128", 128],
    ["32767", 32_767],
    ["-32768", -32_768],
    ["32768", 32_768],
    ["8388607", 8_388_607],
    ["-8388608", -8_388_608],
    ["8388608", 8_388_608],
    ["2147483647", 2_147_483_647],
    ["-2147483648", -2_147_483_648],
    ["2147483648", 2_147_483_648],
    ["140737488355327", 140_737_488_355_327],
    ["-140737488355328", -140_737_488_355_328],
    ["140737488355328", 140_737_488_355_328],
    ["9007199254740991", 2 ** 53 - 1],
    ["9007199254740992", 2n ** 53n],
    ["-9007199254740991", 1 - 2 ** 53],
    ["-9007199254740992", -(2n ** 53n)],
    ["9223372036854775807", 2n ** 63n - 1n],
    ["-9223372036854775808", -(2n ** 63n)],
    ["0.5", 0.5],
    ["-1e300", -1e300],
    ["9e999", Infinity],
    ["-9e999", -Infinity],
    ["9e999 - 9e999", null],
    ["''", ""],
    ["'a'", "a"],
    ["'\u{1f600}\u00e9'", "\u{1f600}\u00e9"],
    ["'\ufeffbom'", "\ufeffbom"],
    ["cast(x'610062' as text)", "a\0b"],
    ["x''", Buffer.from([])],
    ["x'00ff'", Buffer.from([0, 255])],
    ["zeroblob(5000)", Buffer.alloc(5000)],
  ])("%s", (sql, value) => {
    const path = join(scratch(), "a.db");
    sqlite(path, `pragma page_size=512; create table t (before, v, after); insert into t values (1, ${sql}, 2);`);
    expect(rowsOf(path, "t", ["before", "v", "after"])).toEqual([[1, value, 2]]);
  });

  it("of a column of reals are numbers, although whole ones are stored as integers", () => {
    const path = join(scratch(), "a.db");
    sqlite(
      path,
      "create table t (v real); insert into t values (3), (3.5), (-0.0), (1e15), (9007199254740993), (null), ('x');",
    );
    expect(rowsOf(path, "t", ["v"])).toEqual([[3], [3.5], [0], [1e15], [9_007_199_254_740_992], [null], ["x"]]);
  });

  it("and rowids up to 64 bits", () => {
    const path = join(scratch(), "a.db");
    const ids = ["-9223372036854775808", "-1", "0", "1", "9007199254740993", "9223372036854775807"];
    sqlite(
      path,
      `create table t (a, id integer primary key); ${ids.map((id) => `insert into t values ('a', ${id});`).join("")}`,
    );
    expect(rowsOf(path, "t", ["id", "a"])).toEqual(
      [-(2n ** 63n), -1, 0, 1, 2n ** 53n + 1n, 2n ** 63n - 1n].map((id) => [id, "a"]),
    );
  });

  it("that are long, on both sides of each limit", () => {
    const path = join(scratch(), "a.db");
    const lengths = Array.from({ length: 1200 }, (_, at) => at);
    sqlite(
      path,
      `pragma page_size=512; create table t (a, b, c);
      with recursive n(i) as (select 0 union all select i + 1 from n where i < 1199)
      insert into t select i, substr(hex(zeroblob(i)), 1, i), 'end' || i from n;`,
    );
    expect(rowsOf(path, "t", ["c", "b", "a"])).toEqual(lengths.map((i) => [`end${i}`, "0".repeat(i), i]));
  });

  it("that are text and not UTF-8 are refused where they are asked for, and nowhere else", () => {
    const path = join(scratch(), "a.db");
    sqlite(path, "create table t (a, b); insert into t values (cast(x'ff41' as text), 'b');");
    expect(rowsOf(path, "t", ["a"])).toBe("corrupt");
    expect(rowsOf(path, "t", ["b"])).toEqual([["b"]]);
  });
});
