// What the tool says of one entry, in one line for tables: verdict, reason, whether its own name confirms the workdir,
// and what becomes of it in manual and automatic runs. Without grace, so that only what the table is about decides.

import { expect } from "vitest";
import { type PlannedEntry, type ScanOptions, scan } from "../../../../src/index.ts";
import type { ShadowRepo, World } from "../../../support/world.ts";

export interface Says {
  readonly verdict: string;
  readonly reason: string;
  readonly verified: boolean;
  /** The rule that removes it when a person confirms, or null. */
  readonly byHand: string | null;
  /** The same for a sweep; `held: ...` where a rule would take it and a hold keeps it. */
  readonly automatic: string | null;
}

export async function rowsOf(w: World, options: ScanOptions = {}): Promise<readonly PlannedEntry[]> {
  const plan = await scan({ home: w.home, env: { HOME: w.root }, settings: { orphan_grace_hours: 0 }, ...options });
  return plan.bases[0]?.entries ?? [];
}

export async function rowOf(w: World, repo: ShadowRepo, options: ScanOptions = {}): Promise<PlannedEntry> {
  const row = (await rowsOf(w, options)).find(({ judged }) => judged.entry.members[0].path === repo.path);
  if (row === undefined) throw new Error(`${repo.path} is not an entry`);
  return row;
}

/** Asks for both modes; each must say of the other what that says of itself. */
export async function says(w: World, repo: ShadowRepo): Promise<Says> {
  const [byHand, automatic] = [await rowOf(w, repo), await rowOf(w, repo, { mode: "automatic" })];
  expect(byHand.sweep).toEqual(automatic.ruling);
  expect(byHand.judged).toEqual(automatic.judged);
  const { verdict, reason, verified } = byHand.judged;
  return { verdict, reason, verified, byHand: taken(byHand.ruling), automatic: taken(automatic.ruling) };
}

function taken({ rule, action, holds }: PlannedEntry["ruling"]): string | null {
  if (action === "remove" || rule === null) return rule;
  return `held: ${holds.map(({ code }) => code).join(", ")}`;
}

/** Rows of tables, short. */
export const ORPHAN: Says = {
  verdict: "orphan",
  reason: "absent-observed",
  verified: true,
  byHand: "orphan",
  automatic: "orphan",
};
export const DOUBTED: Says = { ...ORPHAN, verified: false, automatic: "held: unverified" };
export const LIVE: Says = {
  verdict: "live",
  reason: "workdir-present",
  verified: true,
  byHand: null,
  automatic: null,
};

export function unidentified(reason: string): Says {
  return { verdict: "unidentified", reason, verified: false, byHand: null, automatic: null };
}

export function unreachable(reason: string, verified = true): Says {
  return { verdict: "unreachable", reason, verified, byHand: null, automatic: null };
}
