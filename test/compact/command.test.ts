// The command `checkpoints compact`: what it asks, what it refuses, and that it changes nothing without a yes.

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { acquireLock } from "../../src/gate/lock.ts";
import { compact } from "../../src/runs/compact.ts";
import { planCompaction } from "../../src/runs/plan-compaction.ts";
import { inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { removeTree } from "../support/paths.ts";
import { COMMAND, run } from "../support/run.ts";
import { diff, type Fingerprint, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { entryIn, documentOf, looseIn, looseRepo, stateOf, truthOf } from "./support.ts";

describe("changes nothing without a yes:", () => {
  it.each([
    [["compact", "--dry-run"], 0, "Dry run: nothing was changed.", ""],
    [["compact"], 3, "1 repo to pack", "no terminal to ask on, so nothing was packed"],
    [["compact", "--json"], 3, '"status": "declined"', "--json never asks, so nothing was packed"],
    [["compact", "nowhere", "--yes"], 2, "", 'no checkpoint matches "'],
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

it("shows no heading of a base in which nothing is packed, before and after", async () => {
  const w = world();
  looseRepo(w, "resting");
  w.profile("idle").repo("in-use");
  const { stdout, code } = await run(["compact", "--yes"], { home: w });
  expect(code).toBe(0);
  expect(stdout.match(/^~\/\.hermes\/checkpoints$/gm)).toHaveLength(2);
  expect(stdout).not.toContain("profile idle");
});

it("packs only the named repos, and names those that prune would remove", async () => {
  const w = world();
  const [named, other] = [looseRepo(w, "named", { workdir: "delete" }), looseRepo(w, "other")];
  const loose = looseIn(other.path);
  const { stdout, code } = await run(["compact", "--yes", named.workdir], { home: w });
  expect(code).toBe(0);
  expect(stdout).toContain("1 repo to pack, with 31 loose objects, 126.9 kB; prune would remove 1 of these completely");
  expect(stdout).toMatch(
    /Packed 1 repo: [\d.]+ kB before, [\d.]+ kB now, [\d.]+ kB freed\. Every snapshot is still there/,
  );
  expect(looseIn(named.path)).toEqual([]);
  expect(looseIn(other.path)).toEqual(loose);
});

it("changes neither ledger, marker nor record of sweeps", async () => {
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

/** A file that is created and removed changes the mtime of its directory. */
function withoutTop(look: Fingerprint): Fingerprint {
  return new Map([...look].filter(([path]) => path !== "."));
}

it("is refused while another run holds the lock, and packs afterwards", async () => {
  const w = world();
  const repo = looseRepo(w, "resting");
  mkdirSync(stateOf(w), { mode: 0o700 });
  const lock = await acquireLock({ state: stateOf(w), wait: 0, holder: "somebody", signal: undefined });
  const places = { home: w.home, env: { HOME: w.root, PATH: process.env["PATH"] ?? "" } };
  const plan = await planCompaction(places);
  await expect(compact(plan, places)).rejects.toMatchObject({ code: "locked", exitCode: 75 });
  expect(looseIn(repo.path)).toHaveLength(31);
  if (lock.kind === "held") lock.release();
  expect(await compact(plan, places)).toMatchObject({ status: "done", bases: [{ rows: [{ outcome: "packed" }] }] });
});

it("changes nothing and names git where git is not installed", async () => {
  const w = world();
  const repo = looseRepo(w, "resting");
  const empty = join(w.root, "empty");
  mkdirSync(empty);
  // The lock file is there.
  symlinkSync(execFileSync("sh", ["-c", "command -v flock"], { encoding: "utf8" }).trim(), join(empty, "flock"));
  const result = await run(["compact", "--yes", "--json"], { home: w, env: { PATH: empty } });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("git cannot be started");
  expect(result.json()).toMatchObject({ status: "error", error: { code: "git-missing" } });
  expect(looseIn(repo.path)).toHaveLength(31);
});

it("changes nothing and names flock and perl where neither is installed", async () => {
  const w = world();
  const repo = looseRepo(w, "resting");
  const empty = join(w.root, "empty");
  mkdirSync(empty);
  const result = await run(["compact", "--yes"], { home: w, env: { PATH: empty } });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("flock(1) or perl in PATH");
  expect(looseIn(repo.path)).toHaveLength(31);
});

it.each([
  { there: [], missing: ["git", "flock or perl"], says: "Packing needs git and flock or perl, not found in PATH" },
  { there: ["git"], missing: ["flock or perl"], says: "Packing needs flock or perl, not found in PATH" },
  { there: ["git", "perl"], missing: [], says: null },
])("a dry run with $there in PATH reports $missing as missing", async ({ there, missing, says }) => {
  const w = world();
  looseRepo(w, "resting");
  const programs = join(w.root, "programs");
  mkdirSync(programs);
  for (const name of there) writeFileSync(join(programs, name), "");
  const options = { home: w, env: { PATH: programs } };
  const { code, stdout } = await run(["compact", "--dry-run"], options);
  expect(code).toBe(0);
  if (says === null) expect(stdout).not.toContain("Packing needs");
  else expect(stdout).toContain(says);
  expect(documentOf(await run(["compact", "--dry-run", "--json"], options)).missingPrograms).toEqual(missing);
});

const FULL = `
  cp -a "$1/." "$1.copy"
  mount -t tmpfs -o size=4M none "$1"
  cp -a "$1.copy/." "$1"
  # A base that was made here: one that is older than its birth is a backup put back, whose repos are in use.
  touch "$1/.hermes/checkpoints"
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
