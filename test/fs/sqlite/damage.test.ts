// Damaged databases: the reader answers what sqlite3 answers about a copy, or refuses. Never another answer, and never
// another error.

import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { setTimes } from "../../support/paths.ts";
import { scratch } from "../support.ts";
import {
  answer,
  copyDatabase,
  fill,
  needSqlite,
  random,
  SCHEMA,
  sqlite,
  sqliteAnswers,
  sqliteKeepingLog,
} from "./support.ts";

beforeEach(needSqlite);

const LONG = process.env["LONG"] === "1";

/** Long ago: what was written a moment before is not read at once. */
const WRITTEN_AT = 1_700_000_000_000;

interface Pair {
  readonly label: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Makes copies of a database, each with its own damage, and asks both about each. */
function compare<T>(root: string, from: string, all: readonly T[], damage: (to: string, one: T) => void): Pair[] {
  const paths = all.map((one, at) => {
    const path = copyDatabase(from, join(root, `copy-${at}.db`));
    damage(path, one);
    setTimes(path, WRITTEN_AT);
    return path;
  });
  const ours = paths.map(answer);
  const theirs = sqliteAnswers(paths);
  return all.map((one, at) => ({ label: JSON.stringify(one), ours: ours[at]!, theirs: theirs[at]! }));
}

/**
 * Answers that are not those of sqlite3; a refusal is not an answer. The one exception: where SQLite cannot parse the
 * definition of something else in the schema it refuses every question, and here the answer has to be that of the
 * undamaged database.
 */
function wrong(pairs: readonly Pair[], whole: string): Pair[] {
  return pairs.filter(
    ({ ours, theirs }) => !ours.startsWith("!") && ours !== theirs && !(theirs === "!schema" && ours === whole),
  );
}

function refusals(pairs: readonly Pair[]): number {
  return pairs.filter(({ ours }) => ours.startsWith("!")).length;
}

const PAGES = `pragma page_size=512; ${SCHEMA}`;

/** A database without a log. Everything that is asked for is in it. */
function plain(root: string): string {
  const path = join(root, "plain.db");
  sqlite(path, `${PAGES} ${fill(0, 25)} delete from sessions where rowid % 6 = 0; vacuum; ${fill(25, 30)}`);
  return path;
}

/** A database with a log of several transactions; the older of them are in the database as well. */
function logged(root: string): string {
  const path = join(root, "made.db");
  sqlite(path, `${PAGES} ${fill(0, 12)}`);
  const changes = `
    update sessions set ended_at = 3 where rowid = 2;
    ${fill(12, 14)}
    pragma wal_checkpoint(passive);
    begin; update sessions set ended_at = 5 where rowid % 4 = 0; ${fill(14, 15)} commit;
    delete from sessions where rowid = 5;
    update sessions set ended_at = 7 where rowid = 3;`;
  return sqliteKeepingLog(path, changes, join(root, "logged.db"));
}

/** The same with a log of a few frames. */
function shortLog(root: string): string {
  const path = join(root, "made.db");
  sqlite(path, `${PAGES} ${fill(0, 6)}`);
  const changes = `update sessions set ended_at = 3 where rowid = 2; update sessions set title = 't' where rowid = 4;
    begin; delete from sessions where rowid = 5; delete from messages where id = 3; commit;`;
  return sqliteKeepingLog(path, changes, join(root, "logged.db"));
}

function flipBit(path: string, bit: number): void {
  const bytes = readFileSync(path);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(path, bytes);
}

describe("a flipped bit gives the answer of sqlite3 or a refusal", () => {
  it.each([
    ["in a database without a log", plain, ""],
    ["in a database with a log", logged, ""],
    ["in the log", logged, "-wal"],
  ] as const)("%s", (_, make, end) => {
    const root = scratch();
    const from = make(root);
    const whole = answer(from);
    const size = readFileSync(from + end).length * 8;
    const next = random(20_261_127);
    // Each bit of the headers, and some of all the rest.
    const bits = [
      ...Array.from({ length: end === "" ? 100 * 8 : 64 * 8 }, (_, bit) => bit).filter((bit) => LONG || bit % 3 === 0),
      ...Array.from({ length: LONG ? 20_000 : 400 }, () => next(size)),
    ];
    const pairs = compare(root, from, bits, (path, bit) => flipBit(path + end, bit));
    expect(wrong(pairs, whole)).toEqual([]);
  });
});

describe("a log that was cut", () => {
  it("at every byte gives what sqlite3 answers about the frames that are whole", () => {
    const root = scratch();
    const from = LONG ? logged(root) : shortLog(root);
    const whole = readFileSync(`${from}-wal`);
    const frames = (whole.length - 32) / (24 + 512);
    const starts = Array.from({ length: frames + 1 }, (_, frame) => 32 + frame * (24 + 512));
    // sqlite3 is asked around each frame, or in a long run everywhere.
    const cuts = LONG
      ? Array.from({ length: whole.length + 1 }, (_, at) => at)
      : [0, ...starts.flatMap((at) => [at, at + 1, at + 24, at + 535])].filter((at) => at <= whole.length);
    const pairs = compare(root, from, cuts, (path, at) => truncateSync(`${path}-wal`, at));
    const asked = new Map(cuts.map((cut, at) => [cut, pairs[at]!]));
    // Less than a header: SQLite takes that for no log, and here it is refused.
    const [legible, rest] = [
      [...asked.keys()].filter((cut) => cut === 0 || cut >= 32),
      [...asked.keys()].filter((cut) => cut > 0 && cut < 32),
    ];
    expect(legible.filter((cut) => asked.get(cut)!.ours !== asked.get(cut)!.theirs)).toEqual([]);
    expect(rest.filter((cut) => asked.get(cut)!.ours !== "!bad-wal")).toEqual([]);
    // The transactions since the checkpoint, and none of them.
    expect(new Set(pairs.map(({ theirs }) => theirs)).size).toBe(4);

    const path = copyDatabase(from, join(root, "cut.db"));
    const others = Array.from({ length: frames * (24 + 512) }, (_, at) => at + 32).filter((cut) => !asked.has(cut));
    const wrongCuts = others.filter((cut) => {
      writeFileSync(`${path}-wal`, whole.subarray(0, cut));
      const start = starts.findLast((each) => each <= cut)!;
      return answer(path) !== asked.get(start)!.theirs;
    });
    expect(wrongCuts).toEqual([]);
  });

  it("as well as a database that was cut is never answered wrongly", () => {
    const root = scratch();
    const from = plain(root);
    const whole = answer(from);
    const length = readFileSync(from).length;
    const cuts = Array.from({ length: length / 128 }, (_, at) => at * 128);
    const pairs = compare(root, from, cuts, (path, at) => truncateSync(path, at));
    expect(wrong(pairs, whole)).toEqual([]);
    expect(refusals(pairs)).toBe(cuts.length);
  });
});

describe("anything at all in place of the files is refused", () => {
  it.each([
    ["noise", (next: (limit: number) => number) => Buffer.from(Array.from({ length: next(9000) }, () => next(256)))],
    ["zeros", (next: (limit: number) => number) => Buffer.alloc(next(9000))],
  ] as const)("%s", (_, make) => {
    const root = scratch();
    const path = join(root, "noise.db");
    const next = random(7);
    for (let round = 0; round < 200; round += 1) {
      writeFileSync(path, make(next));
      setTimes(path, WRITTEN_AT);
      expect(answer(path)).toMatch(/^!(?:not-a-database)$/);
    }
  });

  it("noise in pages, after a header that is right", () => {
    const root = scratch();
    const from = plain(root);
    const whole = readFileSync(from);
    const next = random(11);
    const pages = whole.length / 512;
    const damaged = Array.from({ length: LONG ? 5000 : 400 }, () => ({ page: next(pages), seed: next(1 << 30) }));
    const pairs = compare(root, from, damaged, (path, { page, seed }) => {
      const bytes = Buffer.from(whole);
      const noise = random(seed);
      // Single bytes at first, whole pages later; the header of the database stays.
      const length = noise(2) === 0 ? 1 + noise(8) : 512;
      const start = page * 512 + (length === 512 ? 0 : noise(512 - length));
      for (let at = Math.max(100, start); at < start + length; at += 1) bytes[at] = noise(256);
      writeFileSync(path, bytes);
    });
    expect(wrong(pairs, answer(from))).toEqual([]);
    expect(refusals(pairs)).toBeGreaterThan(pairs.length / 10);
  });

  it("noise in the log, after a header that is right, is as if it were not there", () => {
    const root = scratch();
    const from = logged(root);
    const next = random(13);
    const header = readFileSync(`${from}-wal`).subarray(0, 32);
    const pairs = compare(
      root,
      from,
      Array.from({ length: 50 }, (_, at) => at),
      (path) => {
        writeFileSync(`${path}-wal`, header);
        appendFileSync(`${path}-wal`, Buffer.from(Array.from({ length: 3000 }, () => next(256))));
      },
    );
    expect(pairs.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
  });
});
