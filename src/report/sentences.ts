/** Why a row of the plan is removed or kept: one sentence, the same in the table, in `explain` and in JSON. */
import type { Judged } from "../model/judgement.ts";
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import { AGE_RULES, type Hold, INCLUDED } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import type { RenderContext } from "./render-context.ts";
import { pathText } from "./paths.ts";
import { moment, number, size, span } from "./format.ts";
import { holdSentence, obstacleInBrief } from "./sentences/holds.ts";
import { REASON_SENTENCES, verdictSentence } from "./sentences/reasons.ts";

/** The properties of a base that its sentences depend on. */
export type SentenceBase = Pick<PlannedBase, "settings" | "unreadableBorrows">;

const NOTHING_SAID: ReadonlySet<string> = new Set();

export function whyOf(
  planned: PlannedEntry,
  base: SentenceBase,
  look: RenderContext,
  said: ReadonlySet<string> = NOTHING_SAID,
): string {
  const { ruling, judged } = planned;
  if (ruling.rule === "over-cap" && ruling.action === "remove") {
    const count = judged.old ? undefined : judged.limits?.count;
    if (count !== undefined)
      return `${unusedSentence(planned, look)}, and its agent keeps no more than ${number(count.most)}`;
    return `${unusedSentence(planned, look)}, and the total is over max_size (${size(base.settings.max_size)})`;
  }
  if (ruling.action === "remove") return removalSentence(planned, look);
  if (ruling.holds.length > 0)
    return ruling.holds
      .map((hold) => ({ hold, sentence: holdSentence(hold, look, base) }))
      .map(({ hold, sentence }) => (said.has(sentence) ? obstacleInBrief(hold) : sentence))
      .join("; ");
  return keepSentence(planned, base.settings, look);
}

/** Why an automatic sweep keeps an entry that a manual run removes; null where the two agree. */
export function sweepNote({ ruling, sweep }: PlannedEntry, base: SentenceBase, look: RenderContext): string | null {
  if (ruling.action !== "remove" || sweep.action !== "keep") return null;
  const holds = sweepHolds({ ruling, sweep });
  if (holds.length === 0) return "automatic: never";
  // The row already gives the reason; only the date is new.
  const notes = holds.map((hold) =>
    hold.until === null ? holdSentence(hold, look, base) : `kept until ${moment(hold.until, look)}`,
  );
  return `automatic: ${notes.join("; ")}`;
}

/** The holds that an automatic run would have beyond those of this run. */
export function sweepHolds({ ruling, sweep }: Pick<PlannedEntry, "ruling" | "sweep">): readonly Hold[] {
  const held = new Set(ruling.holds.map(({ code }) => code));
  return sweep.holds.filter(({ code }) => !held.has(code));
}

function removalSentence(planned: PlannedEntry, look: RenderContext): string {
  const { rule } = planned.ruling;
  const { verdict } = planned.judged;
  if (INCLUDED.some((one) => one === rule)) return `included by you: ${verdictSentence(planned.judged)}`;
  if (rule !== "stale" && !AGE_RULES.some((one) => one === rule)) return verdictSentence(planned.judged);
  const unused = unusedSentence(planned, look);
  if (rule === "superseded") return `${unused}, and newer ones replace it`;
  if (rule === "keep-latest") return `${unused}, and not one of the newest`;
  if (verdict !== "orphan") return unused;
  return `${unused}, and its directory was deleted`;
}

function keepSentence(planned: PlannedEntry, settings: Settings, look: RenderContext): string {
  const { verdict } = planned.judged;
  const sentence = verdict === "stale" ? unusedSentence(planned, look) : reasonSentence(planned.judged, look);
  if (verdict === "orphan" && !settings.delete_orphans) {
    return `${sentence}, but delete_orphans is off`;
  }
  if (verdict === "orphan" || verdict === "stale") {
    return `${sentence}, but this run does not select it`;
  }
  return sentence;
}

/** For a renamed directory the sentence gives its present path. */
function reasonSentence(judged: Judged, look: RenderContext): string {
  const { reason, evidence } = judged;
  const place = evidence["its place now"];
  const sentence = verdictSentence(judged);
  return reason === "renamed" && typeof place === "string" ? `${sentence}, ${pathText(place, look)}` : sentence;
}

function unusedSentence({ judged }: PlannedEntry, look: RenderContext): string {
  return judged.lastUsed === null ? REASON_SENTENCES.unused : `unused for ${span(look.now - judged.lastUsed.at)}`;
}
