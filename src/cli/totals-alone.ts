/** What `--quiet` prints of a plan: a line of totals, and one for each reason why a base is left out of them. */
import type { Plan } from "../model/plan.ts";
import { widthOf, type RenderContext } from "../report/render-context.ts";
import { obstructedSentence } from "../report/kept.ts";
import { renderNothingFound } from "../report/notices.ts";
import { isAllSkipped, isEmpty, placesOf } from "../report/is-empty.ts";
import { visible } from "../report/sanitize.ts";
import { totalsSentence } from "../report/summary.ts";
import { tallyOf } from "../report/totals.ts";
import { wrap } from "../report/width.ts";

export function totalsAlone(plan: Plan, look: RenderContext): string {
  if (isEmpty(plan)) return renderNothingFound(placesOf(plan), look);
  const skipped = skippedLines(plan, look);
  if (isAllSkipped(plan)) return skipped;
  return `${wrap(totalsSentence(plan, look), widthOf(look), look).join("\n")}\n${skipped}`;
}

/** The same where a run has nothing to do, with what this user cannot do. */
export function nothingAlone(plan: Plan, look: RenderContext): string {
  const skipped = skippedLines(plan, look);
  if (isAllSkipped(plan)) return skipped;
  const obstructed = obstructedSentence(tallyOf(plan));
  const sentence = obstructed === null ? "Nothing to remove." : `Nothing to remove: kept ${obstructed}.`;
  return `${wrap(sentence, widthOf(look), look).join("\n")}\n${skipped}`;
}

function skippedLines({ bases }: Plan, look: RenderContext): string {
  const messages = new Set(bases.flatMap(({ error }) => (error === null ? [] : [error.message.split("\n")[0] ?? ""])));
  return [...messages]
    .flatMap((message) => wrap(`Skipped: ${visible(message, look)}`, widthOf(look), look))
    .map((line) => `${line}\n`)
    .join("");
}
