import { GcError } from "../errors.ts";
import { OWN_BLOCK } from "../model/settings.ts";
import { type Layer, mapAt, openSource, placed, readLayer, refuseUnknown, topOf } from "./layer.ts";
import { showValue } from "./wording.ts";
import { nearestName } from "./suggest.ts";

/*
 * Our own file: settings at its top, and below `agents:` those for one agent. All of it is checked, whichever agent a run
 * is about, and a key that stands twice is an error: of two `keep` one would protect nothing.
 */

export interface OwnLayers {
  readonly top: Layer | null;
  readonly agents: ReadonlyMap<string, Layer>;
}

export const NO_OWN_LAYERS: OwnLayers = { top: null, agents: new Map() };

/** `known`: the kinds and agents that there are. Throws `settings-unreadable` and `settings-invalid`. */
export function readOwnFile(
  text: string,
  file: string,
  known: { readonly kinds: readonly string[]; readonly agents: readonly string[] },
): OwnLayers {
  const source = openSource(text, file, known.kinds, { unique: true });
  const top = topOf(source);
  if (top === null) return NO_OWN_LAYERS;
  if (top.has(OWN_BLOCK)) {
    throw new GcError("settings-invalid", `${placed(OWN_BLOCK, [OWN_BLOCK], source)} is a block of an agent's file`, {
      hint: "Here its keys stand at the top, without it.",
    });
  }
  refuseUnknown(top, [], source, ["agents"]);
  const agents = new Map<string, Layer>();
  const blocks = top.get("agents") ?? null;
  for (const [name, block] of blocks === null ? [] : mapAt(blocks, ["agents"], source)) {
    if (typeof name !== "string" || !known.agents.includes(name)) {
      const shown = typeof name === "string" ? name : showValue(name);
      const meant = nearestName(shown, known.agents);
      throw new GcError(
        "settings-invalid",
        `${placed(`agents.${shown}`, ["agents", name], source)} is not an agent: expected one of ${known.agents.join(", ")}`,
        meant === null ? {} : { hint: `Did you mean ${meant}?` },
      );
    }
    if (block === null) continue;
    const path = ["agents", name];
    const map = mapAt(block, path, source);
    refuseUnknown(map, path, source);
    agents.set(name, readLayer(map, `agents.${name}`, path, source));
  }
  return { top: readLayer(top, "top", [], source), agents };
}
