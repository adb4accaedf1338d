import { GcError } from "../errors.ts";
import { KIND_KEYS, OWN_BLOCK, settingNamed, type SettingKey } from "../model/settings.ts";
import {
  type Layer,
  mapAt,
  openSource,
  placed,
  readLayer,
  refuseUnknown,
  report,
  type Source,
  topOf,
} from "./layer.ts";
import { type Mistakes, orMistakes } from "./mistakes.ts";
import { showValue } from "./wording.ts";
import { nearestName } from "./suggest.ts";

/*
 * Our own file: settings at its top, below `agents:` those for one agent, below `kinds:` those for entries of one kind. All
 * of it is checked, whichever agent a run is about, and a key that stands twice is an error: of two `keep` one would
 * protect nothing.
 */

export interface OwnLayers {
  readonly top: Layer | null;
  readonly agents: ReadonlyMap<string, Layer>;
  /** Bases that are named for an agent, as they are written. */
  readonly bases: ReadonlyMap<string, readonly string[]>;
  readonly kinds: ReadonlyMap<string, Layer>;
}

export const NO_OWN_LAYERS: OwnLayers = { top: null, agents: new Map(), bases: new Map(), kinds: new Map() };

/** Of an agent: directories beside its usual places. */
const BASES = "bases";

/** The kinds and agents that there are. */
interface KnownNames {
  readonly kinds: readonly string[];
  readonly agents: readonly string[];
}

/** Throws `settings-unreadable`, and `settings-invalid` with all its mistakes. */
export function readOwnFile(text: string, file: string, known: KnownNames): OwnLayers {
  return orMistakes((mistakes) => readLayers(text, file, known, mistakes));
}

function readLayers(text: string, file: string, known: KnownNames, mistakes: Mistakes): OwnLayers {
  const source = openSource(text, file, { kinds: known.kinds, mistakes }, { unique: true });
  const top = topOf(source);
  if (top === null) return NO_OWN_LAYERS;
  if (top.has(OWN_BLOCK)) {
    const place = placed(OWN_BLOCK, [OWN_BLOCK], source);
    const error = new GcError("settings-invalid", `${place} is a block of an agent's file`, {
      hint: "Here its keys stand at the top, without it.",
    });
    report(error, [OWN_BLOCK], source);
  }
  refuseUnknown(new Map([...top].filter(([key]) => key !== OWN_BLOCK)), [], source, ["agents", "kinds"]);
  return {
    top: readLayer(top, "top", [], source),
    agents: readBlocks(top, { below: "agents", noun: "an agent", known: known.agents, also: [BASES] }, source),
    bases: basesIn(top, source),
    kinds: readBlocks(top, { below: "kinds", noun: "a kind", known: known.kinds, keys: KIND_KEYS }, source),
  };
}

interface Blocks {
  readonly below: string;
  readonly noun: string;
  readonly known: readonly string[];
  /** The settings that have an effect there; all, where they are not named. */
  readonly keys?: readonly SettingKey[];
  /** Keys there that are no settings. */
  readonly also?: readonly string[];
}

function readBlocks(
  top: ReadonlyMap<unknown, unknown>,
  { below, noun, known, keys, also = [] }: Blocks,
  source: Source,
): ReadonlyMap<string, Layer> {
  const layers = new Map<string, Layer>();
  const blocks = top.get(below) ?? null;
  for (const [name, block] of blocks === null ? [] : (mapAt(blocks, [below], source) ?? [])) {
    if (typeof name !== "string" || !known.includes(name)) {
      const shown = typeof name === "string" ? name : showValue(name);
      const meant = nearestName(shown, known);
      const error = new GcError(
        "settings-invalid",
        `${placed(`${below}.${shown}`, [below, name], source)} is not ${noun}: expected one of ${known.join(", ")}`,
        meant === null ? {} : { hint: `Did you mean ${meant}?` },
      );
      report(error, [below, name], source);
      continue;
    }
    if (block === null) continue;
    const path = [below, name];
    const map = mapAt(block, path, source);
    if (map === null) continue;
    refuseUnknown(map, path, source, also);
    if (keys !== undefined) refuseWithoutEffect(map, path, keys, source);
    layers.set(name, readLayer(map, `${below}.${name}`, path, source));
  }
  return layers;
}

/** A setting of a whole base would be ignored silently. */
function refuseWithoutEffect(
  map: ReadonlyMap<unknown, unknown>,
  path: readonly string[],
  keys: readonly SettingKey[],
  source: Source,
): void {
  for (const written of map.keys()) {
    const key = settingNamed(written);
    if (key === null || keys.includes(key)) continue;
    const named = [...path, String(written)];
    const error = new GcError(
      "settings-invalid",
      `${placed(named.join("."), [...path, written], source)} has no effect for one kind: expected ${keys.join(", ")}`,
      { hint: `Write ${key} at the top, or below agents.` },
    );
    report(error, [...path, written], source);
  }
}

/** What is no map was reported before. */
function basesIn(top: ReadonlyMap<unknown, unknown>, source: Source): ReadonlyMap<string, readonly string[]> {
  const blocks = top.get("agents");
  const found = new Map<string, readonly string[]>();
  for (const [name, block] of blocks instanceof Map ? blocks : []) {
    const bases: unknown = block instanceof Map ? block.get(BASES) : undefined;
    if (typeof name !== "string" || bases === undefined || bases === null) continue;
    if (!isPaths(bases)) {
      const named = placed(`agents.${name}.${BASES}`, ["agents", name, BASES], source);
      const error = new GcError("settings-invalid", `${named} is ${showValue(bases)}: expected a list of directories`);
      report(error, ["agents", name, BASES], source);
      continue;
    }
    found.set(name, bases);
  }
  return found;
}

/** An empty one would mean the working directory, and a relative one depends on it. */
function isPaths(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one === "string" && /^(?:~(?:$|[\\/])|\/|[A-Za-z]:)/.test(one))
  );
}
