// A ledger that cannot be read as one is ignored: every run judges as at first sight, and none crashes.

import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
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
  /** What the next run makes of a path that is not a file; default: the ledger is written anew. */
  readonly stays?: true;
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
  { name: "missing", make: (path) => rmSync(path) },
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
  { name: "without observers", make: changed((ledger) => (ledger.observers = {})) },
  {
    name: "leading to no place",
    make: changed((ledger) => {
      const { seen } = observedIn(ledger);
      for (const workdir of Object.keys(seen)) seen[workdir] = [Date.now(), 999_999];
    }),
  },
  {
    name: "leading to a place below nothing",
    make: changed((ledger) => {
      const { seen } = observedIn(ledger);
      for (const workdir of Object.keys(seen)) seen[workdir] = [Date.now(), -7];
    }),
  },
  {
    name: "leading in a circle",
    make: changed((ledger) => {
      const { places } = observedIn(ledger);
      for (const place of places) place.above = places.length - 1;
    }),
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
    stays: true,
  },
];

/** A workdir that was deleted with its parent: only the ledger can prove it. */
async function alone(): Promise<{ w: World; repo: ShadowRepo; whole: string }> {
  const w = world();
  const repo = w.repo("clients/acme", { ageDays: 3 });
  await sweep(w);
  rmSync(join(w.work, "clients"), { recursive: true });
  return { w, repo, whole: readFileSync(fileOf(w), "utf8") };
}

describe("a ledger that is", () => {
  it("whole proves it: the near twin of all below", async () => {
    const { w, repo } = await alone();
    const done = await run(["status", "--json"], { home: w });
    expect(done.code).toBe(0);
    expect(entryOf(done.report(), repo.id).reason).toBe("absent-witnessed");
  });

  it.each(BROKEN)("$name: no evidence, no crash", async ({ make, stays }) => {
    const { w, repo, whole } = await alone();
    make(fileOf(w), whole, w);
    for (const command of [
      ["status"],
      ["prune", "--yes"],
      ["auto", "--now", "--opt-in", "--set", "orphan_grace_hours=0"],
    ]) {
      const done = await run([...command, "--json"], { home: w });
      // A sweep writes its ledger, and a directory in its place prevents that: it is reported.
      const refuses = stays === true && command[0] === "auto";
      expect(done.code, done.stderr).toBe(refuses ? 1 : 0);
      if (refuses) expect(done.stderr).toContain("EISDIR");
      expect(entryOf(done.report(), repo.id)).toMatchObject({ reason: "parent-missing", action: "keep" });
    }
    // Now it is a valid ledger again, and nothing that stood in its place was followed or written to.
    if (stays === true) expect(statSync(join(fileOf(w), "precious")).size).toBe(0);
    else expect(lstatSync(fileOf(w))).toMatchObject({ size: expect.any(Number) as number });
    if (stays !== true) expect(lstatSync(fileOf(w)).mode & 0o170777).toBe(0o100600);
    if (lstatSync(join(w.root, "precious.json"), { throwIfNoEntry: false }) !== undefined)
      expect(readFileSync(join(w.root, "precious.json"), "utf8")).toBe(whole);
  });

  it("a gigabyte costs no memory", async () => {
    const { w } = await alone();
    const fd = openSync(fileOf(w), "w");
    ftruncateSync(fd, 1 << 30);
    closeSync(fd);
    const { code } = await run(["status"], { home: w, node: ["--max-old-space-size=64"] });
    expect(code).toBe(0);
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
