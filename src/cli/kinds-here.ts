/** Which kinds a base can have. */
import { agentNamed, kindsAt } from "../agents/agent.ts";
import { AGENTS } from "../agents/index.ts";
import type { KindsAt } from "../report/growth.ts";

export const kindsHere: KindsAt = (ref) => {
  const agent = agentNamed(AGENTS, ref.agent);
  return agent === null ? [] : kindsAt(agent, ref.path);
};
