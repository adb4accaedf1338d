/** Why a row of the plan is removed or kept: one sentence, the same in the table, in `explain` and in JSON. */
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { Hold } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import type { Look } from "./look.ts";
import { size, span } from "./words.ts";
import { holdSentence } from "./sentences/holds.ts";
import { reasonSentence, type Wording } from "./sentences/reasons.ts";

/** What of a base its sentences depend on. */
export type BaseFacts = Pick<PlannedBase, "settings" | "unreadableBorrows">;

export function whyOf(planned: PlannedEntry, base: BaseFacts, look: Look): Wording {
  const { ruling } = planned;
  if (ruling.rule === "over-cap" && ruling.action === "remove") return capWording(planned, base.settings, look);
  if (ruling.action === "remove") return removalWording(planned, look);
  if (ruling.holds.length > 0)
    return together(ruling.holds.map((hold) => holdSentence(hold, look, base.unreadableBorrows)));
  return keepWording(planned, base.settings, look);
}

/** What an automatic sweep would wait for although a run by hand does not; null where the two agree. */
export function sweepNote({ ruling, sweep }: PlannedEntry, base: BaseFacts, look: Look): string | null {
  if (ruling.action !== "remove" || sweep.action !== "keep") return null;
  const holds = sweepHolds({ ruling, sweep });
  if (holds.length === 0) return "automatic: never";
  return `automatic: ${together(holds.map((hold) => holdSentence(hold, look, base.unreadableBorrows))).brief}`;
}

/** The holds that an automatic run would add to those of this run. */
export function sweepHolds({ ruling, sweep }: Pick<PlannedEntry, "ruling" | "sweep">): readonly Hold[] {
  const held = new Set(ruling.holds.map(({ code }) => code));
  return sweep.holds.filter(({ code }) => !held.has(code));
}

function removalWording(planned: PlannedEntry, look: Look): Wording {
  const { rule } = planned.ruling;
  const { verdict, reason } = planned.judged;
  if (rule === "orphan" || rule === "debris") return reasonSentence(reason);
  if (rule !== "stale") return prefixed("included by you: ", reasonSentence(reason));
  const unused = unusedWording(planned, look);
  if (verdict !== "orphan") return unused;
  return { ...unused, full: `${unused.full}, and its directory was deleted` };
}

function capWording(planned: PlannedEntry, { max_size: maxSize }: Settings, look: Look): Wording {
  const { full, brief } = unusedWording(planned, look);
  return { full: `${full}, and there is more than max_size (${size(maxSize)})`, brief: `${brief}, over max_size` };
}

function keepWording(planned: PlannedEntry, settings: Settings, look: Look): Wording {
  const { verdict, reason } = planned.judged;
  const sentence = verdict === "stale" ? unusedWording(planned, look) : reasonSentence(reason);
  if (verdict === "orphan" && !settings.delete_orphans) {
    return { full: `${sentence.full}, but delete_orphans is off`, brief: "delete_orphans is off" };
  }
  if (verdict === "orphan" || verdict === "stale") {
    return { full: `${sentence.full}, but this run was not asked for it`, brief: "not asked for" };
  }
  return sentence;
}

function unusedWording({ judged }: PlannedEntry, look: Look): Wording {
  if (judged.lastUsed === null) return reasonSentence("unused");
  const age = span(look.now - judged.lastUsed.at);
  return { full: `unused for ${age}`, brief: `unused ${age}`, tiny: "unused" };
}

function prefixed(prefix: string, { full, brief }: Wording): Wording {
  return { full: prefix + full, brief };
}

function together(wordings: readonly Wording[]): Wording {
  return {
    full: wordings.map(({ full }) => full).join("; "),
    brief: wordings.map(({ brief }) => brief).join("; "),
  };
}
