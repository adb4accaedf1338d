/** What `--quiet` leaves of a plan. */
import type { Plan } from "../model/plan.ts";
import { widthOf, type Look } from "../report/look.ts";
import { renderNothingFound } from "../report/notices.ts";
import { isNowhere, placesOf } from "../report/nowhere.ts";
import { totalsSentence } from "../report/summary.ts";
import { wrap } from "../report/width.ts";

export function totalsAlone(plan: Plan, look: Look): string {
  if (isNowhere(plan)) return renderNothingFound(placesOf(plan), look);
  return `${wrap(totalsSentence(plan, look), widthOf(look), look).join("\n")}\n`;
}
