/** What failed, with the actual error of each. */
import type { EntryResult, RunResult, TrashResult } from "../model/result.ts";
import { counted } from "./nouns.ts";
import type { RenderContext } from "./render-context.ts";
import type { Row } from "./row.ts";
import type { Headings } from "./rows.ts";
import { entryRow, section, trashRow, type LazyRow } from "./sections.ts";
import { outcomeSentence, outcomeWord, trashOutcomeSentence } from "./sentences/outcomes.ts";

const PROBLEM_HEADINGS: Headings = { word: "OUTCOME", when: "LAST USED", why: "WHY" };
/** A run that fails hundreds of times usually fails for one reason. */
const PROBLEM_ROWS = 20;

export function problemSections({ plan, bases }: RunResult, look: RenderContext): readonly string[] {
  const rows = bases.flatMap((done) => {
    const base = plan.bases.find(({ ref }) => ref.path === done.path);
    if (base === undefined) return [];
    const entries = done.entries.filter(isProblem).map((each): LazyRow => {
      const make = (): Row => ({
        ...entryRow(each.planned, base, look, { snapshots: false, sweep: false }),
        ...problem(each.outcome, outcomeSentence(each, look)),
      });
      return { bytes: each.planned.judged.bytes, make };
    });
    const trash = done.trash.filter(isProblem).map((each): LazyRow => {
      const make = (): Row => ({
        ...trashRow(each.planned, look),
        ...problem(each.outcome, trashOutcomeSentence(each, look)),
      });
      return { bytes: each.planned.bytes, make };
    });
    return [...entries, ...trash];
  });
  return section(
    `Skipped or failed: ${counted(bases.flatMap(({ entries, trash }) => [...entries, ...trash]).filter(isProblem), look)}`,
    rows,
    PROBLEM_HEADINGS,
    PROBLEM_ROWS,
    "--json lists them",
    look,
  );
}

function problem(outcome: EntryResult["outcome"], sentence: string): Pick<Row, "word" | "tone" | "why"> {
  return {
    word: outcomeWord(outcome),
    tone: outcome === "failed" ? "danger" : "warning",
    why: sentence,
  };
}

function isProblem({ outcome }: EntryResult | TrashResult): boolean {
  return outcome === "failed" || outcome === "changed" || outcome === "conflict" || outcome === "already-gone";
}
