// Two repos that are alike, of which our own file of settings protects one.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { type RepoOptions, type ShadowRepo, type World, world } from "./world.ts";

export const SWEEP: readonly string[] = ["auto", "--opt-in", "--now", "--json"];
export const OLD: RepoOptions = { ageDays: 20 };

export interface Twins {
  readonly w: World;
  readonly file: string;
  readonly kept: ShadowRepo;
  readonly taken: ShadowRepo;
}

/** Two repos that are stale, of which our file protects one. `directory`: where it is, in place of the default. */
export function twins(directory = ".config"): Twins {
  const w = world();
  const [kept, taken] = [w.repo("thesis", OLD), w.repo("scratch", OLD)];
  const file = join(w.root, directory, "checkpoint-gc", "config.yaml");
  write(file, `keep: ${kept.workdir}\n`);
  return { w, file, kept, taken };
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function expectOneGone({ kept, taken }: Twins): void {
  expect([existsSync(kept.path), existsSync(taken.path)]).toEqual([true, false]);
}

export function expectBothThere({ kept, taken }: Twins): void {
  expect([existsSync(kept.path), existsSync(taken.path)]).toEqual([true, true]);
}
