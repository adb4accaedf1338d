/** Which agents a run is about, and which kinds the bases of each have. */
import { type Agent, agentNamed, kindsAt } from "../agents/agent.ts";
import { AGENTS } from "../agents/index.ts";
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { CommonOptions } from "../options.ts";
import type { Kind } from "../stores/kind.ts";

/** All that there are, and those that were named. */
export interface AgentScope {
  readonly agents: readonly Agent[];
  /** Kinds of a host beside those of its agents: they are looked for in every base. */
  readonly extraKinds: readonly Kind[];
  /** The kinds of all agents, and these. */
  readonly kinds: readonly Kind[];
  /** Only kinds of sessions are looked for. */
  readonly sessionsOnly: boolean;
}

export function agentScope(options: CommonOptions): AgentScope {
  const agents = [...AGENTS, ...(options.agents ?? [])];
  const extraKinds = options.stores ?? [];
  const kinds = [...agents.flatMap((agent) => agent.kinds), ...extraKinds];
  return { agents, extraKinds, kinds, sessionsOnly: options.sessions ?? false };
}

/** Those that `--agent` names, else all. Throws `usage` for an unknown one. */
export function namedAgents({ agents }: AgentScope, named: readonly string[]): readonly Agent[] {
  const known = agents.map(({ name }) => name).join(", ");
  const found = named.map((name) => {
    const agent = agentNamed(agents, name);
    if (agent === null) throw new GcError("usage", `--agent is "${name}": expected one of ${known}`);
    return agent;
  });
  return found.length === 0 ? agents : [...new Set(found)];
}

/**
 * The agent of homes and bases that are named: the one that was named with them, else the first one. Throws `usage` where
 * several were.
 */
export function agentOfNamed(scope: AgentScope, named: readonly string[]): Agent {
  const [first, ...more] = namedAgents(scope, named);
  if (first === undefined || (named.length > 0 && more.length > 0)) {
    throw new GcError("usage", `--home and --base belong to one agent, and --agent names ${named.join(", ")}`, {
      hint: "Run it once for each agent.",
    });
  }
  return first;
}

/** Throws where the agent is not one of them, as in a plan of another version. */
export function agentOf({ agent: name, path }: Pick<BaseRef, "agent" | "path">, { agents }: AgentScope): Agent {
  const agent = agentNamed(agents, name);
  if (agent !== null) return agent;
  const known = agents.map((one) => one.name).join(", ");
  throw new GcError("plan-invalid", `the agent of ${path} is "${name}": expected one of ${known}`);
}

/** What `makeState` has to know of a base. */
export function stateOptions(ref: BaseRef, scope: AgentScope): { readonly inProject: boolean } {
  return { inProject: agentOf(ref, scope).inProjects === true };
}

/** What can be in a base of this agent, by its path. */
export function kindsOf(
  agent: Agent,
  base: string,
  { extraKinds, sessionsOnly }: Pick<AgentScope, "extraKinds" | "sessionsOnly">,
): readonly Kind[] {
  return [...kindsAt(agent, base), ...extraKinds].filter(({ session }) => !sessionsOnly || session !== undefined);
}

/** Where the marker of the last sweep is; null: there is no state yet. */
export function markerDirectory<State extends string | null>(
  { sharesMarker }: Pick<Agent, "sharesMarker">,
  base: string,
  state: State,
): string | State {
  return sharesMarker(base) ? base : state;
}

/** The kinds of the agents that were named for a run, as far as that is enough to take them. */
export function kindsNamed(named: string | readonly string[] | undefined, scope: AgentScope): readonly string[] {
  const { sessionsOnly } = scope;
  const agents = listOf(named).length === 0 && !sessionsOnly ? [] : namedAgents(scope, listOf(named));
  return agents
    .flatMap(({ kinds }) => kinds)
    .filter(({ optIn, session }) => optIn !== true && (!sessionsOnly || session !== undefined))
    .map(({ kind }) => kind);
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
