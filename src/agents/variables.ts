/**
 * Variables that say where an agent keeps its things: a sweep in another process looks in the same places only if it has them.
 * Those that any program may read, such as `HOME`, are not among them (hook/environment.ts).
 */
import { CLINE_VARIABLES } from "./cline/variables.ts";
import { GEMINI_VARIABLES } from "./gemini/variables.ts";
import { HOME_VARIABLE } from "./locations.ts";
import { OPENCLAW_VARIABLES } from "./openclaw/variables.ts";

export const AGENT_VARIABLES: ReadonlySet<string> = new Set([
  HOME_VARIABLE,
  ...CLINE_VARIABLES,
  ...GEMINI_VARIABLES,
  ...OPENCLAW_VARIABLES,
]);

/** A path in these is as it is typed: `~`, and relative to the process's own directory. In the others such a path does not count. */
export const TYPED_VARIABLES: ReadonlySet<string> = new Set([HOME_VARIABLE, ...OPENCLAW_VARIABLES]);
