import { GcError } from "../errors.ts";
import { settingNamed, type SettingKey, type Settings } from "../model/settings.ts";
import { checkLayer } from "./schema.ts";
import { valueFromText } from "./text-value.ts";
import { unknownKeyHint, wrongValue } from "./wording.ts";

/**
 * One value that overrides the file. `flag` is its name as given, key included (`--retention-days`, `--set keep`,
 * `settings.keep`): it is shown as the origin, and named in errors.
 */
export interface SettingFlag {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly flag: string;
}

/**
 * `--set key=value`. Each `--set keep=PATTERN` adds one pattern. Throws `usage` for a missing `=`, an unknown key or a
 * wrong value, so that a mistyped command ends before any home is read. `kinds`: as for `checkFlag`.
 */
export function parseSet(text: string, kinds?: readonly string[]): SettingFlag {
  const at = text.indexOf("=");
  if (at < 0) {
    throw new GcError("usage", `--set ${text}: expected key=value`, { hint: "For example --set retention_days=30." });
  }
  const name = text.slice(0, at).trim();
  const key = settingNamed(name);
  if (key === null) {
    throw new GcError("usage", `--set ${text}: unknown setting ${JSON.stringify(name)}`, {
      hint: unknownKeyHint(name),
    });
  }
  return parseFlag(key, text.slice(at + 1), `--set ${name}`, kinds);
}

/** A flag that has a name of its own, such as `--retention-days 30`; throws `usage` for a wrong value. */
export function parseFlag(key: SettingKey, text: string, flag: string, kinds?: readonly string[]): SettingFlag {
  const parsed = { key, value: valueFromText(key, text), flag };
  checkFlag(parsed, kinds);
  return parsed;
}

/** The layer of one flag; throws `usage` for a wrong value. `kinds`: all that there are; without them any name may be one. */
export function checkFlag(flag: SettingFlag, kinds?: readonly string[]): Partial<Settings> {
  const checked = checkLayer({ [flag.key]: flag.value }, kinds);
  if (checked.kind === "valid") return checked.layer;
  const [wrong] = checked.values;
  const where = wrong.index === null ? flag.flag : `${flag.flag}[${wrong.index}]`;
  throw wrongValue("usage", where, wrong);
}
