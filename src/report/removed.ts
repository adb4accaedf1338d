/**
 * What a run did, told in the past tense and from the results alone: what was planned and not reached is not counted as
 * done, and what went to the trash is not called removed.
 */
import type { Plan, PlannedEntry } from "../model/plan.ts";
import type { BaseResult, CollectResult, EntryResult, RunResult } from "../model/result.ts";
import { DAY } from "../model/time.ts";
import { counted } from "./nouns.ts";
import { command, paintOf, widthOf, type Look } from "./look.ts";
import { baseHeading, capLines, errorLines, foreignLines, nextLines, renderNothingFound, page } from "./notices.ts";
import { isNowhere, placesOf } from "./nowhere.ts";
import { problemSections } from "./problems.ts";
import { keptSentence, ruleGroups } from "./summary.ts";
import { removalsOf, ruleSums, tallyOf, totalsOf, trashOf, withOutcome } from "./totals.ts";
import { visible } from "./visible.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";
import { day, number, size } from "./words.ts";

export interface RemovedOptions {
  /** The command that goes on after an interruption, where flags narrowed or widened it. */
  readonly next?: string;
}

export function renderRemoved(result: RunResult, look: Look, { next }: RemovedOptions = {}): string {
  const { plan } = result;
  if (isNowhere(plan) && result.status === "done") return renderNothingFound(placesOf(plan), look);
  const several = plan.bases.length > 1;
  const width = widthOf(look);
  const paragraphs = [
    ...statusLines(result),
    ...doneLines(result, look),
    ...trashLines(result),
    ...collectLines(result, look),
    ...restLines(result),
  ];
  return page([
    ...problemSections(result, look),
    ...result.bases.flatMap((base) => baseErrors(base, plan, look)),
    ...plan.bases.flatMap((base) => {
      const lines = [...foreignLines(base, false, look), ...capLines(base, look)];
      return several && lines.length > 0 ? [baseHeading(base, look), ...lines] : lines;
    }),
    "",
    ...paragraphs.flatMap((line) => wrap(line, width, look)).map(paintOf(look).bold),
    ...stepLines(result, next ?? command("prune", look), look),
  ]);
}

function statusLines({ status }: RunResult): readonly string[] {
  switch (status) {
    case "done":
    case "error":
    case "interrupted":
      return [];
    case "declined":
      return ["Declined: nothing was changed."];
    case "locked":
      return ["Another run is at work: nothing was done."];
    case "not-due":
      return ["Not due yet: nothing was done."];
    case "disabled":
      return ["Automatic sweeps are off: nothing was done."];
  }
}

/** `Removed 859 repos, 9.8 GB freed: 640 whose directory was deleted, 219 unused for over 7 days.` */
function doneLines(result: RunResult, look: Look): readonly string[] {
  const { plan } = result;
  const entries = result.bases.flatMap((base) => base.entries);
  const removed = withOutcome(entries, "removed");
  const trashed = withOutcome(entries, "trashed");
  const lines: string[] = [];
  if (removed.length > 0) lines.push(`Removed ${detail(plan, removed, " freed")}.`);
  if (trashed.length > 0) lines.push(`Moved to the trash: ${detail(plan, trashed, "")}${undoUntil(result, look)}.`);
  const worked = result.status === "done" || result.status === "interrupted" || result.status === "error";
  if (lines.length === 0 && worked) {
    lines.push(removalsOf(plan).length > 0 ? "Nothing was removed." : "Nothing to remove.");
  }
  return lines;
}

/** What a removal from a shared repository came to in the end: its bytes are in objects, and those go last. */
function collectLines({ bases }: RunResult, look: Look): readonly string[] {
  return bases.flatMap(({ collected }) => collected ?? []).map((one) => collectLine(one, look));
}

function collectLine({ repository, outcome, bytes, error }: CollectResult, look: Look): string {
  const where = pathText(repository, look);
  if (outcome === "collected") return `Collected what nothing uses any more in ${where}, ${size(bytes)} freed.`;
  return `What nothing uses any more in ${where} was not collected: ${visible(error?.message ?? outcome, look)}.`;
}

/** Of a sweep, which says in one line what it did: why it ends as one in which something failed. */
export function uncollectedLines({ bases }: RunResult, look: Look): readonly string[] {
  const failed = bases.flatMap(({ collected }) => collected ?? []).filter(({ outcome }) => outcome === "failed");
  return failed.map((one) => collectLine(one, look));
}

function detail(plan: Plan, results: readonly EntryResult[], freed: string): string {
  const bytes = size(results.reduce((sum, each) => sum + each.bytes, 0));
  const groups = ruleGroups(plan, ruleSums(results));
  const why = groups.length === 1 ? (groups[0] ?? "").replace(/^\S+ /, "") : null;
  if (why !== null) return `${counted(results)} ${why}, ${bytes}${freed}`;
  return `${counted(results)}, ${bytes}${freed}: ${groups.join(", ")}`;
}

/** The earliest end, where bases keep their trash for different times: what is promised holds for all of it. */
function undoUntil({ plan, bases }: RunResult, look: Look): string {
  const ends = plan.bases.flatMap(({ ref, settings }) => {
    const took = bases.some(({ path, entries }) => path === ref.path && withOutcome(entries, "trashed").length > 0);
    return took && settings.trash_days > 0 ? [plan.now + settings.trash_days * DAY] : [];
  });
  return ends.length === 0 ? "" : `; can be put back until ${day(Math.min(...ends), look)}`;
}

function trashLines({ bases }: RunResult): readonly string[] {
  const results = bases.flatMap((base) => base.trash);
  const removed = withOutcome(results, "removed");
  const early = removed.filter(({ planned }) => planned.reason === "over-cap");
  const destroyed = removed.filter(({ planned }) => planned.reason !== "over-cap");
  const returned = withOutcome(results, "returned");
  const freed = (some: typeof removed): string => size(some.reduce((sum, { bytes }) => sum + bytes, 0));
  return [
    ...(destroyed.length > 0
      ? [`Destroyed ${counted(destroyed)} in the trash whose time was over, ${freed(destroyed)} freed.`]
      : []),
    ...(early.length > 0
      ? [`Destroyed ${counted(early)} in the trash to stay below max_size, ${freed(early)} freed.`]
      : []),
    ...(returned.length > 0 ? [`Put ${counted(returned)} back from the trash.`] : []),
  ];
}

/** What was not done, so that the numbers add up. */
function restLines(result: RunResult): readonly string[] {
  const { failed, toRemove } = totalsOf(result.plan, result);
  const entries = result.bases.flatMap((base) => base.entries);
  const reached = entries.filter(({ outcome }) => outcome !== "skipped").length;
  const missing = toRemove - reached;
  const kept = keptSentence(tallyOf(result.plan));
  return [
    ...(failed > 0 ? [`Failed: ${number(failed)}. What failed is listed above; the next run tries again.`] : []),
    ...(result.status === "interrupted"
      ? [
          `Interrupted: ${number(reached)} of ${counted(removalsOf(result.plan))} were reached, ${number(missing)} left untouched.`,
        ]
      : []),
    ...(kept === null || result.status === "declined" ? [] : [`${kept.charAt(0).toUpperCase()}${kept.slice(1)}.`]),
  ];
}

function baseErrors(base: BaseResult, plan: Plan, look: Look): readonly string[] {
  const planned = plan.bases.find(({ ref }) => ref.path === base.path);
  const error = base.error ?? planned?.error ?? null;
  if (error === null) return [];
  return [...(planned === undefined ? [] : [baseHeading(planned, look)]), ...errorLines({ error }, look), ""];
}

function stepLines(result: RunResult, again: string, look: Look): readonly string[] {
  if (result.status === "interrupted") return nextLines({ what: "To go on", how: again }, look);
  const entries = result.bases.flatMap((base) => base.entries);
  const trashed = withOutcome(entries, "trashed");
  const [first] = trashed;
  if (first !== undefined) {
    const what = trashed.length === 1 ? "To put it back" : "To see it and put something back";
    const one = `trash restore ${first.planned.judged.entry.id}`;
    return nextLines({ what, how: command(trashed.length === 1 ? one : "trash list", look) }, look);
  }
  const failed = entries.find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) return nextLines(explainStep(failed.planned, look), look);
  if (trashOf(result.plan).length > 0)
    return nextLines({ what: "What is in the trash", how: command("trash list", look) }, look);
  return [];
}

function explainStep({ judged }: PlannedEntry, look: Look): { readonly what: string; readonly how: string } {
  return { what: "To look into it", how: command(`explain ${judged.entry.id}`, look) };
}
