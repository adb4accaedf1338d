/** The agents that come with this version. A host may bring others. */
import type { Kind } from "../stores/kind.ts";
import type { Agent } from "./agent.ts";
import { cline } from "./cline/index.ts";
import { gemini } from "./gemini/index.ts";
import { hermes } from "./hermes/index.ts";
import { kilo } from "./kilo/index.ts";
import { miniclaw } from "./miniclaw/index.ts";
import type { AgentName } from "./names.ts";
import { openclaw } from "./openclaw/index.ts";
import { opencode } from "./opencode/index.ts";
import { roo } from "./roo/index.ts";
import { tapps } from "./tapps/index.ts";

const BY_NAME = { hermes, cline, gemini, kilo, miniclaw, openclaw, opencode, roo, tapps } satisfies Readonly<
  Record<AgentName, Agent>
>;

/** The first one is meant by a home or base that is named without its agent. */
export const AGENTS: readonly Agent[] = Object.values(BY_NAME);

export const KINDS: readonly Kind[] = AGENTS.flatMap(({ kinds }) => kinds);
