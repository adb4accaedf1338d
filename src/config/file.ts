import { GcError } from "../errors.ts";
import { type SettingsBlock, settingNamed, type SettingKey, type Settings, STORE_KINDS } from "../model/settings.ts";
import { checkBlock } from "./schema.ts";
import { showValue, unknownKeyHint, wrongValue } from "./wording.ts";
import { readYaml } from "./yaml.ts";

/*
 * Hermes' config.yaml. Two blocks of it are read:
 *
 * - `checkpoints:` is Hermes' own; the keys that we share count, and all others are ignored
 * - `checkpoint_gc:` is ours; an unknown key is an error, because a mistyped `keep` would protect nothing
 *
 * A wrong value is an error even where the other block or a flag overrides it: the file is broken either way, and
 * broken settings never mean "delete".
 */

/** What each block sets; empty where it sets nothing. */
export type Blocks = Readonly<Record<SettingsBlock, Partial<Settings>>>;

/** Throws `settings-unreadable` for broken YAML, `settings-invalid` for a wrong value, naming `file` in both. */
export function readBlocks(text: string, file: string, kinds: readonly string[] = STORE_KINDS): Blocks {
  const top = readYaml(text, file);
  // An empty file, or one of comments alone: Hermes uses its defaults too.
  if (top === null) return { checkpoints: {}, checkpoint_gc: {} };
  if (!(top instanceof Map)) {
    throw new GcError("settings-invalid", `${file} is ${showValue(top)}: expected a map of settings`, {
      hint: "A file of settings has lines such as checkpoints: and, below it, indented, retention_days: 7.",
    });
  }
  refuseNearlyOurs(top, file);
  return { checkpoints: readHermesBlock(top, file, kinds), checkpoint_gc: readOwnBlock(top, file, kinds) };
}

/** `checkpoint-gc:` would be ignored silently, with everything that it was meant to keep. */
function refuseNearlyOurs(top: ReadonlyMap<unknown, unknown>, file: string): void {
  for (const key of top.keys()) {
    if (typeof key !== "string" || key === "checkpoint_gc" || !/^checkpoints?[-_ ]?gc$/i.test(key)) continue;
    throw new GcError("settings-invalid", `${file} has a block ${JSON.stringify(key)}: expected checkpoint_gc`, {
      hint: "Did you mean checkpoint_gc?",
    });
  }
}

function readHermesBlock(
  top: ReadonlyMap<unknown, unknown>,
  file: string,
  kinds: readonly string[],
): Partial<Settings> {
  const block = top.get("checkpoints") ?? null;
  // `checkpoints: true` is Hermes' short form of `checkpoints: {enabled: true}`: valid, and without any of our keys.
  if (block === null || typeof block === "boolean") return {};
  return readLayer("checkpoints", asMap(block, "checkpoints", file), file, kinds);
}

function readOwnBlock(top: ReadonlyMap<unknown, unknown>, file: string, kinds: readonly string[]): Partial<Settings> {
  const block = top.get("checkpoint_gc") ?? null;
  if (block === null) return {};
  const map = asMap(block, "checkpoint_gc", file);
  for (const key of map.keys()) {
    if (settingNamed(key) !== null) continue;
    const name = typeof key === "string" ? key : showValue(key);
    throw new GcError("settings-invalid", `checkpoint_gc.${name} in ${file} is not a setting`, {
      hint: unknownKeyHint(name),
    });
  }
  return readLayer("checkpoint_gc", map, file, kinds);
}

function asMap(value: unknown, block: SettingsBlock, file: string): ReadonlyMap<unknown, unknown> {
  if (value instanceof Map) return value;
  throw new GcError("settings-invalid", `${block} in ${file} is ${showValue(value)}: expected a map of settings`, {
    hint: `Below ${block}: write lines such as retention_days: 7, indented.`,
  });
}

/** Keys that are not settings are another reader's. */
function readLayer(
  block: SettingsBlock,
  map: ReadonlyMap<unknown, unknown>,
  file: string,
  kinds: readonly string[],
): Partial<Settings> {
  const raw: Partial<Record<SettingKey, unknown>> = {};
  const written: Partial<Record<SettingKey, string>> = {};
  for (const [name, value] of map) {
    const key = settingNamed(name);
    if (key === null || typeof name !== "string") continue;
    const other = written[key];
    if (other !== undefined) {
      throw new GcError("settings-invalid", `${block} in ${file} has both ${other} and ${name}: expected one of them`, {
        hint: `They are one setting, which is called ${key}.`,
      });
    }
    raw[key] = value;
    written[key] = name;
  }
  const checked = checkBlock(raw, kinds);
  if (checked.kind === "valid") return checked.layer;
  const key = written[checked.key] ?? checked.key;
  const where = checked.index === null ? key : `${key}[${checked.index}]`;
  throw wrongValue("settings-invalid", `${block}.${where} in ${file}`, checked);
}
