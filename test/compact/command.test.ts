// `checkpoints compact` as people type it: what it asks, what it refuses, and that nobody who did not say yes changed a byte.

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { takeLock } from "../../src/gate/lock.ts";
import { compact } from "../../src/runs/compact.ts";
import { planCompaction } from "../../src/runs/plan-compaction.ts";
import { inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { removeTree } from "../support/paths.ts";
import { COMMAND, run } from "../support/run.ts";
import { diff, type Fingerprint, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { entryIn, documentOf, looseIn, looseRepo, stateOf, truthOf } from "./support.ts";

describe("nobody who did not say yes has changed a byte:", () => {
  it.each([
    [["compact", "--dry-run"], 0, "Dry run: nothing was changed.", ""],
    [["compact"], 3, "1 repo to pack", "no terminal to ask on, so nothing was packed"],
    [["compact", "--json"], 3, '"status": "declined"', "--json never asks, so nothing was packed"],
    [["compact", "nowhere", "--yes"], 2, "", 'nothing here is called "'],
  ] as const)("%j", async (args, code, out, err) => {
    const w = world();
    looseRepo(w, "resting");
    w.repo("in-use");
    const before = fingerprint(w.root);
    const result = await run(args, { home: w });
    expect(result.code, result.stderr).toBe(code);
    expect(result.stdout).toContain(out);
    expect(result.stderr).toContain(err);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });
});

it("packs what is named, and nothing else; says what prune would take anyway", async () => {
  const w = world();
  const [named, other] = [looseRepo(w, "named", { workdir: "delete" }), looseRepo(w, "other")];
  const loose = looseIn(other.path);
  const { stdout, code } = await run(["compact", "--yes", named.workdir], { home: w });
  expect(code).toBe(0);
  expect(stdout).toContain("1 repo to pack, with 31 loose objects, 126.9 kB; prune would remove 1 of these whole");
  expect(stdout).toMatch(
    /Packed 1 repo: [\d.]+ kB before, [\d.]+ kB now, [\d.]+ kB freed\. Every snapshot is still there/,
  );
  expect(looseIn(named.path)).toEqual([]);
  expect(looseIn(other.path)).toEqual(loose);
});

it("touches neither ledger nor marker nor record of sweeps", async () => {
  const w = world();
  looseRepo(w, "resting");
  w.marker(1_795_178_683.5);
  w.repo("gone", { workdir: "delete", ageDays: 40 });
  await run(["auto", "--opt-in", "--now"], { home: w });
  const looks = (): readonly Fingerprint[] => [
    fingerprint(stateOf(w), { ignore: (path) => path === "lock" || path === "compact" }),
    fingerprint(w.base, { ignore: (path) => path !== "." && path !== ".last_prune" }),
  ];
  const [state = new Map(), marker = new Map()] = looks().map((look) => withoutTop(look));
  await run(["compact", "--yes"], { home: w });
  const [stateAfter = new Map(), markerAfter = new Map()] = looks().map((look) => withoutTop(look));
  expect([...diff(state, stateAfter), ...diff(marker, markerAfter)]).toEqual([]);
});

/** A file that comes and goes touches the directory it is in. */
function withoutTop(look: Fingerprint): Fingerprint {
  return new Map([...look].filter(([path]) => path !== "."));
}

it("keeps out while another run holds the lock, and does it afterwards", async () => {
  const w = world();
  const repo = looseRepo(w, "resting");
  mkdirSync(stateOf(w), { mode: 0o700 });
  const lock = await takeLock({ state: stateOf(w), wait: 0, holder: "somebody", signal: undefined });
  const places = { home: w.home, env: { HOME: w.root, PATH: process.env["PATH"] ?? "" } };
  const plan = await planCompaction(places);
  await expect(compact(plan, places)).rejects.toMatchObject({ code: "locked", exitCode: 75 });
  expect(looseIn(repo.path)).toHaveLength(31);
  if (lock.kind === "held") lock.release();
  expect(await compact(plan, places)).toMatchObject({ status: "done", bases: [{ rows: [{ outcome: "packed" }] }] });
});

it("says so where there is no git, and changes nothing", async () => {
  const w = world();
  const repo = looseRepo(w, "resting");
  const empty = join(w.root, "empty");
  mkdirSync(empty);
  // What takes the lock is there.
  symlinkSync(execFileSync("sh", ["-c", "command -v flock"], { encoding: "utf8" }).trim(), join(empty, "flock"));
  const result = await run(["compact", "--yes", "--json"], { home: w, env: { PATH: empty } });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("git cannot be started");
  expect(result.json()).toMatchObject({ status: "error", error: { code: "git-missing" } });
  expect(looseIn(repo.path)).toHaveLength(31);
});

const FULL = `
  cp -a "$1/." "$1.copy"
  mount -t tmpfs -o size=4M none "$1"
  cp -a "$1.copy/." "$1"
  if test "$4" = full; then
    free=$(df -k --output=avail "$1" | tail -1)
    dd if=/dev/zero of="$1/fill" bs=1k count=$((free - 600)) 2>/dev/null
  fi
  HOME="$1" HERMES_HOME="$1/.hermes" "$2" "$3" compact --yes --json || true
`;

it.skipIf(skipped(noMounts())).each([
  ["full", { outcome: "failed", error: { code: "ENOSPC" } }],
  ["roomy", { outcome: "packed", error: null }],
])("a disk that is %s", (room, outcome) => {
  const w = world();
  onTestFinished(() => removeTree(`${w.root}.copy`));
  const repo = looseRepo(w, "resting");
  writeFileSync(join(w.root, "neighbour"), "");
  const done = inNamespace(FULL, w.root, process.execPath, COMMAND, room);
  const document = documentOf({
    ...done,
    code: 0,
    signal: null,
    json: () => JSON.parse(done.stdout) as unknown,
    report: never,
  });
  expect(entryIn(document, repo)).toMatchObject(outcome);
  if (room === "full") expect(entryIn(document, repo).error?.message).toMatch(/^the disk has \d+ bytes free/);
  expect(truthOf(repo.path).objects).not.toBe("");
});

function never(): never {
  throw new Error("no report");
}
