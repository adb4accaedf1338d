import { type SettingKey, settingOf } from "../model/settings.ts";
import { sizeFromText } from "../model/size.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The value of a command line string: `true/on/yes` and `false/off/no` in any case for the switches, decimal numbers
 * for the numbers, sizes for `max_size`. Any other string is returned as it is, so that validation refuses it and shows
 * it as typed. For `keep` the string is the pattern, commas included: they are legal in a path.
 */
export function valueFromText(key: SettingKey, text: string): string | number | boolean {
  switch (settingOf(key).kind) {
    case "switch":
      return switchFromText(text);
    case "days":
    case "hours":
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

function numberFromText(text: string): number | string {
  const trimmed = text.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? value : text;
}
