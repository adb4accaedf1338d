/** The bases of agents after the first one, as `auto --detach` looks at them. */
import { homeDirectory } from "../fs/account.ts";
import type { CommonOptions } from "../options.ts";
import { basesOf, contextOf } from "./context.ts";
import { listOf } from "./agents.ts";

export interface DetachPlaces {
  readonly locations: readonly {
    readonly kind: "base";
    readonly path: string;
    readonly userHome: string;
  }[];
  /** Flags by which `auto` finds the same; without any it looks in the usual places of the agents. */
  readonly flags: readonly string[];
}

/** Those that are there; what cannot be read `auto` reports. Throws `usage` for an unknown agent. */
export async function detachPlaces(options: CommonOptions): Promise<DetachPlaces> {
  const context = await contextOf({ ...options, mustExist: false, env: process.env });
  const found = (await basesOf(context)).filter(({ exists, error }) => exists || error !== null);
  return {
    locations: found.map(({ ref }) => ({ kind: "base", path: ref.path, userHome: homeDirectory() })),
    flags: [
      ...listOf(options.home).flatMap((home) => ["--home", home]),
      ...listOf(options.base).flatMap((base) => ["--base", base]),
    ],
  };
}
