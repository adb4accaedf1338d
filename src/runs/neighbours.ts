/** The other bases of the homes that a run is about, also where only one of them was named. */
import { basename, dirname } from "node:path";
import { findBases, type FindBases } from "../config/homes.ts";
import { errnoOf, GcError, messageOf } from "../errors.ts";
import type { Trouble } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import { resolveBase } from "../scan/base.ts";
import type { Neighbour } from "../scan/borrowing.ts";
import { findState } from "../state/place.ts";

/** Other bases as found, not resolved, and what kept us from finding all of them. */
export interface Around {
  readonly refs: readonly BaseRef[];
  readonly trouble: Trouble | null;
}

/** The homes of these bases, that of a profile included, with all their profiles. */
export function basesAround(refs: readonly BaseRef[], input: FindBases): Around {
  const homes = [...new Set(refs.flatMap(({ home }) => (isProfile(home) ? [dirname(dirname(home)), home] : [home])))];
  if (homes.length === 0) return { refs, trouble: null };
  const found = looked(homes[0] ?? "", () => findBases({ ...input, homes, bases: [] }));
  return "trouble" in found
    ? { refs, trouble: found.trouble }
    : { refs: [...refs, ...(found.value ?? [])], trouble: null };
}

function isProfile(home: string): boolean {
  return basename(dirname(home)) === "profiles";
}

/** Those of them that are there, without the one itself; one that cannot be looked at may borrow from anything. */
export function neighboursOf(base: string, around: Around, userHome: string): Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const ref of around.refs) {
    const resolved = looked(ref.path, () => resolveBase(ref, userHome));
    if ("trouble" in resolved) found.set(ref.path, { base: ref.path, state: null, trouble: resolved.trouble });
    else if (resolved.value !== null && resolved.value.path !== base) {
      const { path } = resolved.value;
      const state = looked(path, () => findState(path));
      found.set(path, "trouble" in state ? { base: path, state: null, ...state } : { base: path, state: state.value });
    }
  }
  const { trouble } = around;
  return [...found.values(), ...(trouble === null ? [] : [{ base: trouble.path, state: null, trouble }])];
}

type Looked<T> = { readonly value: T } | { readonly trouble: Trouble };

function looked<T>(path: string, look: () => T): Looked<T | null> {
  try {
    return { value: look() };
  } catch (error) {
    const code = error instanceof GcError ? error.code : errnoOf(error);
    if (code === null) throw error;
    // What is no base holds nobody's repos.
    return code === "base-refused" ? { value: null } : { trouble: { code, message: messageOf(error), path } };
  }
}
