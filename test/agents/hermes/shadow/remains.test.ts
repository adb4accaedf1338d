// What another program destroyed by half: sixteen hex digits, no HEAD, nothing inside but git's own names. It goes by age
// alone, and stays while its workdir is there or cannot be checked.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../../src/index.ts";
import { assertSound } from "../../../support/git.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type RepoOptions, type ShadowRepo, type World, world } from "../../../support/world.ts";
import { rowsOf, says } from "./judged.ts";

function halfOf(w: World, options: RepoOptions, spoil: (path: string) => void = () => undefined): ShadowRepo {
  const repo = w.repo("x", { snapshots: 1, ...options });
  rmSync(join(repo.path, "HEAD"));
  spoil(repo.path);
  w.age(repo, options.ageDays ?? 0);
  return repo;
}

const OLD = { ageDays: 60 };
const taken = { byHand: "debris", automatic: "debris" };
const stays = { byHand: null, automatic: null };

describe("remains", () => {
  it.each([
    { name: "old, its workdir gone", options: { ...OLD, workdir: "delete" }, expected: taken },
    { name: "old, no marker", options: { ...OLD, marker: null }, expected: taken },
    { name: "fresh, its workdir gone", options: { workdir: "delete" }, expected: stays },
    { name: "fresh, no marker", options: { marker: null }, expected: stays },
    { name: "old, its workdir there", options: OLD, expected: stays },
    { name: "old, its workdir unknown", options: { ...OLD, workdir: "delete-parent" }, expected: stays },
    { name: "old, a symlink for its workdir", options: { ...OLD, workdir: "symlink" }, expected: stays },
  ] as const)("$name", async ({ options, expected }) => {
    const w = world();
    const half = halfOf(w, options);
    expect(await says(w, half)).toMatchObject({ verdict: "debris", ...expected });
  });

  it.each([
    { name: "a lock that is young", spoil: (path: string) => writeFileSync(join(path, "index.lock"), "") },
    { name: "a file of a name that git uses", spoil: (path: string) => writeFileSync(join(path, "index"), "") },
    { name: "a fresh object", spoil: (path: string) => writeFileSync(join(path, "objects", "new"), "") },
  ])("that were touched just now stay: $name", async ({ spoil }) => {
    const w = world();
    const half = halfOf(w, { ...OLD, marker: null });
    spoil(half.path);
    expect(await says(w, half)).toMatchObject({ verdict: "debris", ...stays });
  });

  it("an empty directory made just now stays, as git init leaves one for a moment", async () => {
    const w = world();
    const path = join(w.base, "0123456789abcdef");
    mkdirSync(path);
    const [row] = await rowsOf(w);
    expect(row).toMatchObject({ judged: { verdict: "debris" }, ruling: { action: "keep" } });
  });

  it("are removed whole, once, and nothing else is", async () => {
    const w = world();
    const half = halfOf(w, { ...OLD, marker: null });
    const alive = w.repo("alive", { real: true });
    const before = fingerprint(alive.path);
    const options = { home: w.home, env: { HOME: w.root } };
    const { bases } = await prune(await scan(options), options);
    expect(bases[0]?.entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome])).toEqual([
      [half.id, "removed"],
    ]);
    expect((await scan(options)).bases[0]?.entries.filter(({ ruling }) => ruling.action === "remove")).toEqual([]);
    expect(diff(before, fingerprint(alive.path))).toEqual([]);
    assertSound(alive.path);
  });

  it.each([
    { name: "a name that is not git's", spoil: (path: string) => writeFileSync(join(path, "thesis.txt"), "") },
    { name: "a directory in place of HEAD", spoil: (path: string) => mkdirSync(join(path, "HEAD")) },
    {
      name: "a dangling symlink in place of HEAD",
      spoil: (path: string) => symlinkSync("nowhere", join(path, "HEAD")),
    },
  ])("are none, and foreign, with $name", async ({ spoil }) => {
    const w = world();
    const half = halfOf(w, { ...OLD, marker: null }, spoil);
    const plan = await scan({ home: w.home, env: { HOME: w.root } });
    expect(plan.bases[0]).toMatchObject({ entries: [], foreign: [half.id] });
  });
});
