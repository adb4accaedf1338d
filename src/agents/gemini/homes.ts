/** Where its base is: `history` in `$GEMINI_CLI_HOME/.gemini`, else in `~/.gemini`. */
import { pathOf, variableOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { findOneBase } from "../one-base.ts";
import { HISTORY } from "./names.ts";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  return findOneBase({ agent: "gemini", name: HISTORY, usualHome }, input);
}

/** A relative variable is relative to wherever the agent was started, which is not known here. */
function usualHome({ env, osHome, platform }: FindBases): string {
  const path = pathOf(platform);
  const named = variableOf(env, "GEMINI_CLI_HOME", platform) ?? "";
  return path.join(path.isAbsolute(named) ? path.resolve(named) : osHome, ".gemini");
}
