// Root on another user's home: refused with what to do instead, since the files it makes would lock that user out.

import { chownSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { give, isRoot, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { removeTree } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

function theirs(test: TestContext): World {
  if (!isRoot()) loudly(test, "root on another user's home needs root");
  const w = world();
  letPass(w.root);
  w.settings({ auto_prune: true, orphan_grace_hours: 0 });
  w.repo("kept");
  w.repo("old", { ageDays: 60 });
  w.repo("gone", { ageDays: 3, workdir: "delete" });
  give(w.root);
  return w;
}

const WRITES: readonly (readonly string[])[] = [
  ["prune", "--yes"],
  ["prune", "--yes", "--trash"],
  ["compact", "--yes"],
  ["auto", "--now"],
  ["auto"],
  ["auto", "--now", "--opt-in"],
  ["trash", "restore", "0123456789abcdef"],
  ["trash", "empty", "--yes"],
];

const LOOKS: readonly (readonly string[])[] = [
  ["status"],
  ["prune", "--dry-run"],
  ["compact", "--dry-run"],
  ["auto", "--dry-run"],
  ["trash", "list"],
  ["config"],
];

describe("root on another user's home", () => {
  it.for(WRITES.filter((args) => args[0] !== "trash"))(
    "is refused by `%s %s %s`, with the command to use, and makes nothing",
    async (args, test) => {
      const w = theirs(test);
      const before = fingerprint(w.root);
      const done = await run(args, { home: w });
      expect(done.code, done.stderr).toBe(2);
      expect(done.stderr).toContain(`belongs to user ${OTHER_UID}, and this runs as root`);
      expect(done.stderr).toContain(`sudo -u '#${OTHER_UID}' checkpoints`);
      expect(done.stderr).toContain(w.base);
      expect(diff(before, fingerprint(w.root))).toEqual([]);
    },
  );

  it.for(WRITES.filter((args) => args[0] === "trash"))(
    "is refused by `%s %s` also where there is a trash",
    async (args, test) => {
      const w = theirs(test);
      expect((await run(["auto", "--now"], { home: w, uid: OTHER_UID })).code).toBe(0);
      const listed = await run(["trash", "list", "--json"], { home: w, uid: OTHER_UID });
      const id = /"entryId": "([0-9a-f]{16})"/.exec(listed.stdout)?.[1] ?? "none";
      const before = fingerprint(w.root);
      const done = await run(
        args.map((word) => (word === "0123456789abcdef" ? id : word)),
        { home: w },
      );
      expect(done.code, done.stderr).toBe(2);
      expect(done.stderr).toContain(`sudo -u '#${OTHER_UID}' checkpoints`);
      expect(diff(before, fingerprint(w.root))).toEqual([]);
    },
  );

  it("gets the same report in JSON", async (test) => {
    const w = theirs(test);
    for (const args of [
      ["prune", "--yes"],
      ["auto", "--now"],
    ]) {
      const done = await run([...args, "--json"], { home: w });
      expect(done.code).toBe(2);
      const { status, error, bases } = done.report();
      expect(status).toBe("error");
      expect((error ?? bases[0]?.error)?.code).toBe("foreign-owner");
    }
  });

  it.for(LOOKS)("may look with `%s %s`, and makes nothing", async (args, test) => {
    const w = theirs(test);
    const before = fingerprint(w.root);
    const done = await run(args, { home: w });
    expect(done.code, done.stderr).toBe(0);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("is refused with --base as well, and one base that is refused leaves the others their sweep", async (test) => {
    const [w, own] = [theirs(test), world()];
    own.settings({ auto_prune: true });
    own.repo("old", { ageDays: 60 });
    const before = fingerprint(w.root);
    const done = await run(["auto", "--now", "--base", w.base, "--base", own.base, "--json"], { home: own });
    expect(done.code).toBe(2);
    const { bases, entries } = done.report();
    expect(bases.map(({ path, error }) => [path, error?.code ?? null])).toEqual([
      [w.base, "foreign-owner"],
      [own.base, null],
    ]);
    expect(entries.map(({ outcome }) => outcome)).toEqual(["trashed"]);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("is refused a home without anything in its base, too", async (test) => {
    const w = theirs(test);
    removeTree(w.base);
    const made = world();
    chownSync(made.base, OTHER_UID, OTHER_UID);
    made.settings({ auto_prune: true });
    const before = fingerprint(made.root);
    expect((await run(["auto", "--now"], { home: made })).code).toBe(2);
    expect(diff(before, fingerprint(made.root))).toEqual([]);
    // None there: nothing to do and nothing to make.
    const bare = fingerprint(w.root);
    expect((await run(["auto", "--now"], { home: w })).code).toBe(0);
    expect(diff(bare, fingerprint(w.root))).toEqual([]);
  });

  it("is that user's own affair when done as told", async (test) => {
    const w = theirs(test);
    const done = await run(["auto", "--now", "--base", w.base, "--json"], { home: w, uid: OTHER_UID });
    expect(done.code, done.stderr).toBe(0);
    expect(done.report().totals.trashed).toBe(2);
    const state = join(w.home, ".checkpoints.gc");
    for (const line of fingerprint(state).values()) expect(line).toMatch(/^(?:dir|file|link) /);
  });
});
