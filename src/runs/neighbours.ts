/** The other bases of the homes that a run is about, also where only one of them was named. */
import { basename, dirname } from "node:path";
import { findBases, type FindBases } from "../config/homes.ts";
import { errnoOf, GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import { resolveBase } from "../scan/base.ts";
import type { Neighbour } from "../scan/borrowing.ts";
import { findState } from "../state/place.ts";

/** As found, not resolved: the homes of these bases, that of a profile included, with all their profiles. */
export function basesAround(refs: readonly BaseRef[], input: FindBases): readonly BaseRef[] {
  const homes = refs.flatMap(({ home }) => (isProfile(home) ? [dirname(dirname(home)), home] : [home]));
  if (homes.length === 0) return [];
  return orElse([], () => findBases({ ...input, homes: [...new Set(homes)], bases: [] }));
}

function isProfile(home: string): boolean {
  return basename(dirname(home)) === "profiles";
}

/** Those of them that are there, without the one itself. */
export function neighboursOf(base: string, around: readonly BaseRef[], userHome: string): Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const ref of around) {
    const path = orElse(null, () => resolveBase(ref, userHome))?.path;
    if (path !== undefined && path !== base)
      found.set(path, { base: path, state: orElse(null, () => findState(path)) });
  }
  return [...found.values()];
}

/** A neighbour that is no base, or that nobody may look at, is told when it is swept itself. */
function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof GcError) && errnoOf(error) === null) throw error;
    return otherwise;
  }
}
