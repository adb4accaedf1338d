// The SQLite that Node brings along, another version than the program: what it writes is read, and it answers the same.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loudly, scratch } from "../support.ts";
import { answer, asAnswer, fill, QUESTION, rowsOf, SCHEMA } from "./support.ts";

/** Writes with a log, copies both files while the database is open, and prints the answer. */
const WRITER = `
  import { DatabaseSync } from "node:sqlite";
  import { copyFileSync } from "node:fs";
  const [path, to, statements, question] = process.argv.slice(1);
  const database = new DatabaseSync(path);
  for (const sql of JSON.parse(statements)) database.exec(sql);
  for (const end of ["", "-wal"]) copyFileSync(path + end, to + end);
  process.stdout.write(String(Object.values(database.prepare(question).get())[0]));
`;

it("a database that Node has open, with a log, is answered as Node answers", (test) => {
  const node = (script: string, ...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script, ...args], { encoding: "utf8" });
  if (node(`import "node:sqlite"`).status !== 0) return loudly(test, "this Node has no node:sqlite");
  const root = scratch();
  const copy = join(root, "copy.db");
  const statements = [
    "pragma foreign_keys=off; pragma journal_mode=wal; pragma wal_autocheckpoint=20;",
    SCHEMA,
    ...[0, 10, 20, 30, 40, 50].flatMap((at) => [fill(at, at + 10), "delete from sessions where rowid % 7 = 0"]),
    "alter table sessions add column pinned integer default 3",
  ];
  const made = node(WRITER, join(root, "a.db"), copy, JSON.stringify(statements), QUESTION);
  expect(made.stderr).toBe("");
  const theirs = asAnswer(String(made.stdout));
  expect(theirs?.split("\n").length).toBeGreaterThan(45);
  expect(answer(copy)).toBe(theirs);
  expect(new Set(JSON.stringify(rowsOf(copy, "sessions", ["pinned"])).match(/\[\d\]/g))).toEqual(new Set(["[3]"]));
});
