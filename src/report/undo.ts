/** `undo`: which run it takes back, what it puts back, and what it cannot and why. */
import type { HistoryRun } from "../model/history.ts";
import type { Plan } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import { nameOfRun } from "./history.ts";
import { nextLines, page, UNCHANGED } from "./notices.ts";
import { counted } from "./nouns.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import type { Row } from "./row.ts";
import { eagerRows, section, trashRow, trashSize, WAITING_HEADINGS } from "./sections.ts";
import { trashOf, withOutcome } from "./totals.ts";
import { EXCHANGES, exchangeSteps, heldAfter, renderRestored } from "./trash-results.ts";
import { wrap } from "./width.ts";
import { number } from "./format.ts";

export interface UndoView {
  readonly run: HistoryRun;
  /** With that part of the trash alone which the run moved there. */
  readonly plan: Plan;
  /** Ids in the trash of what has something new in its place. */
  readonly conflicts: ReadonlySet<string>;
  /** How many are in their places again, and how many were deleted permanently since. */
  readonly restored: number;
  readonly deleted: number;
}

export function renderUndoPlan(
  view: UndoView,
  look: RenderContext,
  { dryRun, swap }: { readonly dryRun: boolean; readonly swap: boolean },
): string {
  const rows = trashOf(view.plan);
  const back = swap ? rows.length : rows.length - view.conflicts.size;
  const taken = swap ? EXCHANGES : "something new is in its place: stays in the trash";
  const shown = rows.map((each): Row => {
    const isTaken = view.conflicts.has(each.item.id);
    const [tone, why] = isTaken ? (["warning", taken] as const) : (["plain", ""] as const);
    return { ...trashRow(each, look), word: each.item.rule, tone, why };
  });
  return page([
    ...introLines(view, look, dryRun ? "Would undo" : "To undo"),
    "",
    ...section(`To restore: ${trashSize(rows, look)}`, eagerRows(shown), WAITING_HEADINGS, "all", "", look),
    ...missingLines(view, look),
    ...(dryRun && back > 0 ? wrap(heldAfter(view.plan.now, back, look), widthOf(look), look) : []),
    ...(dryRun ? [UNCHANGED] : []),
  ]);
}

/** `2 of 38 repos have something new in their place. Restore the other 36? [y]es / [s]wap those too / [N]o` */
export function undoQuestion({ plan, conflicts }: UndoView, look: RenderContext): string {
  const rows = trashOf(plan);
  const others = rows.length - conflicts.size;
  const have = `${number(conflicts.size)} of ${counted(rows, look)} ${conflicts.size === 1 ? "has" : "have"} something new in place`;
  if (others === 0) return `${have}. Exchange? [s]wap, and move the new to the trash / [N]o`;
  return `${have}. Restore the other ${number(others)}? [y]es / [s]wap all, and move the new to the trash / [N]o`;
}

/** `alone`: print only how many. */
export function renderUndone(
  view: UndoView,
  result: RunResult,
  look: RenderContext,
  { alone }: { readonly alone: boolean },
): string {
  const results = result.bases.flatMap(({ trash }) => trash);
  const returned = withOutcome(results, "returned");
  const sum = `Restored ${counted(returned, look)} of ${number(results.length)}.`;
  if (alone) return `${sum}\n`;
  const swap = results.some(({ outcome }) => outcome === "conflict")
    ? nextLines(
        {
          what: "To exchange what has something new in its place",
          how: command(`undo ${view.run.number} --swap`, look),
        },
        look,
      )
    : [];
  return page([
    ...introLines(view, look, returned.length === 0 ? "Not undone" : "Undone"),
    "",
    ...renderRestored(result, look, { alone: true }).trimEnd().split("\n"),
    ...missingLines(view, look),
    ...(returned.length > 1 ? [stylesOf(look).bold(sum)] : []),
    ...swap,
    ...exchangeSteps(result, look),
  ]);
}

function introLines({ run }: UndoView, look: RenderContext, word: string): readonly string[] {
  return wrap(`${word}: run ${run.number}, ${nameOfRun(run, look)}.`, widthOf(look), look);
}

/** What the run moved to the trash, and is no longer there. */
function missingLines({ restored, deleted }: UndoView, look: RenderContext): readonly string[] {
  return [
    ...(restored > 0 ? [`In place again already: ${number(restored)}.`] : []),
    ...(deleted > 0 ? [`Cannot be restored, since deleted permanently: ${number(deleted)}.`] : []),
  ].flatMap((line) => wrap(line, widthOf(look), look));
}
