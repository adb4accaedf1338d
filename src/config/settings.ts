import { GcError } from "../errors.ts";
import {
  DEFAULT_SETTINGS,
  eachSetting,
  KIND_KEYS,
  type KindKey,
  type KindSettings,
  type Origin,
  type ResolvedSettings,
  SETTING_KEYS,
  type SettingKey,
  type Settings,
} from "../model/settings.ts";
import { type AgentLayers, type KindOfAgent, NO_LAYERS, readAgentFile } from "./agent-file.ts";
import { checkFlag, type SettingFlag } from "./flags.ts";
import type { Layer } from "./layer.ts";
import { bothSettled } from "./mistakes.ts";
import { NO_OWN_LAYERS, type OwnLayers, readOwnFile } from "./own-file.ts";

/** The result of reading a file, which is read elsewhere. */
export type TextResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: string; readonly message: string };

/** A file and what was read of it. */
export interface ReadFile {
  readonly path: string;
  readonly result: TextResult;
}

export interface SettingsSources {
  readonly agent: {
    readonly name: string;
    readonly defaults?: Partial<Settings>;
    readonly kinds?: readonly KindOfAgent[];
  };
  /** The file of the agent, and the agent's own block in it; null: it has none. */
  readonly agentFile: (ReadFile & { readonly block: string | null }) | null;
  /** Ours. */
  readonly ownFile: ReadFile;
  readonly flags: readonly SettingFlag[];
  /** All that there are, those that a host brought among them. */
  readonly kinds: readonly string[];
  readonly agents: readonly string[];
}

/** The defaults of the code, and over them those of the agent. */
export function defaultSettings({ defaults }: SettingsSources["agent"]): Settings {
  return { ...DEFAULT_SETTINGS, ...defaults };
}

/**
 * The settings of one base, key by key. Lowest first: the defaults, those of a kind, the agent's own block in its file, our file, in it
 * what is for this agent and then for one kind, `checkpoint_gc:` in the agent's file, the flags. Only `keep` adds up: protecting one
 * directory in one place must not drop what another place protects. Throws `settings-unreadable` or `settings-invalid`
 * with all mistakes in the files, `usage` for a wrong flag.
 */
export function resolveSettings({ agent, flags, ...sources }: SettingsSources): ResolvedSettings {
  const kinds = agent.kinds ?? [];
  const [ofAgent, own] = bothSettled(
    () => agentLayers(sources, kinds),
    () => ownLayers(sources),
  );
  const origins = eachSetting<Record<SettingKey, Origin>>(() => ({ kind: "default" }));
  let values = defaultSettings(agent);
  for (const layer of [ofAgent.agent, own.top, own.agents.get(agent.name), ofAgent.own]) {
    if (layer === null || layer === undefined) continue;
    values = laid(values, layer.values);
    for (const key of SETTING_KEYS) if (key in layer.values) origins[key] = originIn(layer, key);
  }
  for (const flag of flags) {
    values = laid(values, checkFlag(flag, sources.kinds));
    origins[flag.key] = { kind: "flag", flag: flag.flag };
  }
  const above = { own: ofAgent.own?.values ?? {}, flags: new Set(flags.map(({ key }) => key)) };
  const isOfAgent = (origin: Origin): boolean => origin.kind === "file" && origin.block === ofAgent.agent?.block;
  const withDefaults = withKindDefaults({ values, origins }, kinds, isOfAgent);
  const sessions = new Set(kinds.filter(({ session }) => session !== undefined).map(({ kind }) => kind));
  return withAgentLimits(withKinds(withDefaults, own.kinds, above, sessions), ofAgent.kinds);
}

/**
 * A kind's own default holds where no layer sets the key. The agent's block is about its other kinds where this one has
 * a block of its own. What a file says in general was written for snapshots: it keeps sessions longer, and never makes
 * them go sooner; what does is `kinds:`, and an option of a run.
 */
function withKindDefaults(
  { values, origins }: ResolvedSettings,
  kinds: readonly KindOfAgent[],
  isOfAgent: (origin: Origin) => boolean,
): ResolvedSettings {
  const own: Record<string, KindSettings> = {};
  const kindOrigins: Record<string, Partial<Record<KindKey, Origin>>> = {};
  for (const { kind, defaults = {}, block, session } of kinds) {
    for (const key of KIND_KEYS) {
      const value = defaults[key];
      if (value === undefined) continue;
      const { kind: origin } = origins[key];
      const isSooner = session !== undefined && origin === "file" && stricter(key, value, values[key]) === value;
      if (origin !== "default" && !isSooner && (block === undefined || !isOfAgent(origins[key]))) continue;
      own[kind] = { ...own[kind], [key]: value };
      kindOrigins[kind] = { ...kindOrigins[kind], [key]: { kind: "default" } };
    }
  }
  const isSame = Object.keys(own).length === 0;
  return isSame ? { values, origins } : { values: { ...values, kinds: own }, origins, kindOrigins };
}

/** `above`: what higher layers set, for every kind. For sessions a file in which more is kept comes first. */
function withKinds(
  { values, origins, kindOrigins: below = {} }: ResolvedSettings,
  layers: ReadonlyMap<string, Layer>,
  above: { readonly own: Partial<Settings>; readonly flags: ReadonlySet<string> },
  sessions: ReadonlySet<string>,
): ResolvedSettings {
  const kinds: Record<string, KindSettings> = { ...values.kinds };
  const kindOrigins: Record<string, Partial<Record<KindKey, Origin>>> = { ...below };
  for (const [kind, layer] of layers) {
    for (const key of KIND_KEYS) {
      const value = layer.values[key];
      if (value === undefined || above.flags.has(key)) continue;
      const general = above.own[key];
      if (general !== undefined && !sessions.has(kind)) continue;
      const kept = general === undefined ? value : stricter(key, value, general);
      kinds[kind] = { ...kinds[kind], [key]: kept };
      kindOrigins[kind] = { ...kindOrigins[kind], [key]: kept === value ? originIn(layer, key) : origins[key] };
    }
  }
  return Object.keys(kinds).length === 0 && layers.size === 0
    ? { values, origins }
    : { values: { ...values, kinds }, origins, kindOrigins };
}

/** What the agent would keep is kept: its own limits hold in place of a default, and where ours are looser. */
function withAgentLimits(resolved: ResolvedSettings, limits: ReadonlyMap<string, Layer>): ResolvedSettings {
  const kinds: Record<string, KindSettings> = { ...resolved.values.kinds };
  const kindOrigins: Record<string, Partial<Record<KindKey, Origin>>> = { ...resolved.kindOrigins };
  for (const [kind, layer] of limits) {
    for (const key of KIND_KEYS) {
      const limit = layer.values[key];
      // Of no number at all an agent has a default of its own.
      if (limit === undefined || (key === "keep_latest" && limit < 1)) continue;
      const value = kinds[kind]?.[key] ?? resolved.values[key];
      const { kind: origin } = kindOrigins[kind]?.[key] ?? resolved.origins[key];
      if (origin !== "default" && stricter(key, value, limit) === value) continue;
      kinds[kind] = { ...kinds[kind], [key]: limit };
      kindOrigins[kind] = { ...kindOrigins[kind], [key]: originIn(layer, key) };
    }
  }
  return limits.size === 0 ? resolved : { ...resolved, values: { ...resolved.values, kinds }, kindOrigins };
}

/** The one that keeps more. */
function stricter(key: KindKey, a: number, b: number): number {
  switch (key) {
    case "retention_days":
      if (a <= 0) return a;
      return b <= 0 ? b : Math.max(a, b);
    case "keep_latest":
      return Math.max(a, b);
  }
}

function laid(below: Settings, layer: Partial<Settings>): Settings {
  return { ...below, ...layer, keep: [...new Set([...below.keep, ...(layer.keep ?? [])])] };
}

function originIn({ file, block, keys }: Layer, key: SettingKey): Origin {
  return { kind: "file", file, block, key: keys[key] ?? key };
}

function agentLayers(
  { agentFile, kinds }: Pick<SettingsSources, "agentFile" | "kinds">,
  ofAgent: readonly KindOfAgent[],
): AgentLayers {
  const text = agentFile === null ? null : textOf(agentFile);
  if (agentFile === null || text === null) return NO_LAYERS;
  return readAgentFile(text, agentFile.path, { block: agentFile.block, kinds: ofAgent }, kinds);
}

function ownLayers({ ownFile, kinds, agents }: Pick<SettingsSources, "ownFile" | "kinds" | "agents">): OwnLayers {
  const text = textOf(ownFile);
  return text === null ? NO_OWN_LAYERS : readOwnFile(text, ownFile.path, { kinds, agents });
}

/** Null where there is none. */
function textOf({ path, result }: ReadFile): string | null {
  switch (result.kind) {
    case "missing":
      return null;
    case "text":
      return result.text;
    case "unreadable":
      throw new GcError("settings-unreadable", `${path} cannot be read (${result.code}): ${result.message}`, {
        hint: "Nothing is removed while it cannot be read. Make it readable for this user, or move it away.",
      });
  }
}
