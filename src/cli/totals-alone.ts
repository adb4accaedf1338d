/** What `--quiet` prints of a plan. */
import type { Plan } from "../model/plan.ts";
import { widthOf, type RenderContext } from "../report/render-context.ts";
import { renderNothingFound } from "../report/notices.ts";
import { isEmpty, placesOf } from "../report/is-empty.ts";
import { totalsSentence } from "../report/summary.ts";
import { wrap } from "../report/width.ts";

export function totalsAlone(plan: Plan, look: RenderContext): string {
  if (isEmpty(plan)) return renderNothingFound(placesOf(plan), look);
  return `${wrap(totalsSentence(plan, look), widthOf(look), look).join("\n")}\n`;
}
