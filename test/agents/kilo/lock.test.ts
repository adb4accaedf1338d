// Kilo's lock of a repository, as its code takes it: a directory that is kept warm.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { heldLocks, lockPaths, type LockScene, repoLock } from "../../../src/agents/kilo/lock.ts";
import { sha1 } from "../../support/agents-store.ts";
import { removeTree } from "../../support/paths.ts";

const PLACE = "global/5954955fca6b0c545a0d0c4683e7dd53ab4340df";

let scene: LockScene;
let base: string;
let path: string;

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), "cgc-lock-"));
  onTestFinished(() => removeTree(root));
  scene = { env: {}, osHome: root, platform: "linux" };
  base = join(root, ".local/share/kilo/snapshot");
  path = lockPaths(base, PLACE, scene)[0];
});

/** What a Kilo leaves that takes the lock, with a heartbeat of so many seconds ago. */
function takenByKilo(secondsAgo: number): void {
  mkdirSync(path, { recursive: true });
  for (const [name, text] of [
    ["heartbeat", ""],
    ["meta.json", JSON.stringify({ token: "theirs", pid: 1 })],
  ] as const) {
    writeFileSync(join(path, name), text);
    const at = Date.now() / 1000 - secondsAgo;
    utimesSync(join(path, name), at, at);
  }
}

it("is where Kilo looks for it", () => {
  expect(path).toBe(join(scene.osHome, ".local/state/kilo/locks", `${sha1(`snapshot:${base}/${PLACE}`)}.lock`));
  const moved = { ...scene, env: { XDG_STATE_HOME: "/srv/state" } };
  expect(dirname(lockPaths(base, PLACE, moved)[0])).toBe("/srv/state/kilo/locks");
  const relative = { ...scene, env: { XDG_STATE_HOME: "state" } };
  expect(lockPaths(base, PLACE, relative)).toEqual([path]);
});

it("is also taken by the path that the agent has, where the base is a link to another", async () => {
  const real = "/srv/disk/snapshot";
  const [own, usual] = lockPaths(real, PLACE, scene);
  expect([basename(own), usual]).toEqual([`${sha1(`snapshot:${real}/${PLACE}`)}.lock`, path]);
  const release = await repoLock(real, PLACE, scene).take(0);
  expect([existsSync(own), existsSync(path)]).toEqual([true, true]);
  release();
  expect(readdirSync(scene.osHome)).toEqual([]);
});

it("has a heartbeat, and a token that says whose it is, for its owner alone", async () => {
  const release = await repoLock(base, PLACE, scene).take(0);
  expect(readdirSync(path).toSorted()).toEqual(["heartbeat", "meta.json"]);
  const meta = readFileSync(join(path, "meta.json"), "utf8");
  expect(meta).toMatch(/^\{"token":"[0-9a-f-]{36}","pid":\d+,"hostname":".*","createdAt":"[\d-]+T[\d:.]+Z"\}$/);
  expect(meta).toContain(`"pid":${process.pid},`);
  await expect(repoLock(base, PLACE, scene).take(0)).rejects.toMatchObject({ code: "EBUSY" });
  release();
  // Directories that were made for it are gone as well.
  expect(readdirSync(scene.osHome)).toEqual([]);
});

it("waits for a Kilo that has it, and for as long as was said", async () => {
  takenByKilo(1);
  const lock = repoLock(base, PLACE, scene);
  await expect(lock.take(150)).rejects.toMatchObject({ code: "EBUSY" });
  expect(readFileSync(join(path, "meta.json"), "utf8")).toContain("theirs");
  const taking = lock.take(60_000);
  setTimeout(() => rmSync(path, { recursive: true }), 50);
  const release = await taking;
  release();
  expect(existsSync(path)).toBe(false);
  // The directory of locks was there before, and stays.
  expect(readdirSync(dirname(path))).toEqual([]);
});

it("breaks one whose heartbeat stopped over a minute ago, unless another program breaks it now", async () => {
  takenByKilo(61);
  mkdirSync(`${path}.breaker`);
  const lock = repoLock(base, PLACE, scene);
  await expect(lock.take(0)).rejects.toMatchObject({ code: "EBUSY" });
  rmSync(`${path}.breaker`, { recursive: true });
  const release = await lock.take(0);
  expect(readFileSync(join(path, "meta.json"), "utf8")).not.toContain("theirs");
  release();
  expect(readdirSync(dirname(path))).toEqual([]);
});

it("does not remove one that another program has made in its place", async () => {
  const release = await repoLock(base, PLACE, scene).take(0);
  rmSync(path, { recursive: true });
  takenByKilo(0);
  release();
  expect(readdirSync(path).toSorted()).toEqual(["heartbeat", "meta.json"]);
});

it("does not delete what another program has put into a stale one", async () => {
  takenByKilo(61);
  writeFileSync(join(path, "notes"), "theirs");
  await expect(repoLock(base, PLACE, scene).take(0)).rejects.toMatchObject({ code: "EBUSY" });
  expect(readFileSync(join(path, "notes"), "utf8")).toBe("theirs");
});

it("shows that the agent is at work for a minute after its last heartbeat", () => {
  expect(heldLocks(base, PLACE, { now: Date.now() })).toEqual([]);
  takenByKilo(30);
  expect(heldLocks(base, PLACE, { now: Date.now() }).map(({ path: at }) => at)).toEqual([path]);
  takenByKilo(90);
  expect(heldLocks(base, PLACE, { now: Date.now() })).toEqual([]);
});

it("is found by every look at what was just listed, and by the next one where there was none", () => {
  const look = { now: Date.now(), justListed: true };
  expect(heldLocks(base, PLACE, look)).toEqual([]);
  takenByKilo(30);
  const next = { ...look };
  expect(heldLocks(base, PLACE, next).map(({ path: at }) => at)).toEqual([path]);
  // The lock of another repository is none of this one.
  expect(heldLocks(base, `${PLACE}0`, next)).toEqual([]);
  expect(heldLocks(base, PLACE, next).map(({ path: at }) => at)).toEqual([path]);
});
