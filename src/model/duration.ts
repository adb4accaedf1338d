/**
 * Lengths of time as text: numbers with units, `h d w m y`, alone or one after the other (`1y6m`), the units also as
 * words (`2 weeks`). A month is 30 days and a year 365.
 *
 * A number without a unit is not a length of time, 0 excepted: `30` may be meant as days, and as minutes.
 */
import { DAY, HOUR } from "./time.ts";

const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: DAY, w: 7 * DAY, m: 30 * DAY, y: 365 * DAY };
const PART = /(\d+\.?\d*|\.\d+)\s*(h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?|m(?:onths?)?|y(?:ears?)?)\s*/gi;
const WHOLE = new RegExp(`^(?:${PART.source})+$`, "i");

/** What is expected, for messages. */
export const AN_AGE = "an age such as 12h, 30d, 2w, 6m or 1y";

/** In ms; null where the text is not a length of time. */
export function durationFromText(text: string): number | null {
  const trimmed = text.trim();
  if (/^0+$/.test(trimmed)) return 0;
  // Behind hours, `m` would be meant as minutes.
  if (!WHOLE.test(trimmed) || /h\D*\d[\d.]*\s*m/i.test(trimmed)) return null;
  return [...trimmed.matchAll(PART)].reduce((sum, [, amount = "", unit = ""]) => {
    return sum + Number(amount) * (UNITS[unit.charAt(0).toLowerCase()] ?? Number.NaN);
  }, 0);
}
