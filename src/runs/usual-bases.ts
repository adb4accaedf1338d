/** The bases that were named for a run, or else those in the usual places of the agents. */
import { dirname } from "node:path";
import type { Agent, FindBases } from "../agents/agent.ts";
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import { agentOf, agentOfNamed, type AgentScope, kindsOf, namedAgents } from "./agents.ts";

/** A base where the search for those of an agent ended, and why. */
export interface Unlisted {
  readonly ref: BaseRef;
  readonly error: GcError;
}

export interface UsualBases {
  readonly refs: readonly BaseRef[];
  readonly unlisted: readonly Unlisted[];
}

/** Named homes and bases are one agent's; else each agent has its usual places. */
export function basesNamed(input: FindBases, agents: readonly string[], scope: AgentScope): UsualBases {
  const isNamed = input.homes.length + input.bases.length > 0;
  const asked = isNamed ? [agentOfNamed(scope, agents)] : namedAgents(scope, agents);
  const shown = asked.filter(({ kinds }) => !scope.sessionsOnly || kinds.some(({ session }) => session !== undefined));
  const found = shown.map((agent) => basesOfAgent(agent, input, shown.length > 1));
  const refs = found.flatMap((one) => one.refs);
  return {
    refs: scope.sessionsOnly ? refs.filter((ref) => kindsOf(agentOf(ref, scope), ref.path, scope).length > 0) : refs,
    unlisted: found.flatMap((one) => one.unlisted),
  };
}

/** Of `several`, one whose places cannot be listed does not hold up the others. */
function basesOfAgent(agent: Agent, input: FindBases, several: boolean): UsualBases {
  let path = "";
  const listDirectories: FindBases["listDirectories"] = (directory) => {
    path = directory;
    return input.listDirectories(directory);
  };
  try {
    return { refs: agent.findBases({ ...input, listDirectories }), unlisted: [] };
  } catch (error) {
    if (!several || !(error instanceof GcError) || error.code !== "base-unreadable") throw error;
    const ref: BaseRef = { agent: agent.name, path, home: dirname(path), profile: null, label: null, named: null };
    return { refs: [], unlisted: [{ ref, error }] };
  }
}
