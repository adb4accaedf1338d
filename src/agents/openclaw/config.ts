/** What its settings say of where its sessions are. Pure. */
import { isAbsolute, join } from "node:path";
import { INDEX } from "./names.ts";
import { parseJson5 } from "./json5.ts";
import { type Maintenance, maintenanceIn } from "./maintenance.ts";

/** Where the index of an agent is. */
export type StorePlace =
  /** In the folder of the agent. */
  | { readonly kind: "usual" }
  /** A path as it is written, with `{agentId}` for the agent. */
  | { readonly kind: "moved"; readonly template: string }
  /** The settings cannot be understood, or something beside them decides. */
  | { readonly kind: "unsure" };

/** The agents that the settings name, and where their index is. */
export interface SessionSettings {
  readonly store: StorePlace;
  readonly agents: readonly string[];
  /** What the key of an agent's main session ends in. */
  readonly mainKey: string;
  /** What its own cleanup removes sessions by. */
  readonly maintenance: Maintenance;
}

const USUAL: SessionSettings = {
  store: { kind: "usual" },
  agents: [],
  mainKey: "main",
  maintenance: maintenanceIn(undefined),
};
export const UNSURE: SessionSettings = { ...USUAL, store: { kind: "unsure" } };

/** `text`: of the settings file; null where there is none. */
export function sessionSettings(text: string | null): SessionSettings {
  if (text === null) return USUAL;
  const settings = parsed(text);
  if (!(settings instanceof Map)) return UNSURE;
  const session: unknown = settings.get("session");
  // A part of them stands in another file.
  if (settings.has("$include") || (session instanceof Map && session.has("$include"))) return UNSURE;
  const agents = agentsIn(settings.get("agents"));
  if (session === undefined || session === null) return { ...USUAL, agents };
  if (!(session instanceof Map)) return UNSURE;
  const store: unknown = session.get("store") ?? null;
  const named: unknown = session.get("mainKey");
  const mainKey = typeof named === "string" && named.trim() !== "" ? named.trim() : USUAL.mainKey;
  const known = { ...USUAL, agents, mainKey, maintenance: maintenanceIn(session.get("maintenance")) };
  if (store === null) return known;
  // `${NAME}` is a variable of the environment in which the agent runs.
  const isPlain = typeof store === "string" && store.trim() !== "" && !store.includes("${");
  return isPlain ? { ...known, store: { kind: "moved", template: store.trim() } } : UNSURE;
}

function parsed(text: string): unknown {
  try {
    return parseJson5(text);
  } catch (error) {
    // A RangeError: more in one piece than a pattern can take.
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

function agentsIn(agents: unknown): readonly string[] {
  const list: unknown = agents instanceof Map ? agents.get("list") : null;
  const ids = Array.isArray(list)
    ? list.map((one: unknown) => (one instanceof Map ? (one.get("id") as unknown) : null))
    : [];
  return ids.filter((id) => typeof id === "string" && /^[\w-]+$/.test(id)).map((id) => String(id).toLowerCase());
}

/**
 * The folder of an agent's sessions where they were moved; null where it cannot be told. `userHome` is what `~` stands for.
 */
export function movedFolder(template: string, agent: string, userHome: string | null): string | null {
  const named = template.replaceAll("{agentId}", agent);
  const isHome = /^~(?=$|\/)/.test(named);
  if (isHome && userHome === null) return null;
  const path = isHome ? join(userHome ?? "", named.slice(1)) : named;
  // A relative path is one of the directory that the agent runs in; an index of another name may be one of several there.
  return isAbsolute(path) && path.endsWith(`/${INDEX}`) ? join(path, "..") : null;
}
