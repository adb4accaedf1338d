// What a destruction meets that it cannot or must not do, with and without descriptors to hold on to.

import { lstatSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Destroyed } from "../../src/fs/destroy.ts";
import { noImmutable, setAttribute, shell, skipped } from "../support/mounts.ts";
import { writeFiles } from "../support/shadow.ts";
import { interceptCalls, interceptCallAt, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { demolish, scratch } from "./demolish.ts";

const NOTHING_LEFT = { troubles: [] };

describe("what cannot be removed", () => {
  it.skipIf(skipped(noImmutable())).each(["i", "a"] as const)(
    "leaves a file with chattr +%s, reports the real errno, removes the rest, and finishes later",
    (flag) => {
      const victim = tree();
      const undo = setAttribute(flag, join(victim, "a", "file"));
      const done = demolish(victim);
      expect(done.troubles).toMatchObject([{ code: "EPERM", path: join(victim, "a", "file") }]);
      expect(shell('find "$1" -mindepth 1 -printf "%P\\n"', victim).trim().split("\n").toSorted()).toEqual([
        "a",
        "a/file",
      ]);
      expect(demolish(victim).troubles).toMatchObject([{ code: "EPERM" }]);
      undo();
      expect(demolish(victim)).toMatchObject(NOTHING_LEFT);
      expect(isThere(victim)).toBe(false);
    },
  );

  // Of each operation, how many calls are about the victim itself or its parent: where those fail, all of it stays.
  it.each([
    ["unlink", 0],
    ["rmdir", 0],
    ["lstat", 2],
    ["open", 2],
    ["fstat", 2],
    ["read", 2],
    ["readdir", 1],
  ] as const)("a %s that fails with EIO costs what it was about, and nothing beside it", (operation, own) => {
    const calls = counted(operation);
    for (let nth = 1; nth <= calls; nth++) {
      const victim = tree();
      let met = 0;
      failCalls("EIO", (seen) => seen === operation && ++met === nth);
      const { troubles } = demolish(victim);
      stopIntercepting();
      expect({ nth, codes: troubles.map(({ code }) => code) }).toEqual({ nth, codes: ["EIO"] });
      const branches = ["a", "b", "top"].filter((name) => isThere(join(victim, name)));
      if (nth > own) expect(branches.length, `call ${nth} left ${branches.join(" ")}`).toBeLessThan(2);
      expect(demolish(victim)).toMatchObject(NOTHING_LEFT);
      expect(isThere(victim)).toBe(false);
    }
  });
});

describe("without descriptors to hold on to, as on macOS", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("destroys the same", async () => {
    const victim = tree();
    expect(demolish(victim, await elsewhere())).toMatchObject(NOTHING_LEFT);
    expect(isThere(victim)).toBe(false);
  });

  // The look that found it, the two of entering it, the check; then the listing.
  it.each([
    ["lstat", 1],
    ["lstat", 2],
    ["lstat", 3],
    ["lstat", 4],
    ["readdir", 1],
  ] as const)("loses nothing outside when a directory is swapped for a symlink at %s %i", async (operation, nth) => {
    const plain = await elsewhere();
    const directory = scratch();
    writeFiles(directory, {
      "precious/f1": "1",
      "precious/f2": "2",
      "victim/sub/f1": "1",
      "victim/sub/f2": "2",
      "victim/other": "x",
    });
    const before = fingerprint(join(directory, "precious"));
    const sub = join(directory, "victim", "sub");
    const swapped = interceptCallAt(
      operation,
      () => {
        renameSync(sub, join(directory, "aside"));
        symlinkSync("../precious", sub);
      },
      { nth, path: "/sub" },
    );
    demolish(join(directory, "victim"), plain);
    expect(swapped.met()).toBeGreaterThanOrEqual(nth);
    expect(diff(before, fingerprint(join(directory, "precious")))).toEqual([]);
  });
});

/** destroy, loaded anew on a system that has no /proc/self/fd. */
async function elsewhere(): Promise<(path: string) => Generator<void, Destroyed>> {
  vi.resetModules();
  vi.stubGlobal(
    "process",
    new Proxy(process, {
      get: (target, key) => (key === "platform" ? "darwin" : (Reflect.get(target, key) as unknown)),
    }),
  );
  return (await import("../../src/fs/destroy.ts")).destroy;
}

function counted(operation: string): number {
  const victim = tree();
  let calls = 0;
  interceptCalls((seen) => {
    if (seen === operation) calls += 1;
  });
  demolish(victim);
  stopIntercepting();
  return calls;
}

/** `victim/` with files in two branches. */
function tree(): string {
  const victim = join(scratch(), "victim");
  writeFiles(victim, { "top": "x", "a/file": "x", "a/other": "x", "b/deep/file": "x" });
  return victim;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
