/** The rows of the picker: from what was judged so far, and from the plan. Pure. */
import type { Judged } from "../../model/judgement.ts";
import type { Plan } from "../../model/plan.ts";
import { keyOf } from "../../plan/chosen.ts";
import { pathText } from "../../report/paths.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { whyOf } from "../../report/sentences.ts";
import { verdictSentence } from "../../report/sentences/reasons.ts";
import type { PickerRow } from "./state.ts";

export function foundRows(judged: readonly Judged[], look: RenderContext): readonly PickerRow[] {
  return judged.map((one) => ({
    ...commonOf(one, look),
    why: verdictSentence(one),
    choosable: one.verdict === "live" ? "no" : "unknown",
    needs: [],
  }));
}

export function plannedRows({ bases }: Plan, look: RenderContext): readonly PickerRow[] {
  return bases.flatMap((base) =>
    base.entries
      .filter(({ isUnselected }) => isUnselected !== true)
      .map((planned) => ({
        ...commonOf(planned.judged, look),
        why: whyOf(planned, base, look),
        choosable: planned.ruling.action === "remove" ? "yes" : "no",
        needs: planned.after,
      })),
  );
}

function commonOf(judged: Judged, look: RenderContext): Omit<PickerRow, "why" | "choosable" | "needs"> {
  const { entry, subject, verdict, bytes, lastUsed } = judged;
  return {
    key: keyOf({ judged }),
    id: entry.id,
    name: subject === null ? entry.id : pathText(subject.value, look),
    verdict,
    bytes,
    at: lastUsed?.at ?? null,
  };
}
