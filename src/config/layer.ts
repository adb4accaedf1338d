/** What one part of a file sets, checked: each setting once, under whichever of its names. */
import { GcError } from "../errors.ts";
import { settingNamed, type SettingKey, type Settings } from "../model/settings.ts";
import { checkBlock } from "./schema.ts";
import { showValue, unknownKeyHint, wrongValue } from "./wording.ts";
import type { Mistakes } from "./mistakes.ts";
import { readYaml, type YamlFile, type YamlPath } from "./yaml.ts";

export interface Layer {
  readonly file: string;
  /** As in the origin of a value (model/settings.ts). */
  readonly block: string;
  readonly values: Partial<Settings>;
  /** How each key is written, with all that it is below. */
  readonly keys: Readonly<Partial<Record<SettingKey, string>>>;
}

/** A file while it is read. */
export interface Source extends YamlFile {
  readonly file: string;
  /** All that there are, those that a host brought among them. */
  readonly kinds: readonly string[];
  /** What is wrong in it so far. */
  readonly mistakes: Mistakes;
}

type YamlMap = ReadonlyMap<unknown, unknown>;

/** Throws `settings-unreadable` for broken YAML. */
export function openSource(
  text: string,
  file: string,
  { kinds, mistakes }: Pick<Source, "kinds" | "mistakes">,
  options: Parameters<typeof readYaml>[2] = {},
): Source {
  return { ...readYaml(text, file, options), file, kinds, mistakes };
}

/** The whole file; null for an empty one, or one of comments alone. What else is no map is a mistake. */
export function topOf({ top, file, mistakes }: Source): YamlMap | null {
  if (top === null) return null;
  if (top instanceof Map) return top;
  const error = new GcError("settings-invalid", `${file} is ${showValue(top)}: expected a map of settings`, {
    hint: "A file of settings has lines such as retention_days: 7.",
  });
  mistakes.add(error, null);
  return null;
}

/** Null where it is none, which is a mistake. */
export function mapAt(value: unknown, path: YamlPath, source: Source): YamlMap | null {
  if (value instanceof Map) return value;
  const named = pathText(path);
  const error = new GcError(
    "settings-invalid",
    `${placed(named, path, source)} is ${showValue(value)}: expected a map of settings`,
    { hint: `Below ${String(path.at(-1))}: write lines such as retention_days: 7, indented.` },
  );
  report(error, path, source);
  return null;
}

/** Notes a mistake; what is read beside it is used for nothing but to find more of them. */
export function report(error: GcError, path: YamlPath, { mistakes, lineOf }: Source): void {
  mistakes.add(error, lineOf(path));
}

/** An unknown key is a mistake in what is ours: a mistyped `keep` would protect nothing. `also`: keys that are no settings. */
export function refuseUnknown(map: YamlMap, path: YamlPath, source: Source, also: readonly string[] = []): void {
  for (const key of map.keys()) {
    if (settingNamed(key) !== null || (typeof key === "string" && also.includes(key))) continue;
    const name = typeof key === "string" ? key : showValue(key);
    const at = [...path, key];
    const error = new GcError("settings-invalid", `${placed(pathText([...path, name]), at, source)} is not a setting`, {
      hint: unknownKeyHint(name, also),
    });
    report(error, at, source);
  }
}

/** Keys that are not settings are another reader's. A wrong value is a mistake. */
export function readLayer(map: YamlMap, block: string, path: YamlPath, source: Source): Layer {
  const raw: Partial<Record<SettingKey, unknown>> = {};
  const written: Partial<Record<SettingKey, string>> = {};
  for (const [name, value] of map) {
    const key = settingNamed(name);
    if (key === null || typeof name !== "string") continue;
    const other = written[key];
    if (other !== undefined) {
      const where = path.length === 0 ? source.file : placed(pathText(path), [...path, name], source);
      const error = new GcError("settings-invalid", `${where} has both ${other} and ${name}: expected one of them`, {
        hint: `They are one setting, which is called ${key}.`,
      });
      report(error, [...path, name], source);
    }
    raw[key] = value;
    written[key] = name;
  }
  return checkedLayer(raw, written, block, path, source);
}

/** A value under a name that is not ours. */
interface NamedValue {
  /** Our name of the setting. */
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

/**
 * Limits that an agent has names of its own for, for one kind. A value that is none here is the agent's own affair: as it is
 * not known what the agent makes of it, nothing of that kind goes for its age, and everything else works as before.
 */
export function readLimits(values: readonly NamedValue[], path: YamlPath, source: Source): Layer {
  const layer = { file: source.file, block: pathText(path) };
  const checked = checkBlock(Object.fromEntries(values.map(({ key, value }) => [key, value])), source.kinds);
  if (checked.kind === "valid") {
    const keys = Object.fromEntries(values.map(({ key, name }) => [key, pathText([...path, name])]));
    return { ...layer, values: checked.layer, keys };
  }
  const [{ key: first }] = checked.values;
  const wrong = values.find(({ key }) => key === first)?.name ?? first;
  return { ...layer, values: { retention_days: 0 }, keys: { retention_days: pathText([...path, wrong]) } };
}

function checkedLayer(
  raw: Partial<Record<SettingKey, unknown>>,
  written: Partial<Record<SettingKey, string>>,
  block: string,
  path: YamlPath,
  source: Source,
): Layer {
  const checked = checkBlock(raw, source.kinds);
  if (checked.kind === "valid") {
    const keys = Object.entries(written).map(([key, name]) => [key, pathText([...path, name])] as const);
    return { file: source.file, block, values: checked.layer, keys: Object.fromEntries(keys) };
  }
  for (const wrong of checked.values) {
    const at = [...path, written[wrong.key] ?? wrong.key, ...(wrong.index === null ? [] : [wrong.index])];
    report(wrongValue("settings-invalid", placed(pathText(at), at, source), wrong), at, source);
  }
  return { file: source.file, block, values: {}, keys: {} };
}

/** `agents.NAME.keep[1] in FILE, line 7,` at the beginning of a sentence. */
export function placed(named: string, path: YamlPath, { file, lineOf }: Source): string {
  const line = lineOf(path);
  return `${named} in ${file}${line === null ? "" : `, line ${line},`}`;
}

/** `agents.NAME.keep[1]`. */
function pathText(path: YamlPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}
