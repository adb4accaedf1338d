import { GcError, type ErrorCode } from "../errors.ts";
import { SETTING_KEYS, settingOf } from "../model/settings.ts";
import { checkLayer, type WrongValue } from "./schema.ts";
import { nearestName } from "./suggest.ts";
import { valueFromText } from "./text-value.ts";

/** Longer values are cut in messages. */
const SHOWN_CHARACTERS = 80;

/** A value as it appears in the file: strings in quotes, YAML's own names for special numbers. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (typeof value === "string") return showText(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return showNumber(value);
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (value instanceof Uint8Array) return "binary data";
  return "a map";
}

function showText(text: string): string {
  const characters = [...text];
  if (characters.length <= SHOWN_CHARACTERS) return JSON.stringify(text);
  return `${JSON.stringify(characters.slice(0, SHOWN_CHARACTERS).join(""))}... (${characters.length} characters)`;
}

function showNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? ".inf" : "-.inf";
}

/** The error for a wrong value; `where` names the key and where it was written. */
export function wrongValue(code: ErrorCode, where: string, wrong: WrongValue): GcError {
  return new GcError(code, `${where} is ${showValue(wrong.value)}: ${wrong.expected}`, { hint: hintFor(wrong) });
}

/** What to write instead. */
function hintFor({ key, value }: WrongValue): string {
  const setting = settingOf(key);
  if (setting.kind === "patterns") {
    // In YAML a lone ~ is null, and a leading * an alias: both look like patterns.
    return value === null
      ? `Write ${key}: ["~/work"]; a lone ~ must be in quotes.`
      : `Write ${key}: ["~/work", "**/demo"].`;
  }
  if (typeof value === "string") {
    const meant = valueFromText(key, value);
    if (typeof meant !== "string" && checkLayer({ [key]: meant }).kind === "valid") {
      return `Write ${key}: ${String(meant)}, without quotes.`;
    }
  }
  const bare = setting.kind === "bytes" ? bareNumber(value) : null;
  if (bare !== null) return `${bare}G is ${bare} GiB, ${bare}M is ${bare} MiB, ${bare}B is ${bare} bytes.`;
  if (key === "retention_days" && typeof value === "number" && value > 0) {
    return "To remove nothing for its age alone write retention_days: 0.";
  }
  if (setting.kind === "kinds") return `Write ${key}: [KIND], with names of kinds as status shows them.`;
  return `The default is ${key}: ${String(setting.default)}.`;
}

/** The message about an unknown key. `also`: keys that may stand beside the settings. */
export function unknownKeyHint(key: string, also: readonly string[] = []): string {
  const known = [...SETTING_KEYS, ...also];
  const meant = nearestName(key, known) ?? nearestByFirstWord(key, known);
  return meant === null ? `The settings are ${known.join(", ")}.` : `Did you mean ${meant}?`;
}

/** `retension` lacks half of `retention_days`, whose first word alone is similar, and is that of no other name. */
function nearestByFirstWord(key: string, known: readonly string[]): string | null {
  const firstOf = (name: string): string => name.split("_")[0] ?? name;
  const meant = nearestName(key, known.map(firstOf));
  const named = meant === null ? [] : known.filter((name) => firstOf(name) === meant);
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** A size without a unit, as it was written. */
function bareNumber(value: unknown): string | null {
  const text = typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
  return /^\d+(?:\.\d+)?$/.test(text) ? text : null;
}
