/** The trash: its contents with their dates, and the results of restoring and emptying. */
import { isCopyOfRestored, type Plan, type PlannedBase, type PlannedTrash } from "../model/plan.ts";
import type { RunResult, TrashResult } from "../model/result.ts";
import type { SortKey } from "../model/row-order.ts";
import { DEFAULT_SETTINGS } from "../model/settings.ts";
import { DAY } from "../model/time.ts";
import { counted } from "./nouns.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, errorLines, nextLines, page, type NextStep } from "./notices.ts";
import type { Row } from "./row.ts";
import type { Headings } from "./rows.ts";
import { copiesTitle, eagerRows, section, trashRow, trashSize } from "./sections.ts";
import { trashOrderBy } from "./sort.ts";
import { errorText, outcomeWord, trashOutcomeSentence } from "./sentences/outcomes.ts";
import { trashOf, withOutcome } from "./totals.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";
import { day, size } from "./format.ts";

const LIST_HEADINGS: Headings = { word: "WAS", when: "SINCE", why: "WHAT NEXT" };
const DONE_HEADINGS: Headings = { word: "OUTCOME", when: "SINCE", why: "WHY" };

export interface TrashListOptions {
  /** Without the command that restores one: it is about to be deleted. */
  readonly toDelete?: boolean;
  /** Null or absent: soonest to expire first. */
  readonly sort?: SortKey | null;
}

/** Every item, soonest to expire first. */
export function renderTrashList(
  plan: Plan,
  look: RenderContext,
  { toDelete, sort = null }: TrashListOptions = {},
): string {
  const all = trashOf(plan);
  const bases = plan.bases.filter(({ trash, error }) => trash.length > 0 || error !== null);
  if (all.length === 0 && bases.length === 0) return "The trash is empty.\n";
  const twice = repeated(all);
  return page([
    ...bases.flatMap((base) => [
      baseHeading(base, look),
      "",
      ...errorLines(base, look),
      ...baseRows(base, twice, sort, look),
    ]),
    ...(toDelete === true ? [] : nextLines(restoreStep(all, twice, look), look)),
  ]);
}

/** What `--quiet` leaves of the list: `In the trash: 14 repos, 21.4 MB`. Copies of what was restored are counted apart. */
export function renderTrashTotal(plan: Plan, look: RenderContext): string {
  const all = trashOf(plan);
  if (all.length === 0) return "The trash is empty.\n";
  const copies = all.filter(isCopyOfRestored);
  const waiting = all.filter((each) => !isCopyOfRestored(each));
  const lines = [
    ...(waiting.length === 0 ? [] : [`In the trash: ${trashSize(waiting, look)}`]),
    ...(copies.length === 0 ? [] : [copiesTitle(copies, look)]),
  ];
  return page(lines.flatMap((line) => wrap(line, widthOf(look), look)));
}

function baseRows(
  base: PlannedBase,
  twice: ReadonlySet<string>,
  sort: SortKey | null,
  look: RenderContext,
): readonly string[] {
  const bySize = trashOrderBy("size");
  const byDay = (a: PlannedTrash, b: PlannedTrash): number =>
    dayOf(a.until) === dayOf(b.until) ? bySize(a, b) : a.until - b.until;
  const row = (each: PlannedTrash): Row => ({ ...trashRow(each, look), word: each.item.rule, id: nameOf(each, twice) });
  const waiting = base.trash
    .filter((each) => !isCopyOfRestored(each))
    .toSorted(sort === null ? byDay : trashOrderBy(sort));
  const copies = base.trash.filter(isCopyOfRestored).toSorted(bySize);
  return [
    ...section(
      `In the trash: ${trashSize(waiting, look)}`,
      eagerRows(waiting.map(row)),
      LIST_HEADINGS,
      "all",
      "",
      look,
    ),
    ...section(copiesTitle(copies, look), eagerRows(copies.map(row)), LIST_HEADINGS, "all", "", look),
  ];
}

/** Dates are compared by day, which is what the list shows; items of one run differ by milliseconds. */
function dayOf(at: number): number {
  return Math.floor(at / DAY);
}

/** The id of the entry; the full name of the item where several have the same id. */
function nameOf({ item }: PlannedTrash, twice: ReadonlySet<string>): string {
  return twice.has(item.entryId) ? item.id : item.entryId;
}

function repeated(trash: readonly PlannedTrash[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { item } of trash) (seen.has(item.entryId) ? twice : seen).add(item.entryId);
  return twice;
}

function restoreStep(trash: readonly PlannedTrash[], twice: ReadonlySet<string>, look: RenderContext): NextStep {
  const waiting = trash.filter((each) => !isCopyOfRestored(each));
  // All of it is back: there is nothing to restore.
  if (waiting.length === 0 && trash.length > 0)
    return { what: "To list what is in place", how: command("status", look) };
  const one = waiting.filter(({ item }) => !item.marked).toSorted(trashOrderBy("size"))[0];
  const id = one === undefined ? "<id>" : nameOf(one, twice);
  return { what: "To restore one", how: command(`trash restore ${id}`, look) };
}

export interface RestoredOptions {
  /** Where it was restored, if not to its original place. */
  readonly to?: string;
}

/** The result of `trash restore`. */
export function renderRestored(result: RunResult, look: RenderContext, { to }: RestoredOptions = {}): string {
  const results = result.bases.flatMap((base) => base.trash);
  const returned = withOutcome(results, "returned");
  const swapped = withOutcome(
    result.bases.flatMap((base) => base.entries),
    "trashed",
  );
  const where = to === undefined ? "" : ` in ${pathText(to, look)}`;
  const lines = [
    ...returned.map(({ planned }) => {
      const word = to === undefined && isCopyOfRestored(planned) ? "Already restored" : `Restored${where}`;
      const about = planned.judged?.isSession === true ? "" : `, the snapshots of ${subjectText(planned, look)}`;
      return `${word}: ${planned.item.entryId}${about}.`;
    }),
    ...(to === undefined ? copyLine(returned, look) : []),
    ...swapped.map(({ planned }) => `What was in its place is now in the trash: ${planned.judged.entry.id}.`),
    ...(returned.length > 0 && to === undefined && returned.every(({ isUnnoted }) => isUnnoted !== true)
      ? [`This counts as a use: ${heldUntil(result.plan.now, look)}.`]
      : []),
    ...(returned.length === 0 ? ["Nothing was restored."] : []),
    ...interruptedLines(result, look),
  ];
  return page([
    ...problemSection(results, look),
    ...runErrors(result, look),
    ...lines.flatMap((line) => wrap(line, widthOf(look), look)),
  ]);
}

/** What was a ref stays until it is seen in its place once more (reclaim/methods/ref.ts). */
function copyLine(returned: readonly TrashResult[], look: RenderContext): readonly string[] {
  const copies = returned.filter(({ isCopied }) => isCopied === true);
  if (copies.length === 0) return [];
  const what = copies.length === 1 ? "A copy stays" : `${counted(copies, look)} stay as copies`;
  return [
    `${what} in the trash for two hours: the first run after that deletes ${copies.length === 1 ? "it" : "them"}.`,
  ];
}

/** The result of `trash empty`. */
export function renderEmptied(result: RunResult, look: RenderContext): string {
  const results = result.bases.flatMap((base) => base.trash);
  const destroyed = withOutcome(results, "removed");
  const returned = withOutcome(results, "returned");
  const freed = size(destroyed.reduce((sum, { bytes }) => sum + bytes, 0));
  const done =
    destroyed.length > 0 ? `Permanently deleted from the trash: ${counted(destroyed, look)}, ${freed} freed.` : null;
  const restored = returned.length > 0 ? `Restored ${counted(returned, look)} from the trash.` : null;
  const lines = [done, restored].filter((line) => line !== null);
  const finished = lines.length > 0 ? lines : [idleLine(result)];
  return page([
    ...problemSection(results, look),
    ...runErrors(result, look),
    ...[...finished, ...interruptedLines(result, look)].flatMap((line) => wrap(line, widthOf(look), look)),
  ]);
}

function idleLine({ plan, bases }: RunResult): string {
  const rows = trashOf(plan);
  if (rows.length === 0) return "The trash is empty.";
  const left = bases.length === 0 && rows.every(({ action }) => action === "return");
  return left ? "Nothing to delete: the next run restores what is in the trash." : "Nothing in the trash was removed.";
}

function interruptedLines({ status, bases }: RunResult, look: RenderContext): readonly string[] {
  const skipped = withOutcome(
    bases.flatMap((base) => base.trash),
    "skipped",
  );
  if (skipped.length > 0) return [`Interrupted: ${counted(skipped, look)} left in the trash.`];
  return status === "interrupted" ? ["Interrupted: nothing was left to do."] : [];
}

function problemSection(results: readonly TrashResult[], look: RenderContext): readonly string[] {
  const fine = new Set(["removed", "returned", "skipped"]);
  const odd = results.filter(({ outcome }) => !fine.has(outcome));
  const rows = odd.map((each): Row => {
    const sentence = trashOutcomeSentence(each, look);
    const step =
      each.outcome === "conflict" ? `: ${command(`trash restore ${each.planned.item.entryId} --swap`, look)}` : "";
    return {
      ...trashRow(each.planned, look),
      word: outcomeWord(each.outcome),
      tone: each.outcome === "failed" ? "danger" : "warning",
      why: `${sentence}${step}`,
    };
  });
  return section(`Not done: ${counted(odd, look)}`, eagerRows(rows), DONE_HEADINGS, "all", "", look);
}

function runErrors({ bases }: RunResult, look: RenderContext): readonly string[] {
  const { warning: held } = stylesOf(look);
  return bases.flatMap(({ error }) =>
    error === null ? [] : wrap(errorText(error, look), widthOf(look), look).map(held),
  );
}

/** A restore counts as a use, for the default retention at least: longer ones protect it longer. */
function heldUntil(now: number, look: RenderContext): string {
  return `no run removes it before ${day(now + DEFAULT_SETTINGS.retention_days * DAY, look)}`;
}

/** What a dry run says of it. */
export function heldAfter(now: number, look: RenderContext): string {
  return `Once restored, ${heldUntil(now, look)}.`;
}

function subjectText({ subject }: PlannedTrash, look: RenderContext): string {
  return subject === null ? "an unknown directory" : pathText(subject.value, look);
}
