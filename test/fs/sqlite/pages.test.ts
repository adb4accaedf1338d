// Damage that a page alone does not show: the order of keys, and chains of overflow pages.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { scratch } from "../support.ts";
import { needSqlite, reading, rowsOf, sqlite } from "./support.ts";

beforeEach(needSqlite);

const PAGE = 512;

function made(sql: string): string {
  const path = join(scratch(), "a.db");
  sqlite(path, `pragma page_size=${PAGE}; ${sql}`);
  return path;
}

function edit(path: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return path;
}

/** The root of a table or an index, as the number of its page from 0. */
function rootOf(path: string, name: string): number {
  return Number(sqlite(path, `select rootpage from sqlite_schema where name = '${name}'`)) - 1;
}

/** Exchanges the first two cells of a leaf, of which the content stays. */
function swapCells(bytes: Buffer, page: number): void {
  const at = page * PAGE + 8;
  const [first, second] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
  bytes.writeUInt16BE(second, at);
  bytes.writeUInt16BE(first, at + 2);
}

describe("keys out of order are refused", () => {
  const SQL = `create table t (k text primary key, v); insert into t values ('a', 1), ('b', 2), ('c', 3);
    create index by_v on t (k, v);`;
  it.each(["t", "sqlite_autoindex_t_1"])("in %s", (name) => {
    const path = made(SQL);
    expect(rowsOf(path, "t", ["v"])).toEqual([[1], [2], [3]]);
    const root = rootOf(path, name);
    expect(
      rowsOf(
        edit(path, (bytes) => swapCells(bytes, root)),
        "t",
        ["v"],
      ),
    ).toBe("corrupt");
  });

  it("in an index that a single question uses", () => {
    const path = made(SQL);
    const ask = (): unknown =>
      reading(path, function* (database) {
        return yield* (yield* database.largest("t", { by: "k", of: "v" }))("c");
      });
    expect(ask()).toMatchObject({ kind: "read", value: 3 });
    const root = rootOf(path, "by_v");
    edit(path, (bytes) => swapCells(bytes, root));
    expect(ask()).toMatchObject({ kind: "unreadable", code: "corrupt" });
  });

  it("between the pages of a tree", () => {
    const path =
      made(`create table t (a, b); with recursive n(i) as (select 0 union all select i + 1 from n where i < 99)
      insert into t select i, hex(zeroblob(20)) from n;`);
    const root = rootOf(path, "t");
    const children = [0, 1].map((at) => (bytes: Buffer) => root * PAGE + bytes.readUInt16BE(root * PAGE + 12 + 2 * at));
    expect(readFileSync(path).readUInt8(root * PAGE)).toBe(5);
    const swapped = edit(path, (bytes) => {
      const [first, second] = children.map((of) => of(bytes));
      const [one, two] = [bytes.readUInt32BE(first), bytes.readUInt32BE(second)];
      bytes.writeUInt32BE(two, first);
      bytes.writeUInt32BE(one, second);
    });
    expect(rowsOf(swapped, "t", ["a"])).toBe("corrupt");
    const twice = edit(path, (bytes) => {
      const [first, second] = children.map((of) => of(bytes));
      bytes.writeUInt32BE(bytes.readUInt32BE(first), second);
    });
    expect(rowsOf(twice, "t", ["a"])).toBe("corrupt");
    const itself = edit(path, (bytes) => bytes.writeUInt32BE(root + 1, root * PAGE + 8));
    expect(rowsOf(itself, "t", ["a"])).toBe("corrupt");
  });
});

describe("a chain of overflow pages", () => {
  /** The row has one value in its page, one of five pages, and one behind that. */
  function chained(): { readonly path: string; readonly chain: readonly number[] } {
    const path = made(`create table t (a, long, b); insert into t values ('a', '${"z".repeat(2600)}', 'b');`);
    const bytes = readFileSync(path);
    const numbers = Array.from({ length: bytes.length / PAGE }, (_, at) => at);
    return {
      path,
      chain: numbers.filter((at) => bytes.toString("latin1", at * PAGE + 4, at * PAGE + 24) === "z".repeat(20)),
    };
  }

  it.each<readonly [string, (chain: readonly number[]) => readonly [at: number, next: number]]>([
    ["ends too early", (chain) => [chain[1]!, 0]],
    ["goes on after its end", (chain) => [chain.at(-1)!, chain[0]! + 1]],
    ["goes on after its end with a page of another", (chain) => [chain.at(-1)!, 1]],
    ["is a circle", (chain) => [chain[2]!, chain[0]! + 1]],
    ["goes back to its table", (chain) => [chain[2]!, 2]],
    ["leaves the database", (chain) => [chain[2]!, 999]],
  ])("that %s is refused where a value lies in it or behind it", (_, change) => {
    const { path, chain } = chained();
    expect(chain.length).toBe(5);
    expect(rowsOf(path, "t", ["a", "b"])).toEqual([["a", "b"]]);
    const [at, next] = change(chain);
    edit(path, (bytes) => bytes.writeUInt32BE(next, at * PAGE));
    expect(rowsOf(path, "t", ["b"])).toBe("corrupt");
    expect(rowsOf(path, "t", ["long"])).toBe("corrupt");
    expect(rowsOf(path, "t", ["a"])).toEqual([["a"]]);
  });

  it("that two rows share is refused, though each by itself is whole", () => {
    const long = (letter: string): string => `'${letter.repeat(2600)}'`;
    const path = made(
      `create table t (a, long, b); insert into t values (1, ${long("x")}, 'b'), (2, ${long("y")}, 'c');`,
    );
    expect(rowsOf(path, "t", ["b"])).toEqual([["b"], ["c"]]);
    edit(path, (bytes) => {
      const chainOf = (letter: string): number => bytes.indexOf(letter.repeat(508)) - 4;
      bytes.copy(bytes, chainOf("y"), chainOf("x"), chainOf("x") + 4);
    });
    expect(rowsOf(path, "t", ["b"])).toBe("corrupt");
  });
});
