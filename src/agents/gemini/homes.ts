/**
 * Where its bases are: `history` in `$GEMINI_CLI_HOME/.gemini`, else in `~/.gemini`; in the sandbox of macOS, which cannot write
 * there, in `.cache/.gemini` beside it.
 */
import { type HomeContext, pathOf, variableOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { findOneBase, type OneBase } from "../one-base.ts";
import { HISTORY } from "./names.ts";
import { GEMINI_VARIABLES } from "./variables.ts";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  return findOneBase({ agent: "gemini", name: HISTORY, usualHomes }, input);
}

/** A relative variable is relative to wherever the agent was started, which is not known here. */
export function usualHomes({ env, osHome, platform }: Omit<HomeContext, "cwd">): ReturnType<OneBase["usualHomes"]> {
  const path = pathOf(platform);
  const named = variableOf(env, GEMINI_VARIABLES[0], platform) ?? "";
  const user = path.isAbsolute(named) ? path.resolve(named) : osHome;
  const usual = { home: path.join(user, ".gemini"), label: null };
  return platform === "darwin" ? [usual, { home: path.join(user, ".cache", ".gemini"), label: "sandbox" }] : [usual];
}
