// A live repo and three that are removed, and what has to be true of them whatever fault hit a run.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { isMarked, namesIn, stateOf, trashNames } from "../reclaim/runs.ts";
import { assertSound } from "../support/git.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

export interface Struck {
  readonly w: World;
  readonly live: ShadowRepo;
  readonly gone: readonly ShadowRepo[];
  readonly before: ReturnType<typeof fingerprint>;
}

export function three(): Struck {
  const w = world();
  const { live, gone } = liveAndGone(w);
  return { w, live, gone, before: fingerprint(live.path) };
}

/** A live repo, and three that a sweep removes at once. */
export function liveAndGone(w: World): Pick<Struck, "live" | "gone"> {
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  const live = w.repo("live");
  const gone = [
    w.repo("one", { workdir: "delete" }),
    w.repo("two", { ageDays: 30 }),
    w.repo("three", { workdir: "delete" }),
  ];
  return { live, gone };
}

/** Right after the kill: each is in its place whole, in the trash whole, marked, or destroyed; never half in place. */
export function checkHalfway({ w, live, gone, before }: Struck): void {
  expect(diff(before, fingerprint(live.path))).toEqual([]);
  for (const repo of gone) if (namesIn(w.base).includes(repo.id)) assertSound(repo.path);
  for (const name of trashNames(w)) if (!isMarked(name)) assertSound(join(stateOf(w), "trash", name));
}

/**
 * After one more run that had something to do: the live one as it was, no temporary file, no note of what is gone,
 * nothing beside the entries.
 */
export async function checkEnd({ w, live, before }: Struck): Promise<void> {
  const last = w.repo("last", { workdir: "delete" });
  const run_ = await run(["prune", "--yes", "--json", last.id], { home: w });
  expect(run_.code, run_.stderr).toBe(0);
  expect(diff(before, fingerprint(live.path))).toEqual([]);
  expect(namesIn(w.base).filter((name) => !/^[0-9a-f]{16}$|^\.last_prune$/.test(name))).toEqual([]);
  const state = namesIn(stateOf(w));
  expect(state.filter((name) => name.startsWith(".tmp-"))).toEqual([]);
  const notes = namesIn(join(stateOf(w), "trash"))
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, 8));
  const nonces = new Set(trashNames(w).map((name) => name.split(".")[2]));
  expect(notes.filter((nonce) => !nonces.has(nonce))).toEqual([]);
  expect(readdirSync(w.home).toSorted()).toEqual([".checkpoints.gc", "checkpoints", "config.yaml"]);
}
