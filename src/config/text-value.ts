import { type SettingKey, settingOf } from "../model/settings.ts";
import { durationFromText } from "../model/duration.ts";
import { sizeFromText } from "../model/size.ts";
import { DAY, HOUR } from "../model/time.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The value of a command line string: `true/on/yes` and `false/off/no` in any case for the switches, decimal numbers
 * for the numbers, times such as `30d` where they count days or hours, sizes for `max_size`. Any other string is returned as it is, so that validation refuses it and shows
 * it as typed. For `keep` the string is the pattern, commas included: they are legal in a path.
 */
export function valueFromText(key: SettingKey, text: string): string | number | boolean {
  switch (settingOf(key).kind) {
    case "switch":
      return switchFromText(text);
    case "days":
      return timeFromText(text, DAY);
    case "hours":
      return timeFromText(text, HOUR);
    case "count":
      return numberFromText(text);
    case "bytes":
      return sizeFromText(text) ?? text;
    case "patterns":
    case "kinds":
      return text;
  }
}

function switchFromText(text: string): boolean | string {
  switch (text.trim().toLowerCase()) {
    case "true":
    case "on":
    case "yes":
      return true;
    case "false":
    case "off":
    case "no":
      return false;
    default:
      return text;
  }
}

/** `30` is in the unit of the setting, and `30d` says its own. */
function timeFromText(text: string, unit: number): number | string {
  const bare = numberFromText(text);
  if (typeof bare === "number") return bare;
  const time = durationFromText(text);
  return time === null ? text : time / unit;
}

function numberFromText(text: string): number | string {
  const trimmed = text.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? value : text;
}
