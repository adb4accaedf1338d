/** Which bases a loop is about, and what it passes on to `checkpoints auto` to sweep these. */
import { findLocations, type Location } from "../agents/locations.ts";
import { FIRST_AGENT, type OtherBase, otherBases } from "../agents/other-bases.ts";
import type { Environment } from "../locations/paths.ts";

export interface NamedPlaces {
  readonly agent?: string | readonly string[] | undefined;
  readonly home?: string | readonly string[] | undefined;
  readonly base?: string | readonly string[] | undefined;
}

export interface Places {
  /** Homes with their profiles, and bases that were named. */
  readonly locations: readonly Location[];
  /** Bases of other agents in their usual places, as far as built-ins find them; null: none of them is meant. */
  readonly others: readonly OtherBase[] | null;
  /** Arguments of `auto` that mean the same places. */
  readonly argv: readonly string[];
}

/** Named homes and bases alone, where there are any; else the usual places of the named agents, or of all. */
export function placesOf({ agent, home, base }: NamedPlaces, env: Environment): Places {
  const agents = listOf(agent);
  const named = [...listOf(home).map((one) => ({ home: one })), ...listOf(base).map((one) => ({ base: one }))];
  const argv = agents.flatMap((one) => ["--agent", one]);
  if (named.length > 0) {
    const locations = named.flatMap((one) => findLocations(one, env));
    return { locations, others: null, argv: [...argv, ...locations.flatMap(({ kind, path }) => [`--${kind}`, path])] };
  }
  const isMeant = (name: string): boolean => agents.length === 0 || agents.includes(name);
  return {
    locations: isMeant(FIRST_AGENT) ? findLocations({}, env) : [],
    others: otherBases(env, null).filter((one) => isMeant(one.agent)),
    argv,
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
