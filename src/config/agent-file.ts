import { GcError } from "../errors.ts";
import { type KindKey, type KindSettings, OWN_BLOCK, SETTING_KEYS } from "../model/settings.ts";
import {
  type Layer,
  mapAt,
  openSource,
  readLayer,
  readLimits,
  refuseUnknown,
  report,
  type Source,
  topOf,
} from "./layer.ts";
import { type Mistakes, orMistakes } from "./mistakes.ts";
import type { YamlPath } from "./yaml.ts";

/*
 * The file of an agent, such as its config.yaml. Two blocks of it are read:
 *
 * - the agent's own; the keys that we share count, and all others are ignored
 * - `checkpoint_gc:` is ours; an unknown key is an error, because a mistyped `keep` would protect nothing
 *
 * A wrong value is an error even where another layer overrides it: the file is broken either way, and broken settings
 * never mean "delete". What the agent says of one kind, in other words, is a limit: a wrong one removes nothing of that kind
 * for its age.
 */

/** What each block sets; null: it is not there. */
export interface AgentLayers {
  readonly agent: Layer | null;
  /** What the agent's own words set for a kind. */
  readonly kinds: ReadonlyMap<string, Layer>;
  readonly own: Layer | null;
}

export const NO_LAYERS: AgentLayers = { agent: null, kinds: new Map(), own: null };

/** Which maps of the file are read beside `checkpoint_gc:`. */
export interface AgentBlocks {
  /** The agent's, with keys that we share; null: it has none. */
  readonly block: string | null;
  readonly kinds: readonly KindOfAgent[];
}

/** As in stores/kind.ts. */
export interface KindOfAgent {
  readonly kind: string;
  readonly defaults?: KindSettings;
  readonly session?: string;
  readonly block?: {
    readonly path: readonly string[];
    readonly keys: Readonly<Partial<Record<KindKey, string>>>;
  };
}

/** Throws `settings-unreadable` for broken YAML, `settings-invalid` with all wrong values. */
export function readAgentFile(text: string, file: string, blocks: AgentBlocks, kinds: readonly string[]): AgentLayers {
  return orMistakes((mistakes) => readLayers(text, file, blocks, { kinds, mistakes }));
}

function readLayers(
  text: string,
  file: string,
  { block, kinds: ofAgent }: AgentBlocks,
  known: { readonly kinds: readonly string[]; readonly mistakes: Mistakes },
): AgentLayers {
  const source = openSource(text, file, known);
  const top = topOf(source);
  if (top === null) return NO_LAYERS;
  refuseNearlyOurs(top, source);
  refuseRepeated(
    [],
    [OWN_BLOCK, ...(block === null ? [] : [block]), ...ofAgent.map((one) => one.block?.path[0])],
    source,
  );
  return {
    agent: block === null ? null : readAgentBlock(top, block, source),
    kinds: new Map(
      ofAgent.flatMap(({ kind, block: own }) => {
        const layer = own === undefined ? null : readKindBlock(top, own, source);
        return layer === null ? [] : [[kind, layer] as const];
      }),
    ),
    own: readOwnBlock(top, source),
  };
}

/**
 * The agent takes the last one of two, and a person who pasted a second block means both: what the first one keeps would go.
 * `names`: those that are read; null: all.
 */
function refuseRepeated(path: YamlPath, names: readonly (string | undefined)[] | null, source: Source): void {
  for (const { key, lines } of source.repeatedAt(path)) {
    if (names !== null && !names.includes(key)) continue;
    const [first, last] = lines;
    const error = new GcError(
      "settings-invalid",
      `${[...path, key].join(".")} is in ${source.file} twice, in lines ${first} and ${last}: expected once`,
      { hint: path.length === 0 ? "Write what both have into one block." : "Leave out one of them." },
    );
    report(error, [...path, key], source);
  }
}

/** `checkpoint-gc:` would be ignored silently, with everything that it was meant to keep. */
function refuseNearlyOurs(top: ReadonlyMap<unknown, unknown>, source: Source): void {
  for (const key of top.keys()) {
    if (typeof key !== "string" || key === OWN_BLOCK || !/^checkpoints?[-_ ]?gc$/i.test(key)) continue;
    const error = new GcError(
      "settings-invalid",
      `${source.file} has a block ${JSON.stringify(key)}: expected ${OWN_BLOCK}`,
      { hint: `Did you mean ${OWN_BLOCK}?` },
    );
    report(error, [key], source);
  }
}

function readAgentBlock(top: ReadonlyMap<unknown, unknown>, name: string, source: Source): Layer | null {
  const block = top.get(name) ?? null;
  // `checkpoints: true` is short for `checkpoints: {enabled: true}`: valid, and without any of our keys.
  if (block === null || typeof block === "boolean") return null;
  const map = mapAt(block, [name], source);
  if (map === null) return null;
  refuseRepeated([name], SETTING_KEYS, source);
  return readLayer(map, name, [name], source);
}

/** What is no map, or has none of these keys, is the agent's own affair. */
function readKindBlock(
  top: ReadonlyMap<unknown, unknown>,
  { path, keys }: NonNullable<KindOfAgent["block"]>,
  source: Source,
): Layer | null {
  let map: unknown = top;
  for (const step of path) map = map instanceof Map ? map.get(step) : null;
  if (!(map instanceof Map)) return null;
  const named = Object.entries(keys).flatMap(([key, name]) => {
    const value: unknown = map instanceof Map ? map.get(name) : undefined;
    return value === undefined || value === null ? [] : [{ key, name, value }];
  });
  return named.length === 0 ? null : readLimits(named, path, source);
}

function readOwnBlock(top: ReadonlyMap<unknown, unknown>, source: Source): Layer | null {
  const block = top.get(OWN_BLOCK) ?? null;
  if (block === null) return null;
  const map = mapAt(block, [OWN_BLOCK], source);
  if (map === null) return null;
  refuseUnknown(map, [OWN_BLOCK], source);
  refuseRepeated([OWN_BLOCK], null, source);
  return readLayer(map, OWN_BLOCK, [OWN_BLOCK], source);
}
