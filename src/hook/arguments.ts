/**
 * Settings of a host as arguments of `auto`. They are checked here as config/schema.ts checks them, as far as built-ins
 * allow: a value that `auto` refuses would cost a process at every start, and its message would never be seen.
 */
import { sizeFromText } from "../model/size.ts";
import { settingNamed, settingOf, type SettingsInput } from "../model/settings.ts";

/** `--set key=value` for each value, one for each pattern. Throws for an unknown key or a wrong value. */
export function settingFlags(settings: SettingsInput | undefined): readonly string[] {
  return Object.entries(settings ?? {})
    .filter(([, value]: [string, unknown]) => value !== undefined)
    .flatMap(([key, value]) => flagValues(key, value).flatMap((text) => ["--set", `${key}=${text}`]));
}

function flagValues(key: string, value: unknown): readonly string[] {
  const named = settingNamed(key);
  if (named === null) throw new Error(`unknown setting ${JSON.stringify(key)}`);
  const setting = settingOf(named);
  switch (setting.kind) {
    case "switch":
      if (typeof value !== "boolean") throw invalidSetting(key, value, "true or false");
      return [String(value)];
    case "patterns":
      if (!isPatterns(value)) throw invalidSetting(key, value, "a list of paths or globs");
      return value;
    case "kinds":
      if (!isNames(value)) throw invalidSetting(key, value, "a list of kinds");
      return [value.join(",")];
    case "bytes":
      if (typeof value === "string" && sizeFromText(value) !== null) return [value];
      // A number counts bytes here, as its type says; on a command line it needs a unit.
      return [`${Math.round(numberIn(setting, key, value))}B`];
    default:
      return [String(numberIn(setting, key, value))];
  }
}

function numberIn({ min, max }: { readonly min: number; readonly max: number }, key: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalidSetting(key, value, "a number");
  if (value < min || value > max) throw invalidSetting(key, value, `${min} to ${max}`);
  return value;
}

/**
 * A pattern that is not anchored would match nothing and so protect nothing; the globs themselves are checked by
 * `auto`.
 */
function isPatterns(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && isPattern(one));
}

/** `auto` checks whether they exist. */
function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && /^[a-z-]+$/.test(one));
}

function isPattern(text: string): boolean {
  return (
    text === text.trim() && !/[\0\r\n]/.test(text) && /^(?:\/|~$|~[/\\]|\*\*$|\*\*[/\\]|[A-Za-z]:[/\\]|\\\\)/.test(text)
  );
}

function invalidSetting(key: string, value: unknown, expected: string): Error {
  return new Error(`settings.${key} is ${display(value)}, expected ${expected}`);
}

function display(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
