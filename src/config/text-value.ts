import type { SettingKey } from "../model/settings.ts";
import { DEFAULT_SETTINGS } from "../model/settings.ts";
import { sizeFromText } from "./size.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The value that a text of the command line stands for: `true/on/yes` and `false/off/no` in any case for the switches,
 * decimal numbers for the numbers, sizes for `max_size`. A text that is neither is handed back, so that the one check of values refuses it
 * and shows it as it was typed. For `keep` the text is the pattern, commas and all: they are legal in a path.
 */
export function valueFromText(key: SettingKey, text: string): string | number | boolean {
  if (key === "max_size") return sizeFromText(text) ?? text;
  switch (typeof DEFAULT_SETTINGS[key]) {
    case "boolean":
      return switchFromText(text);
    case "number":
      return numberFromText(text);
    default:
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
