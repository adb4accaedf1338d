// Repos with many loose objects, and what must be the same before and after packing.

import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { CompactEntryDocument } from "../../src/report/schema/compact.ts";
import type { DocumentOf } from "../../src/report/schema.ts";
import type { CarryOutCompactOptions } from "../../src/options.ts";
import { compactJson } from "../../src/report/compact-json.ts";
import { compact } from "../../src/runs/compact.ts";
import { planCompaction } from "../../src/runs/plan-compaction.ts";
import { assertSound, git } from "../support/git.ts";
import type { RunResult } from "../support/run.ts";
import type { RepoOptions, ShadowRepo, World } from "../support/world.ts";

export const HOUR_MS = 3_600_000;

/** Sets the times of one file to so many hours ago. */
export function at(path: string, hours: number): void {
  const then = (Date.now() - hours * HOUR_MS) / 1000;
  utimesSync(path, then, then);
}

/** Six snapshots, about thirty loose objects; last used three hours ago. */
export function looseRepo(w: World, name: string, options: RepoOptions = {}): ShadowRepo {
  const repo = w.repo(name, { snapshots: 6, ...options });
  w.age(repo, { at: Math.round(Date.now() / 1000) * 1000 - 3 * HOUR_MS });
  return repo;
}

export interface Truth {
  /** Every snapshot with its tree. */
  readonly snapshots: string;
  readonly refs: string;
  /** Every object, reachable or not, with its kind and size. */
  readonly objects: string;
}

export function truthOf(repo: string): Truth {
  const place = { repo, env: { GIT_WORK_TREE: "/" } };
  return {
    snapshots: git(place, "rev-list", "--all", "--reflog", "--format=%H %T %s"),
    refs: git(place, "for-each-ref"),
    objects: [...new Set(git(place, "cat-file", "--batch-all-objects", "--batch-check").split("\n"))].join("\n"),
  };
}

/** `git fsck` reports nothing, and no object is missing. */
export function isWhole(repo: string): boolean {
  try {
    assertSound(repo);
    return true;
  } catch {
    return false;
  }
}

export function looseIn(repo: string): readonly string[] {
  const objects = join(repo, "objects");
  return readdirSync(objects)
    .filter((name) => name.length === 2)
    .flatMap((fan) => readdirSync(join(objects, fan)).map((rest) => fan + rest));
}

export function packsIn(repo: string): readonly string[] {
  return readdirSync(join(repo, "objects", "pack")).toSorted();
}

export function stateOf(w: World): string {
  return join(w.home, ".checkpoints.gc");
}

/** What runs left in the scratch of a base. */
export function scratchIn(w: World): readonly string[] {
  try {
    return readdirSync(join(stateOf(w), "compact"));
  } catch {
    return [];
  }
}

export function documentOf(result: RunResult): DocumentOf<"compact"> {
  return result.json() as DocumentOf<"compact">;
}

export function entryIn(document: DocumentOf<"compact">, { id }: ShadowRepo): CompactEntryDocument {
  const found = document.entries.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no entry ${id}`);
  return found;
}

/** In this process: half a second less than the command. */
export async function compacted(w: World, options: CarryOutCompactOptions = {}): Promise<DocumentOf<"compact">> {
  const places = { home: w.home, env: { HOME: w.root, PATH: process.env["PATH"] ?? "" } };
  const result = await compact(await planCompaction(places), { ...places, ...options });
  return compactJson(result, { version: "0", startedAt: Date.now(), durationMs: 0, dryRun: false });
}
