/** The agents that come with this version: each has a folder here, and a row in index.ts. */
export const AGENT_NAMES = ["hermes"] as const;
export type AgentName = (typeof AGENT_NAMES)[number];
