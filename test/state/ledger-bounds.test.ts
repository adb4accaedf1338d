// A ledger must never get too large to be read. Others' records are given up whole, late, and oldest first.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Ancestor } from "../../src/model/ledger.ts";
import { DAY } from "../../src/model/time.ts";
import { readLedger, writeLedger } from "../../src/state/ledger.ts";
import { recordsToDrop, type RecordSize, READABLE } from "../../src/state/ledger-bounds.ts";
import { removeTree } from "../support/paths.ts";

const NOW = Date.UTC(2026, 10, 20);
const MIB = 1024 * 1024;
const QUIET = 90 * DAY;

const US = { id: "us", former: "us" };

describe("who is given up", () => {
  const one = (name: string, mib: number, heardOf: number | null): RecordSize => ({ name, bytes: mib * MIB, heardOf });
  const long = NOW - 400 * DAY;

  it.each<[title: string, others: readonly RecordSize[], own: number, gone: readonly string[]]>([
    ["none while there is room, however long ago", [one("a", 3, long), one("b", 3, null)], 1, []],
    ["one who was not heard of for 90 days, beyond 8 MiB", [one("a", 5, NOW - QUIET - 1), one("b", 5, NOW)], 1, ["a"]],
    ["none that was heard of within 90 days", [one("a", 5, NOW - QUIET), one("b", 5, NOW)], 1, []],
    [
      "no more than it takes, oldest first",
      [one("b", 4, long + 1), one("a", 4, long), one("c", 1, long + 2)],
      1,
      ["a"],
    ],
    ["for our own record too, which stays", [one("a", 1, long)], 20, ["a"]],
    ["an unreadable record first", [one("a", 5, long), one("b", 5, null)], 1, ["b"]],
    ["by name where all else is alike", [one("b", 5, long), one("a", 5, long)], 1, ["a"]],
    [
      "also a fresh one, rather than exceed the largest readable size",
      [one("a", 40, NOW - 1), one("b", 30, NOW)],
      1,
      ["a"],
    ],
    ["no fresh one up to there", [one("a", 32, NOW - 1), one("b", 30, NOW)], 1, []],
    ["one that writes 2099 before the others", [one("a", 40, NOW + 9e11), one("b", 30, NOW)], 1, ["a"]],
  ])("%s", (_, others, own, gone) => {
    expect([...recordsToDrop(others, own * MIB, NOW)].toSorted()).toEqual(gone);
    expect([...recordsToDrop(others.toReversed(), own * MIB, NOW)].toSorted()).toEqual(gone);
  });
});

describe("a ledger that is written", () => {
  let state: string;
  const file = (): string => join(state, "ledger.json");
  const names = (): string[] =>
    Object.keys((JSON.parse(readFileSync(file(), "utf8")) as { observers: object }).observers);

  beforeEach(() => {
    // In memory where that is possible: these are tens of megabytes, synced.
    state = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "cgc-ledger-"));
    onTestFinished(() => removeTree(state));
  });

  /** Others, each with one workdir, seen so many days ago, and so many MiB of what we do not know. */
  function others(rows: Readonly<Record<string, readonly [days: number, mib: number]>>): void {
    const observers = Object.entries(rows).map(([name, [days, mib]]): [string, object] => {
      const seen = { [`/work/of-${name}`]: [NOW - days * DAY, 0] };
      return [name, { places: [place("/")], seen, missing: {}, note: "x".repeat(mib * MIB) }];
    });
    writeFileSync(file(), JSON.stringify({ version: 1, observers: Object.fromEntries(observers) }));
  }

  it("loses a quiet one when it gets large, and its workdirs are as at first sight", async () => {
    others({ quiet: [91, 5], lively: [89, 5] });
    await write(new Map([["/work/ours", way("/work/ours")]]));
    expect(names()).toEqual(["lively", "us"]);
    const ledger = await readLedger(state, US);
    expect(["quiet", "lively"].map((name) => ledger.recorded(`/work/of-${name}`).kind)).toEqual(["none", "elsewhere"]);
    expect(ledger.recorded("/work/ours").kind).toBe("ours");
  });

  it("keeps all observers while it is small, however quiet, and changes no byte of theirs", async () => {
    others({ quiet: [4000, 3], lively: [89, 3] });
    const theirs = JSON.stringify(
      (JSON.parse(readFileSync(file(), "utf8")) as { observers: { quiet: object } }).observers.quiet,
    );
    await write(new Map([["/work/ours", way("/work/ours")]]));
    expect(names()).toEqual(["quiet", "lively", "us"]);
    expect(readFileSync(file(), "utf8")).toContain(theirs);
  });

  it("can be read afterwards, whatever was in it", async () => {
    others({ one: [3, 1], two: [2, 30], three: [1, 31] });
    await write(new Map(longPaths(500)));
    expect(names()).toEqual(["two", "three", "us"]);
    expect(readFileSync(file()).length).toBeLessThanOrEqual(READABLE);
    expect((await readLedger(state, US)).recorded("/work/of-three").kind).toBe("elsewhere");
  });

  it("holds of our own what has room in half of it, the last ones seen", async () => {
    await write(new Map(longPaths(100)), NOW - DAY);
    await write(new Map(longPaths(6000).slice(100)));
    const ledger = await readLedger(state, US);
    const kinds = longPaths(6000).map(([path]) => ledger.recorded(path).kind);
    expect(readFileSync(file()).length).toBeLessThanOrEqual(READABLE / 2 + MIB);
    expect(kinds.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => "none"));
    expect(kinds.filter((kind) => kind === "ours").length).toBeGreaterThan(3000);
  });

  async function write(alive: ReadonlyMap<string, readonly Ancestor[]>, now = NOW): Promise<void> {
    await writeLedger(state, { observer: US, now, alive, absent: [], known: null, unsure: true });
  }
});

/** Ways through a directory with a name of 3,000 bytes, each with another. */
function longPaths(count: number): [string, Ancestor[]][] {
  return Array.from({ length: count }, (_, at) => {
    const path = `/work/${String(at).padStart(3000, "n")}`;
    return [path, way(path)];
  });
}

function way(path: string): Ancestor[] {
  const names = path.split("/").slice(1);
  return ["/", ...names.map((_, at) => `/${names.slice(0, at + 1).join("/")}`)].map((each) => ({
    path: each,
    ino: "1",
    birth: "1",
    source: "/dev/sda1",
    root: "/",
    type: "ext4",
    begins: false,
  }));
}

function place(name: string): object {
  return { above: -1, name, ino: "1", birth: "1", mount: ["/dev/sda1", "/", "ext4"], begins: false };
}
