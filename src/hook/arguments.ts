/**
 * Settings of a host as arguments of `auto`. They are checked here as config/schema.ts checks them, as far as built-ins
 * go: a value that `auto` refuses would cost a process at every start, and nobody would ever see its message.
 */
import type { SettingKey, Settings } from "../model/settings.ts";

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A hundred years, as in config/schema.ts. */
const MAX_DAYS = 36_500;
const HOURS: Range = { min: 0, max: MAX_DAYS * 24 };

/** A size with a unit is a text, as in config/size.ts. */
const SIZE = /^\s*(?:\d+\.?\d*|\.\d+)\s*(?:(?:[kmgt]i?)?b)?\s*$/i;

const KINDS: Readonly<Record<SettingKey, "switch" | "patterns" | "names" | Range>> = {
  auto_prune: "switch",
  retention_days: { min: -Infinity, max: MAX_DAYS },
  delete_orphans: "switch",
  min_interval_hours: HOURS,
  orphan_grace_hours: HOURS,
  trash_days: { min: 0, max: MAX_DAYS },
  max_size: { min: 0, max: Number.MAX_SAFE_INTEGER },
  keep: "patterns",
  stores: "names",
};

/** `--set key=value` for each value, one for each pattern. Throws for an unknown key or a wrong value. */
export function flagsOf(settings: Partial<Settings> | undefined): readonly string[] {
  return Object.entries(settings ?? {})
    .filter(([, value]: [string, unknown]) => value !== undefined)
    .flatMap(([key, value]) => textsOf(key, value).flatMap((text) => ["--set", `${key}=${text}`]));
}

function textsOf(key: string, value: unknown): readonly string[] {
  if (!isSettingKey(key)) throw new Error(`there is no setting ${JSON.stringify(key)}`);
  const kind = KINDS[key];
  if (kind === "switch") {
    if (typeof value !== "boolean") throw wrong(key, value, "true or false");
    return [String(value)];
  }
  if (kind === "patterns") {
    if (!isPatterns(value)) throw wrong(key, value, "a list of paths or globs");
    return value;
  }
  if (kind === "names") {
    if (!isNames(value)) throw wrong(key, value, "a list of kinds of stores");
    return [value.join(",")];
  }
  if (key === "max_size" && typeof value === "string" && SIZE.test(value)) return [value];
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(key, value, "a number");
  if (value < kind.min || value > kind.max) throw wrong(key, value, `${kind.min} to ${kind.max}`);
  return [String(value)];
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(KINDS, key);
}

/** One that is not anchored would match nothing and so protect nothing; the globs themselves are for `auto`. */
function isPatterns(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && isPattern(one));
}

/** Which of them exist `auto` knows. */
function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && /^[a-z-]+$/.test(one));
}

function isPattern(text: string): boolean {
  return (
    text === text.trim() && !/[\0\r\n]/.test(text) && /^(?:\/|~$|~[/\\]|\*\*$|\*\*[/\\]|[A-Za-z]:[/\\]|\\\\)/.test(text)
  );
}

function wrong(key: SettingKey, value: unknown, expected: string): Error {
  return new Error(`settings.${key} is ${shown(value)}, expected ${expected}`);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
