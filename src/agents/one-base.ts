/** Where the base of an agent is that has one in each home. */
import { pathOf } from "../locations/paths.ts";
import { stateBeside } from "../locations/state.ts";
import type { BaseRef } from "../model/home.ts";
import type { FindBases } from "./agent.ts";
import { namesOrUnknown } from "./listed.ts";
import { typedPath } from "./typed-path.ts";

export interface OneBase {
  readonly agent: string;
  /** The name of the base in its home. */
  readonly name: string;
  /** The homes where none is named, absolute, with what distinguishes each. */
  readonly usualHomes: (input: FindBases) => readonly { readonly home: string; readonly label: string | null }[];
}

/** Throws `usage` for an empty path. */
export function findOneBase(of: OneBase, input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((home) => refOf(of, typedPath(home, "--home", input), "home", input)),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return { ...refOf(of, path.dirname(base), "base", input), path: base };
    }),
  ];
  return refs.length === 0
    ? of.usualHomes(input).flatMap(({ home, label }) => usual(of, home, label, input))
    : [...new Map(refs.map((ref) => [ref.path, ref])).values()];
}

/** Where a base is gone, its trash is beside it still. */
function usual(of: OneBase, home: string, label: string | null, input: FindBases): readonly BaseRef[] {
  // Where it cannot be found out whether it is there, looking at it says why.
  const there = namesOrUnknown(home, input) ?? [of.name];
  const isBase = there.includes(of.name) || there.includes(pathOf(input.platform).basename(stateBeside("", of.name)));
  return isBase ? [{ ...refOf(of, home, null, input), label }] : [];
}

function refOf({ agent, name }: OneBase, home: string, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  return { agent, path: pathOf(platform).join(home, name), home, profile: null, label: null, named };
}
