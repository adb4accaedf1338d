// The ledger as it is on disk, written down independently of src/, and sweeps by an injected clock.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { observeMachine } from "../../src/resolve/machine.ts";
import { resultOf, stateOf, sweep } from "../reclaim/runs.ts";
import type { ShadowRepo, World } from "../support/world.ts";

const HOUR = 3_600_000;

export interface Observed {
  readonly places: readonly {
    readonly above: number;
    readonly name: string;
    readonly ino: string;
    readonly birth: string;
    readonly mount: readonly [source: string, root: string, type: string];
    readonly begins: boolean;
  }[];
  readonly seen: Readonly<Record<string, readonly [at: number, place: number]>>;
  readonly missing: Readonly<Record<string, number>>;
}

export interface LedgerFile {
  readonly version: number;
  readonly observers: Readonly<Record<string, Observed>>;
}

export const us = (): string => observeMachine().observer.id;
export const fileOf = (w: World): string => join(stateOf(w), "ledger.json");
export const ledgerOf = (w: World): LedgerFile => JSON.parse(readFileSync(fileOf(w), "utf8")) as LedgerFile;
export const ours = (w: World): Observed => ledgerOf(w).observers[us()] ?? { places: [], seen: {}, missing: {} };

/** A sweep that removes no stale one, so many hours from now. */
export async function sweepIn(w: World, hours: number, graceHours = 24): ReturnType<typeof sweep> {
  const now = Date.now() + hours * HOUR;
  return sweep(w, { now: () => now, settings: { retention_days: 0, orphan_grace_hours: graceHours } });
}

export function outcomeOf(run: Awaited<ReturnType<typeof sweep>>, repo: ShadowRepo): string {
  const row = run.plan.bases.flatMap((base) => base.entries).find(({ judged }) => judged.entry.id === repo.id);
  if (row === undefined) throw new Error(`no row for ${repo.name}`);
  if (row.ruling.action === "remove") return resultOf(run, repo).outcome;
  return [row.judged.presence.kind, ...row.ruling.holds.map(({ code }) => code)].join(" ");
}
