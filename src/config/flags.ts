import { GcError } from "../errors.ts";
import type { SettingKey, Settings } from "../model/settings.ts";
import { checkLayer, isSettingKey } from "./schema.ts";
import { valueFromText } from "./text-value.ts";
import { unknownKeyHint, wrongValue } from "./wording.ts";

/**
 * One value that a person or a caller laid over the file. `flag` is what they called it, key and all
 * (`--retention-days`, `--set keep`, `settings.keep`): it is the origin that is shown, and the name in an error.
 */
export interface SettingFlag {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly flag: string;
}

/**
 * `--set key=value`. Each `--set keep=PATTERN` adds one pattern. Throws `usage` for a missing `=`, an unknown key or a
 * wrong value, so that a mistyped command ends before any home is looked at.
 */
export function parseSet(text: string): SettingFlag {
  const at = text.indexOf("=");
  if (at < 0) {
    throw new GcError("usage", `--set ${text}: expected key=value`, { hint: "For example --set retention_days=30." });
  }
  const key = text.slice(0, at).trim();
  if (!isSettingKey(key)) {
    throw new GcError("usage", `--set ${text}: there is no setting ${JSON.stringify(key)}`, {
      hint: unknownKeyHint(key),
    });
  }
  return parseFlag(key, text.slice(at + 1), `--set ${key}`);
}

/** A flag that has a name of its own, such as `--retention-days 30`; throws `usage` for a wrong value. */
export function parseFlag(key: SettingKey, text: string, flag: string): SettingFlag {
  const parsed = { key, value: valueFromText(key, text), flag };
  checkFlag(parsed);
  return parsed;
}

/** The layer of one flag; throws `usage` for a wrong value. */
export function checkFlag(flag: SettingFlag): Partial<Settings> {
  const checked = checkLayer({ [flag.key]: flag.value });
  if (checked.kind === "valid") return checked.layer;
  const where = checked.index === null ? flag.flag : `${flag.flag}[${checked.index}]`;
  throw wrongValue("usage", where, checked);
}
