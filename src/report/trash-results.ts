/** What restoring from the trash and emptying it did. */
import { isCopyOfRestored, isLent, type PlannedTrash } from "../model/trash.ts";
import type { EntryResult, RunResult, TrashResult } from "../model/result.ts";
import { DEFAULT_SETTINGS } from "../model/settings.ts";
import { DAY } from "../model/time.ts";
import { counted } from "./nouns.ts";
import { commandOn } from "./named-command.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { nextLines, page } from "./notices.ts";
import type { Row } from "./row.ts";
import type { Headings } from "./rows.ts";
import { eagerRows, section, trashRow } from "./sections.ts";
import { errorText, outcomeWord, trashOutcomeSentence } from "./sentences/outcomes.ts";
import { trashOf, withOutcome } from "./totals.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";
import { day, size } from "./format.ts";

const DONE_HEADINGS: Headings = { word: "OUTCOME", when: "SINCE", why: "WHY" };

/** Why a row of a plan has something new in its place, and goes back all the same. */
export const EXCHANGES = "is exchanged with what is in its place now";

export interface RestoredOptions {
  /** Without the command that undoes an exchange: the caller prints it. */
  readonly alone?: boolean;
  /** Where it was restored, if not to its original place. */
  readonly to?: string;
}

/** The result of `trash restore`. */
export function renderRestored(
  result: RunResult,
  look: RenderContext,
  { to, alone = false }: RestoredOptions = {},
): string {
  const results = result.bases.flatMap((base) => base.trash);
  const returned = withOutcome(results, "returned");
  const swapped = swappedIn(result);
  const where = to === undefined ? "" : ` in ${pathText(to, look)}`;
  const lines = [
    ...returned.map(({ planned }) => {
      const word = to === undefined && isCopyOfRestored(planned) ? "Already restored" : `Restored${where}`;
      return `${word}: ${planned.item.entryId}${aboutText(planned, look)}.`;
    }),
    ...(to === undefined ? copyLine(returned, look) : onlyLine(returned)),
    ...swapped.map(({ planned }) => `What was in its place is now in the trash: ${planned.judged.entry.id}.`),
    ...(returned.length > 0 && to === undefined && returned.every(({ isUnnoted }) => isUnnoted !== true)
      ? [`This counts as a use: ${heldUntil(result.plan.now, returned.length, look)}.`]
      : []),
    ...(returned.length === 0 ? ["Nothing was restored."] : []),
    ...interruptedLines(result, look),
  ];
  return page([
    ...problemSection(results, look),
    ...runErrors(result, look),
    ...lines.flatMap((line) => wrap(line, widthOf(look), look)),
    ...(alone ? [] : exchangeSteps(result, look)),
  ]);
}

/** What was moved to the trash in exchange. */
function swappedIn({ bases }: RunResult): readonly EntryResult[] {
  return withOutcome(
    bases.flatMap((base) => base.entries),
    "trashed",
  );
}

/** An exchange that could not be recorded is not a run that undo finds. */
export function exchangeSteps(result: RunResult, look: RenderContext): readonly string[] {
  const isRecorded = result.bases.every(({ warnings = [] }) => warnings.length === 0);
  if (swappedIn(result).length === 0 || !isRecorded) return [];
  return nextLines({ what: "To undo the exchange", how: command("undo", look) }, look);
}

/** Unlike a copy: the trash has nothing to fall back on. */
function onlyLine(returned: readonly TrashResult[]): readonly string[] {
  const only = returned.filter(({ planned }) => !isCopyOfRestored(planned));
  if (only.length === 0) return [];
  return [
    `The trash no longer has ${only.length === 1 ? "it: this is the only copy" : "them: these are the only copies"}.`,
  ];
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
    ...lentSection(trashOf(result.plan).filter(isLent), look),
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
      each.outcome === "conflict"
        ? `: ${commandOn("trash restore", [each.planned.item.entryId], look, ["--swap"])}`
        : "";
    return {
      ...trashRow(each.planned, look),
      word: outcomeWord(each.outcome),
      tone: each.outcome === "failed" ? "danger" : "warning",
      why: `${sentence}${step}`,
    };
  });
  return section(`Not done: ${counted(odd, look)}`, eagerRows(rows), DONE_HEADINGS, "all", "", look);
}

/** What the plan kept already: another repo needs its objects. */
function lentSection(rows: readonly PlannedTrash[], look: RenderContext): readonly string[] {
  const shown = rows.map((each): Row => ({ ...trashRow(each, look), word: "kept" }));
  return section(`Not deleted: ${counted(rows, look)}`, eagerRows(shown), DONE_HEADINGS, "all", "", look);
}

function runErrors({ bases }: RunResult, look: RenderContext): readonly string[] {
  const { warning: held } = stylesOf(look);
  return bases.flatMap(({ error }) =>
    error === null ? [] : wrap(errorText(error, look), widthOf(look), look).map(held),
  );
}

/** A restore counts as a use, for the default retention at least: longer ones protect it longer. */
function heldUntil(now: number, many: number, look: RenderContext): string {
  return `no run removes ${many === 1 ? "it" : "them"} before ${day(now + DEFAULT_SETTINGS.retention_days * DAY, look)}`;
}

/** What a dry run says of it. */
export function heldAfter(now: number, many: number, look: RenderContext): string {
  return `Once restored, ${heldUntil(now, many, look)}.`;
}

/** Of what another program left behind it is not known whether it has a snapshot in it. */
function aboutText(planned: PlannedTrash, look: RenderContext): string {
  if (planned.judged?.isSession === true) return "";
  const subject = subjectText(planned, look);
  return planned.verdict === "debris" ? `, of ${subject}` : `, the snapshots of ${subject}`;
}

function subjectText({ subject }: PlannedTrash, look: RenderContext): string {
  return subject === null ? "an unknown directory" : pathText(subject.value, look);
}
