import { GcError } from "../errors.ts";
import type { SettingKey, Settings } from "../model/settings.ts";
import { checkLayer, isSettingKey } from "./schema.ts";
import { showValue, unknownKeyHint, wrongValue } from "./wording.ts";
import { readYaml } from "./yaml.ts";

/*
 * Hermes' config.yaml. Two blocks of it are ours to read:
 *
 *   checkpoints:      Hermes' own; the keys that we share count, all others are Hermes' business and are not looked at
 *   checkpoint_gc:    ours; a key that we do not know is a mistake, because a mistyped `keep` would protect nothing
 *
 * A wrong value is an error even where the other block or a flag overrides it: the file is broken either way, and
 * broken settings never mean "delete".
 */

export type Block = "checkpoints" | "checkpoint_gc";

/** What each block sets; empty where it sets nothing. */
export type Blocks = Readonly<Record<Block, Partial<Settings>>>;

/** Throws `settings-unreadable` for broken YAML, `settings-invalid` for a wrong value, naming `file` in both. */
export function readBlocks(text: string, file: string): Blocks {
  const top = readYaml(text, file);
  // An empty file, or one of comments alone: Hermes takes its defaults too.
  if (top === null) return { checkpoints: {}, checkpoint_gc: {} };
  if (!(top instanceof Map)) {
    throw new GcError("settings-invalid", `${file} is ${showValue(top)}: expected a map of settings`, {
      hint: "A file of settings has lines such as checkpoints: and, below it, indented, retention_days: 7.",
    });
  }
  refuseNearlyOurs(top, file);
  return { checkpoints: readHermesBlock(top, file), checkpoint_gc: readOwnBlock(top, file) };
}

/** `checkpoint-gc:` would be passed over in silence, with all that it was meant to keep. */
function refuseNearlyOurs(top: ReadonlyMap<unknown, unknown>, file: string): void {
  for (const key of top.keys()) {
    if (typeof key !== "string" || key === "checkpoint_gc" || !/^checkpoints?[-_ ]?gc$/i.test(key)) continue;
    throw new GcError("settings-invalid", `${file} has a block ${JSON.stringify(key)}: expected checkpoint_gc`, {
      hint: "Did you mean checkpoint_gc?",
    });
  }
}

function readHermesBlock(top: ReadonlyMap<unknown, unknown>, file: string): Partial<Settings> {
  const block = top.get("checkpoints") ?? null;
  // `checkpoints: true` is Hermes' short form of `checkpoints: {enabled: true}`: legal, and nothing that we read.
  if (block === null || typeof block === "boolean") return {};
  return readLayer("checkpoints", ownKeys(asMap(block, "checkpoints", file)), file);
}

function readOwnBlock(top: ReadonlyMap<unknown, unknown>, file: string): Partial<Settings> {
  const block = top.get("checkpoint_gc") ?? null;
  if (block === null) return {};
  const map = asMap(block, "checkpoint_gc", file);
  for (const key of map.keys()) {
    if (isSettingKey(key)) continue;
    const name = typeof key === "string" ? key : showValue(key);
    throw new GcError("settings-invalid", `checkpoint_gc.${name} in ${file} is not a setting`, {
      hint: unknownKeyHint(name),
    });
  }
  return readLayer("checkpoint_gc", ownKeys(map), file);
}

function asMap(value: unknown, block: Block, file: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw new GcError("settings-invalid", `${block} in ${file} is ${showValue(value)}: expected a map of settings`, {
    hint: `Below ${block}: write lines such as retention_days: 7, indented.`,
  });
}

function ownKeys(map: ReadonlyMap<unknown, unknown>): Partial<Record<SettingKey, unknown>> {
  const own: Partial<Record<SettingKey, unknown>> = {};
  for (const [key, value] of map) if (isSettingKey(key)) own[key] = value;
  return own;
}

function readLayer(block: Block, raw: Partial<Record<SettingKey, unknown>>, file: string): Partial<Settings> {
  const checked = checkLayer(raw);
  if (checked.kind === "valid") return checked.layer;
  const key = checked.index === null ? checked.key : `${checked.key}[${checked.index}]`;
  throw wrongValue("settings-invalid", `${block}.${key} in ${file}`, checked);
}
