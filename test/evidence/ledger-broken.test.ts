// A ledger that is there and damaged: taken for none, what an unplugged disk holds would pass for deleted. So every run
// says which file it is, and removes nothing.

import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateOf, sweep } from "../reclaim/runs.ts";
import { entryOf } from "../support/report.ts";
import { run } from "../support/run.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

const fileOf = (w: World): string => join(stateOf(w), "ledger.json");

interface Broken {
  readonly name: string;
  readonly make: (path: string, whole: string, w: World) => void;
}

const half = (text: string): string => text.slice(0, text.length / 2);
const changed =
  (change: (ledger: Ledger) => void) =>
  (path: string, whole: string): void => {
    const ledger = JSON.parse(whole) as Ledger;
    change(ledger);
    writeFileSync(path, JSON.stringify(ledger));
  };

interface Ledger {
  version: unknown;
  observers: Record<string, { places: { above: number; name: string }[]; seen: Record<string, unknown> }>;
}

const observedIn = (ledger: Ledger): Ledger["observers"][string] => Object.values(ledger.observers)[0] ?? never();

function never(): never {
  throw new Error("the ledger was written by one observer");
}

const BROKEN: readonly Broken[] = [
  { name: "empty", make: (path) => writeFileSync(path, "") },
  { name: "half a file", make: (path, whole) => writeFileSync(path, half(whole)) },
  { name: "no JSON", make: (path) => writeFileSync(path, "{nothing}") },
  { name: "JSON of another kind", make: (path) => writeFileSync(path, "[null]") },
  { name: "JSON null", make: (path) => writeFileSync(path, "null") },
  { name: "bytes that are not UTF-8", make: (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x7b, 0x7d])) },
  { name: "zeros, as after a crash", make: (path, whole) => writeFileSync(path, Buffer.alloc(whole.length)) },
  { name: "deep enough to overflow a parser", make: (path) => writeFileSync(path, "[".repeat(500_000)) },
  { name: "an older version", make: changed((ledger) => (ledger.version = 0)) },
  { name: "a version that is text", make: changed((ledger) => (ledger.version = "1")) },
  {
    name: "whole, with a record of another machine that is not one",
    make: changed((ledger) => Object.assign(ledger.observers, { "elsewhere|1|2": { places: [] } })),
  },
  {
    name: "1 GB, sparse",
    make: (path) => {
      const fd = openSync(path, "w");
      ftruncateSync(fd, 1 << 30);
      closeSync(fd);
    },
  },
  {
    name: "a symlink to a ledger that would prove it",
    make: (path, whole, w) => {
      rmSync(path);
      writeFileSync(join(w.root, "precious.json"), whole);
      symlinkSync(join(w.root, "precious.json"), path);
    },
  },
  {
    name: "a dangling symlink",
    make: (path, _, w) => {
      rmSync(path);
      symlinkSync(join(w.root, "nowhere"), path);
    },
  },
  {
    name: "a FIFO without a writer",
    make: (path) => {
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
  },
  {
    name: "a directory",
    make: (path) => {
      rmSync(path);
      mkdirSync(path);
      writeFileSync(join(path, "precious"), "");
    },
  },
];

/** Whole, and it proves nothing: `reason` is what is then known of the workdir. */
const WITHOUT_PROOF: readonly (Broken & { readonly reason: string })[] = [
  { name: "missing", make: (path) => rmSync(path), reason: "parent-missing" },
  { name: "without observers", make: changed((ledger) => (ledger.observers = {})), reason: "parent-missing" },
  {
    name: "leading to no place",
    reason: "seen-elsewhere",
    make: changed((ledger) => {
      const { seen } = observedIn(ledger);
      for (const workdir of Object.keys(seen)) seen[workdir] = [Date.now(), 999_999];
    }),
  },
  {
    name: "leading to a place below nothing",
    reason: "seen-elsewhere",
    make: changed((ledger) => {
      const { seen } = observedIn(ledger);
      for (const workdir of Object.keys(seen)) seen[workdir] = [Date.now(), -7];
    }),
  },
  {
    name: "leading in a circle",
    reason: "seen-elsewhere",
    make: changed((ledger) => {
      const { places } = observedIn(ledger);
      for (const place of places) place.above = places.length - 1;
    }),
  },
];

/** A workdir that was deleted with its parent, which only the ledger can prove, and one that is plainly deleted. */
async function alone(): Promise<{ w: World; repo: ShadowRepo; gone: ShadowRepo; whole: string }> {
  const w = world();
  const repo = w.repo("clients/acme", { ageDays: 3 });
  const gone = w.repo("gone", { ageDays: 3 });
  await sweep(w);
  rmSync(join(w.work, "clients"), { recursive: true });
  rmSync(join(w.work, "gone"), { recursive: true });
  return { w, repo, gone, whole: readFileSync(fileOf(w), "utf8") };
}

describe("a ledger that is", () => {
  it("whole proves it: the near twin of all below", async () => {
    const { w, repo, gone } = await alone();
    const done = await run(["status", "--json"], { home: w });
    expect(done.code).toBe(0);
    expect(entryOf(done.report(), repo.id).reason).toBe("absent-witnessed");
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect([repo, gone].filter(({ path }) => existsSync(path))).toEqual([]);
  });

  it.each(BROKEN)("$name: nothing is removed, and the file is named and left alone", async ({ make }) => {
    const { w, repo, gone, whole } = await alone();
    make(fileOf(w), whole, w);
    const before = lstatSync(fileOf(w));
    for (const command of [
      ["status"],
      ["prune", "--yes"],
      ["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"],
    ]) {
      const { code, stdout, stderr } = await run(command, { home: w, node: ["--max-old-space-size=64"] });
      expect(code, `${command.join(" ")}: ${stdout}${stderr}`).toBe(2);
      expect(stdout + stderr).toContain(fileOf(w));
      expect(stdout + stderr).toMatch(
        /which directories earlier runs saw, is damaged: it (?:is|has) |the record of elsewhere/,
      );
    }
    expect([repo, gone].filter(({ path }) => existsSync(path))).toHaveLength(2);
    const after = lstatSync(fileOf(w));
    expect([after.ino, after.size, after.mtimeMs]).toEqual([before.ino, before.size, before.mtimeMs]);
    if (existsSync(join(w.root, "precious.json")))
      expect(readFileSync(join(w.root, "precious.json"), "utf8")).toBe(whole);
  });

  it("damaged and moved away is none: runs go on", async () => {
    const { w, repo, gone } = await alone();
    writeFileSync(fileOf(w), "{");
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(2);
    renameSync(fileOf(w), join(w.root, "damaged.json"));
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect([existsSync(repo.path), existsSync(gone.path)]).toEqual([true, false]);
  });

  it.each(WITHOUT_PROOF)("$name: no proof, and it is written anew", async ({ make, reason }) => {
    const { w, repo, whole } = await alone();
    make(fileOf(w), whole, w);
    for (const command of [
      ["status"],
      ["prune", "--yes"],
      ["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"],
    ]) {
      const done = await run([...command, "--json"], { home: w });
      expect(done.code, done.stderr).toBe(0);
      expect(entryOf(done.report(), repo.id)).toMatchObject({ reason, action: "keep" });
    }
    expect(lstatSync(fileOf(w)).mode & 0o170777).toBe(0o100600);
  });

  it("of a newer version stops every run, and is left alone", async () => {
    const { w, repo, whole } = await alone();
    const newer = whole.replace('"version":1', '"version":2');
    writeFileSync(fileOf(w), newer);
    for (const command of [
      ["prune", "--yes"],
      ["auto", "--now", "--opt-in"],
    ]) {
      const done = await run([...command, "--json"], { home: w });
      expect(done.code).toBe(2);
      expect(done.stdout).toContain('"code": "state-newer"');
    }
    expect(readFileSync(fileOf(w), "utf8")).toBe(newer);
    expect(lstatSync(repo.path).isDirectory()).toBe(true);
  });

  it.for(["EIO", "EACCES", "ESTALE"])("not to be read now (%s) is not overwritten", async (code) => {
    const { w, whole } = await alone();
    interceptCalls((operation, path) => {
      if (operation === "open" && path === fileOf(w)) throw errno(code);
    });
    await sweep(w);
    stopIntercepting();
    expect(readFileSync(fileOf(w), "utf8")).toBe(whole);
  });
});
