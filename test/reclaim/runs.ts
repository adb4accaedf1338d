// Runs of the library on a world, and what became of each repo.

import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import {
  type AutoOptions,
  autoPrune,
  type EntryResult,
  prune,
  type RunResult,
  scan,
  type ScanOptions,
} from "../../src/index.ts";
import type { PlannedTrash, RestoreOptions, RestoreResult, TrashResult } from "../../src/index.ts";
import { restore } from "../../src/index.ts";
import { formatTrashName, parseTrashName } from "../../src/model/trash-name.ts";
import { DAY_MS, HOUR_MS } from "../support/paths.ts";
import type { ShadowRepo, World } from "../support/world.ts";

export { DAY_MS };

/** A clock that stands so many days ahead. */
export function inDays(days: number): () => number {
  const at = Date.now() + days * DAY_MS;
  return () => at;
}

export function common(w: World): {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
} {
  return { home: w.home, env: { HOME: w.root, PATH: process.env["PATH"] } };
}

/** `prune --yes`: plans, and does exactly that. */
export async function byHand(w: World, options: ScanOptions = {}): Promise<RunResult> {
  const plan = await scan({ ...common(w), ...options });
  return prune(plan, { ...common(w), ...(options.now === undefined ? {} : { now: options.now }) });
}

/** `auto --now --opt-in`. */
export async function sweep(w: World, options: AutoOptions = {}): Promise<RunResult> {
  return autoPrune({ ...common(w), optIn: true, force: true, ...options });
}

export async function giveBack(w: World, options: RestoreOptions): Promise<RestoreResult> {
  return restore({ ...common(w), ...options });
}

/** The rows of the trash as a plan shows them. */
export async function trashOf(w: World, options: ScanOptions = {}): Promise<readonly PlannedTrash[]> {
  const plan = await scan({ ...common(w), ...options });
  return plan.bases.flatMap((base) => base.trash);
}

export function resultOf(run: RunResult, repo: ShadowRepo): EntryResult {
  const found = run.bases.flatMap((base) => base.entries).find((one) => one.planned.judged.entry.id === repo.id);
  if (found === undefined) throw new Error(`no result for ${repo.name}: ${JSON.stringify(run.bases)}`);
  return found;
}

export function trashResults(run: RunResult): readonly TrashResult[] {
  return run.bases.flatMap((base) => base.trash);
}

export function outcomes(run: RunResult): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of run.bases.flatMap((base) => [...base.entries, ...base.trash])) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

export function stateOf(w: World): string {
  return join(w.home, ".checkpoints.gc");
}

/** Names in the trash of the state. */
export function trashNames(w: World): readonly string[] {
  return namesIn(join(stateOf(w), "trash")).filter((name) => !name.endsWith(".json"));
}

/** Copies of what was put back, as they are three hours later. Gives how many there were. */
export function ageCopies(w: World): number {
  const trash = join(stateOf(w), "trash");
  const since = Date.now() - 3 * HOUR_MS;
  const copies = trashNames(w).flatMap((text) => {
    const name = parseTrashName(text);
    return name?.returned === true ? [{ text, name }] : [];
  });
  for (const { text, name } of copies)
    renameSync(join(trash, text), join(trash, formatTrashName({ ...name, since, taken: since })));
  return copies.length;
}

/** The entry that a name in a trash, or beside the entries, is about; null where it is not such a name. */
export function isolatedId(name: string): string | null {
  return parseTrashName(name.replace(/^\.gc\./, ""))?.entryId ?? null;
}

/** Whether the destruction of what has this name has begun. */
export function isMarked(name: string): boolean {
  return parseTrashName(name.replace(/^\.gc\./, ""))?.marked === true;
}

export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
