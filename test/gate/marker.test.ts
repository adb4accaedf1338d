// `.last_prune`, shared with Hermes: what may be in it, and whether an automatic run is due then. A marker that means
// nothing means that a sweep is due; one that is a symlink, a FIFO or a directory does no harm.

import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseMarker, readMarker, writeMarker } from "../../src/gate/marker.ts";
import { autoPrune, type RunResult } from "../../src/index.ts";
import { fifo, isRoot, loudly, scratch } from "../fs/support.ts";
import { errno, failCalls, interceptCalls } from "../support/intercept-calls.ts";
import { type World, world } from "../support/world.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** `due`: the sweep runs, and afterwards the marker says when. */
interface Row {
  readonly name: string;
  readonly text: (now: number) => string | Buffer;
  readonly due: boolean;
}

/** Times on disk are rounded to the microsecond, up as well: what was just made is not to lie ahead of the clock. */
const soon = (): number => Date.now() + 1;

const seconds = (ms: number): string => String(ms / 1000);

const TEXTS: readonly Row[] = [
  { name: "as Hermes writes it, just now", text: seconds, due: false },
  { name: "a float", text: (now) => `${Math.floor(now / 1000)}.0369792`, due: false },
  { name: "a whole number", text: (now) => String(Math.floor(now / 1000)), due: false },
  { name: "a trailing newline", text: (now) => `${seconds(now)}\n`, due: false },
  { name: "white space around", text: (now) => ` \t${seconds(now)}\r\n`, due: false },
  { name: "a BOM in front", text: (now) => `\ufeff${seconds(now)}`, due: false },
  { name: "an exponent", text: (now) => `${now / 1e12}e9`, due: false },
  { name: "a second less than the interval ago", text: (now) => seconds(now - 24 * HOUR + 1000), due: false },
  { name: "the interval ago", text: (now) => seconds(now - 24 * HOUR), due: true },
  { name: "59 minutes ahead", text: (now) => seconds(now + 59 * MINUTE), due: false },
  { name: "60 minutes ahead", text: (now) => seconds(now + 60 * MINUTE), due: true },
  { name: "61 minutes ahead", text: (now) => seconds(now + 61 * MINUTE), due: true },
  { name: "13 digits of milliseconds", text: String, due: true },
  { name: "an ISO date", text: (now) => new Date(now).toISOString(), due: true },
  { name: "empty", text: () => "", due: true },
  { name: "blank", text: () => " \n", due: true },
  { name: "nan", text: () => "nan", due: true },
  { name: "inf", text: () => "inf", due: true },
  { name: "-inf", text: () => "-inf", due: true },
  { name: "Infinity", text: () => "Infinity", due: true },
  { name: "too large for a double", text: () => "9".repeat(400), due: true },
  { name: "zero", text: () => "0", due: true },
  { name: "negative", text: (now) => `-${seconds(now)}`, due: true },
  { name: "hexadecimal", text: (now) => `0x${Math.floor(now / 1000).toString(16)}`, due: true },
  { name: "two numbers", text: (now) => `${seconds(now)} ${seconds(now)}`, due: true },
  { name: "a number and a NUL", text: (now) => `${seconds(now)}\0`, due: true },
  { name: "digits of another script", text: () => "١٧٩٥١٧٨٦٨٣", due: true },
  { name: "not UTF-8", text: (now) => Buffer.concat([Buffer.from(seconds(now)), Buffer.from([0xff])]), due: true },
  { name: "UTF-16", text: (now) => Buffer.from(`\ufeff${seconds(now)}`, "utf16le"), due: true },
  { name: "over 4 KiB", text: (now) => seconds(now).padEnd(5000), due: true },
];

async function auto(w: World, now: number, settings = {}): Promise<RunResult> {
  return autoPrune({
    home: w.home,
    env: { HOME: w.root },
    now: () => now,
    optIn: true,
    settings: { orphan_grace_hours: 0, trash_days: 0, ...settings },
  });
}

function markerOf(w: World): string {
  return join(w.base, ".last_prune");
}

/** The sweep ran to its end, did its work, reported all of it, and stamped the marker. */
function expectSwept(result: RunResult, w: World, now: number): void {
  expect([result.status, result.bases[0]?.entries.map(({ outcome }) => outcome)]).toEqual(["done", ["removed"]]);
  expect(readFileSync(markerOf(w), "utf8")).toBe(String(now / 1000));
}

describe(".last_prune", () => {
  it.each(TEXTS)("$name", async ({ text, due }) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const now = soon();
    w.marker(text(now));
    const result = await auto(w, now);
    if (due) return expectSwept(result, w, now);
    expect([result.status, result.bases[0]?.entries]).toEqual(["not-due", []]);
    expect(readFileSync(markerOf(w))).toEqual(Buffer.from(text(now)));
  });

  it.each(TEXTS)("$name: with an interval of 0 always due", async ({ text }) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const now = soon();
    w.marker(text(now));
    expectSwept(await auto(w, now, { min_interval_hours: 0 }), w, now);
  });

  it("missing: due, once", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const now = soon();
    expectSwept(await auto(w, now), w, now);
    w.repo("next", { workdir: "delete" });
    expect((await auto(w, now + 24 * HOUR - 1000)).status).toBe("not-due");
    expectSwept(await auto(w, now + 24 * HOUR), w, now + 24 * HOUR);
  });

  it.each(["fresh", "stale"])("a symlink to a %s marker elsewhere: never followed, replaced", async (age) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const now = soon();
    const victim = join(w.root, "victim");
    writeFileSync(victim, seconds(age === "fresh" ? now : 0));
    const before = [readFileSync(victim, "utf8"), statSync(victim).mtimeMs];
    symlinkSync(victim, markerOf(w));
    expectSwept(await auto(w, now), w, now);
    expect(lstatSync(markerOf(w)).isFile()).toBe(true);
    expect([readFileSync(victim, "utf8"), statSync(victim).mtimeMs]).toEqual(before);
  });

  it.each([
    { name: "a dangling symlink", make: (path: string) => symlinkSync("nowhere", path) },
    { name: "a FIFO", make: fifo },
  ])("$name: replaced", async ({ make }) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    make(markerOf(w));
    const now = soon();
    expectSwept(await auto(w, now), w, now);
  });
});

/** A marker that cannot be written: the sweep is over and done with all the same. */
async function expectSweptUnmarked(w: World): Promise<void> {
  const gone = w.repo("gone", { workdir: "delete" });
  const now = soon();
  const result = await auto(w, now);
  const entries = result.bases[0]?.entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome]);
  expect(entries, "what was removed is reported").toEqual([[gone.id, "removed"]]);
  expect(result.status).toBe("done");
  // The hook does not try again at every start.
  expect(statSync(join(w.home, ".checkpoints.gc", "next")).mtimeMs).toBeGreaterThanOrEqual(now + HOUR);
}

describe(".last_prune that cannot be written", () => {
  it("a directory", async () => {
    const w = world();
    mkdirSync(markerOf(w));
    await expectSweptUnmarked(w);
    expect(lstatSync(markerOf(w)).isDirectory()).toBe(true);
  });

  it.each(["EACCES", "ENOSPC", "EROFS", "EIO"])("%s", async (code) => {
    const w = world();
    interceptCalls((operation, path) => {
      if (operation === "point:written" && path === markerOf(w)) throw errno(code);
    });
    await expectSweptUnmarked(w);
  });

  it("immutable", async (test) => {
    const w = world();
    w.marker("0");
    const chattr = (flag: string): number | null => spawnSync("chattr", [flag, markerOf(w)]).status;
    if (!isRoot() || chattr("+i") !== 0)
      return loudly(test, "an immutable marker needs root and a file system that has such");
    onTestFinished(() => void chattr("-i"));
    await expectSweptUnmarked(w);
    expect(readFileSync(markerOf(w), "utf8")).toBe("0");
    chattr("-i");
  });

  it("leaves the old one and no temporary file behind", () => {
    const [base, state] = [scratch(), scratch()];
    writeMarker(base, state, 1000);
    interceptCalls((operation) => {
      if (operation === "rename") throw errno("EACCES");
    });
    expect(() => writeMarker(base, state, 2000)).toThrow("EACCES");
    expect(readMarker(base)).toEqual({ kind: "at", at: 1000 });
    expect(spawnSync("ls", ["-A", state], { encoding: "utf8" }).stdout).toBe("");
  });
});

describe("a marker that cannot be used", () => {
  it.each<[string, (marker: string) => void, string]>([
    ["a disk that fails", () => void failCalls("EIO", (_, path) => path.endsWith("/.last_prune")), "EIO"],
    ["a directory in its place", (marker) => mkdirSync(marker), "it is not a regular file"],
    ["200 kB", (marker) => writeFileSync(marker, "1".repeat(200_000)), "it has 200000 bytes"],
    ["what is not UTF-8", (marker) => writeFileSync(marker, Buffer.from([0xff, 0xfe])), "it is not UTF-8"],
  ])("says why: %s", (_, make, why) => {
    const base = scratch();
    make(join(base, ".last_prune"));
    const read = readMarker(base);
    expect(read.kind === "unusable" ? read.reason : read.kind).toContain(why);
  });

  it("is not one that is missing", () => {
    expect(readMarker(scratch())).toEqual({ kind: "missing" });
  });
});

describe("beside a Hermes that stamps the marker every hour", () => {
  it("sweeps every other day at the latest, and not more often", async () => {
    const w = world();
    const start = Date.now();
    const sweeps: number[] = [];
    for (let hour = 0; hour <= 24 * 6; hour++) {
      const now = start + hour * HOUR;
      w.marker(seconds(now - 5 * MINUTE));
      if ((await auto(w, now)).status === "done") sweeps.push(hour);
    }
    expect(sweeps).toEqual([48, 96, 144]);
  });

  it("removes an orphan within three days, whenever it appeared", async () => {
    const w = world();
    const start = Date.now();
    let taken: number | null = null;
    for (let hour = 0; hour <= 72 && taken === null; hour++) {
      const now = start + hour * HOUR;
      if (hour === 5) w.repo("gone", { workdir: "delete" });
      w.marker(seconds(now - 5 * MINUTE));
      if ((await auto(w, now)).bases[0]?.entries.length === 1) taken = hour;
    }
    expect(taken).toBe(48);
  });
});

describe("parseMarker", () => {
  it.each(["9".repeat(400), "1_000", "1e", ".", "+", "e5", "1 2", "0b1", "１２"])("%j is not a time", (text) => {
    expect(parseMarker(text).kind).toBe("unusable");
  });

  it.each([
    ["1.5", 1500],
    [".5", 500],
    ["5.", 5000],
    ["+5", 5000],
    ["-5", -5000],
    ["1e3", 1_000_000],
  ])("%j is one", (text, at) => {
    expect(parseMarker(text)).toEqual({ kind: "at", at });
  });
});
