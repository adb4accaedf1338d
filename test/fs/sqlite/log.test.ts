// A log that moves on while it is used is noticed by its content alone, whatever its size and times say.

import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { runSync } from "../../../src/fs/cooperative.ts";
import { readWal } from "../../../src/fs/sqlite/wal.ts";
import { scratch } from "../support.ts";
import { needSqlite, sqlite, sqliteKeepingLog } from "./support.ts";

beforeEach(needSqlite);

const FRAME = 24 + 512;

/** A log of three transactions: of one frame, of several, of one. */
function log(root: string): Buffer {
  const path = join(root, "made.db");
  sqlite(path, "pragma page_size=512; create table t (a); insert into t values (1);");
  const sql = `update t set a = 2; insert into t values (hex(zeroblob(900))); update t set a = 3 where a = 2;`;
  return readFileSync(`${sqliteKeepingLog(path, sql, join(root, "copy.db"))}-wal`);
}

/** The frames that commit, by number from 1. */
function commits(bytes: Buffer): number[] {
  const frames = (bytes.length - 32) / FRAME;
  return Array.from({ length: frames }, (_, at) => at + 1).filter(
    (at) => bytes.readUInt32BE(32 + (at - 1) * FRAME + 4) > 0,
  );
}

function upTo(bytes: Buffer, frames: number): Buffer {
  const cut = Buffer.from(bytes);
  // What is left of an earlier generation has the same size, and salts of its own.
  cut.fill(7, 32 + frames * FRAME);
  return cut;
}

it("is noticed", () => {
  const root = scratch();
  const whole = log(root);
  const [first, second, third] = commits(whole);
  expect([first, third! - second!]).toEqual([1, 1]);
  expect(second! - first!).toBeGreaterThan(2);
  const path = join(root, "log");
  const movedFrom = (before: Buffer, after: Buffer): boolean => {
    writeFileSync(path, before);
    const fd = openSync(path, "r");
    onTestFinished(() => closeSync(fd));
    const wal = runSync(readWal(fd, before.subarray(0, 32), before.length));
    writeFileSync(path, after);
    return runSync(wal.moved());
  };
  const overwritten = Buffer.from(whole);
  overwritten[32 + (third! - 1) * FRAME + 16]! ^= 1;
  expect({
    same: movedFrom(upTo(whole, second!), upTo(whole, second!)),
    nothing: movedFrom(upTo(whole, 0), upTo(whole, 0)),
    halfATransaction: movedFrom(upTo(whole, first!), upTo(whole, second! - 1)),
    lessOfOne: movedFrom(upTo(whole, second! - 1), upTo(whole, first!)),
    oneMore: movedFrom(upTo(whole, second!), whole),
    theFirst: movedFrom(upTo(whole, 0), upTo(whole, first!)),
    theRestOfOne: movedFrom(upTo(whole, second! - 1), upTo(whole, second!)),
    anotherInItsPlace: movedFrom(whole, overwritten),
  }).toEqual({
    same: false,
    nothing: false,
    halfATransaction: false,
    lessOfOne: false,
    oneMore: true,
    theFirst: true,
    theRestOfOne: true,
    anotherInItsPlace: true,
  });
});
