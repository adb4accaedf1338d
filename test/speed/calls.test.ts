// How many file system calls an entry costs: a figure that does not depend on how busy the machine is. Every
// open, read, readdir, stat, readlink and close counts.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ScanOptions } from "../../src/options.ts";
import { scan } from "../../src/runs/scan.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type RepoOptions, type World, world } from "../support/world.ts";

const FEW = 2;
const MANY = 12;

async function callsOf(w: World, options: ScanOptions): Promise<string[]> {
  const calls: string[] = [];
  interceptCalls((operation, path) => {
    if (!operation.startsWith("point:")) calls.push(`${operation} ${path}`);
  });
  await scan({ home: w.home, ...options });
  stopIntercepting();
  return calls;
}

/** Calls that one more repo costs, whatever a run costs besides. */
async function callsEach(repo: RepoOptions, options: ScanOptions = {}): Promise<number> {
  const w = world();
  for (let at = 0; at < FEW; at++) w.repo(`few-${at}`, repo);
  const few = await callsOf(w, options);
  for (let at = FEW; at < MANY; at++) w.repo(`many-${at}`, repo);
  const many = await callsOf(w, options);
  return (many.length - few.length) / (MANY - FEW);
}

function countBelow(directory: string): { files: number; directories: number } {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true });
  const directories = found.filter((one) => one.isDirectory()).length;
  return { files: found.length - directories, directories: directories + 1 };
}

describe("calls", () => {
  it("of a live entry are at most 12", async () => {
    const each = await callsEach({ ageDays: 0 });
    expect(each).toBeGreaterThan(3);
    expect(each).toBeLessThanOrEqual(12);
  });

  it.each([
    ["stale", { ageDays: 30 }, {}],
    ["an orphan", { ageDays: 0, workdir: "delete" }, {}],
    ["measured for status", { ageDays: 0 }, { everything: true }],
  ] as const)("of one that is walked (%s) are at most 2 a file, 4 a directory and 12", async (_, repo, options) => {
    const sample = world();
    const { files, directories } = countBelow(sample.repo("sample", repo).path);
    const each = await callsEach(repo, { snapshots: "none", ...options });
    expect(each).toBeGreaterThan(files);
    expect(each).toBeLessThanOrEqual(2 * files + 4 * directories + 12);
  });

  it("of a home without entries are not repeated for each agent that has a place below the same directory", async () => {
    const w = world();
    mkdirSync(w.base, { recursive: true });
    const calls = await callsOf(w, { home: [], env: { HOME: w.root } });
    const looked = (path: string): number => calls.filter((call) => call === `lstat ${w.root}${path}`).length;
    // Of each editor there is a place below it, and our own settings are there as well.
    expect(looked("/.config")).toBeGreaterThan(0);
    expect(looked("/.config")).toBeLessThanOrEqual(8);
    expect(looked("/.local")).toBeLessThanOrEqual(8);
    expect(looked("/.vscode-server")).toBe(1);
  });

  it("look at what is above the workdirs once a run", async () => {
    const w = world();
    for (let at = 0; at < MANY; at++) w.repo(join("deep", "er", `project-${at}`));
    const calls = await callsOf(w, {});
    for (const above of [w.work, join(w.work, "deep"), join(w.work, "deep", "er")]) {
      expect(calls.filter((call) => call === `lstat ${above}`)).toHaveLength(1);
    }
  });

  it("of a profile are the same whatever the number of profiles", async () => {
    const w = world();
    w.repo("own");
    const counts: number[] = [];
    for (const upTo of [3, 6, 9]) {
      for (let at = upTo - 3; at < upTo; at++) {
        const profile = w.profile(`p${at}`);
        for (let one = 0; one < 3; one++) profile.repo(`project-${at}-${one}`);
      }
      counts.push((await callsOf(w, { env: { HOME: w.root } })).length);
    }
    const [first = 0, second = 0, third = 0] = counts;
    expect(second - first).toBeGreaterThan(3 * 3 * 3);
    // A tenth is for directories that have grown.
    expect(third - second).toBeLessThan((second - first) * 1.1);
  });

  it("end soon after the signal is aborted, in the middle of an entry too", async () => {
    const w = world();
    const inside = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`objects/aa/${at}`, ""]));
    w.repo("large", { ageDays: 30, inside });
    const abort = new AbortController();
    let after = 0;
    interceptCalls((_, path) => {
      if (abort.signal.aborted) after += 1;
      if (path.endsWith("/objects/aa/500")) abort.abort();
    });
    await expect(scan({ home: w.home, signal: abort.signal })).rejects.toMatchObject({ code: "interrupted" });
    stopIntercepting();
    // A walk yields every 64 steps.
    expect(after).toBeLessThanOrEqual(64);
  });
});
