import { GcError } from "../errors.ts";
import { OWN_BLOCK } from "../model/settings.ts";
import { type Layer, mapAt, openSource, readLayer, refuseUnknown, type Source, topOf } from "./layer.ts";

/*
 * The file of an agent, such as its config.yaml. Two blocks of it are read:
 *
 * - the agent's own; the keys that we share count, and all others are ignored
 * - `checkpoint_gc:` is ours; an unknown key is an error, because a mistyped `keep` would protect nothing
 *
 * A wrong value is an error even where another layer overrides it: the file is broken either way, and broken settings
 * never mean "delete".
 */

/** What each block sets; null: it is not there. */
export interface AgentLayers {
  readonly agent: Layer | null;
  readonly own: Layer | null;
}

export const NO_LAYERS: AgentLayers = { agent: null, own: null };

/** `block`: the agent's. Throws `settings-unreadable` for broken YAML, `settings-invalid` for a wrong value. */
export function readAgentFile(text: string, file: string, block: string, kinds: readonly string[]): AgentLayers {
  const source = openSource(text, file, kinds);
  const top = topOf(source);
  if (top === null) return NO_LAYERS;
  refuseNearlyOurs(top, file);
  return { agent: readAgentBlock(top, block, source), own: readOwnBlock(top, source) };
}

/** `checkpoint-gc:` would be ignored silently, with everything that it was meant to keep. */
function refuseNearlyOurs(top: ReadonlyMap<unknown, unknown>, file: string): void {
  for (const key of top.keys()) {
    if (typeof key !== "string" || key === OWN_BLOCK || !/^checkpoints?[-_ ]?gc$/i.test(key)) continue;
    throw new GcError("settings-invalid", `${file} has a block ${JSON.stringify(key)}: expected ${OWN_BLOCK}`, {
      hint: `Did you mean ${OWN_BLOCK}?`,
    });
  }
}

function readAgentBlock(top: ReadonlyMap<unknown, unknown>, name: string, source: Source): Layer | null {
  const block = top.get(name) ?? null;
  // `checkpoints: true` is short for `checkpoints: {enabled: true}`: valid, and without any of our keys.
  if (block === null || typeof block === "boolean") return null;
  return readLayer(mapAt(block, [name], source), name, [name], source);
}

function readOwnBlock(top: ReadonlyMap<unknown, unknown>, source: Source): Layer | null {
  const block = top.get(OWN_BLOCK) ?? null;
  if (block === null) return null;
  const map = mapAt(block, [OWN_BLOCK], source);
  refuseUnknown(map, [OWN_BLOCK], source);
  return readLayer(map, OWN_BLOCK, [OWN_BLOCK], source);
}
