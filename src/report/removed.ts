/**
 * What a run did, in the past tense and from the results alone: what was planned and not reached does not count as
 * done, and what was moved to the trash is not called removed.
 */
import type { Plan, PlannedEntry } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../model/trash.ts";
import type { BaseResult, CollectResult, EntryResult, RunResult } from "../model/result.ts";
import { type AfterRun, freeLine, freesLines, trashedBases, trashSteps } from "./after-trash.ts";
import { counted } from "./nouns.ts";
import { commandOn } from "./named-command.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, capLines, errorLines, nextLines, renderNothingFound, page } from "./notices.ts";
import { isEmpty, placesOf } from "./is-empty.ts";
import { problemSections } from "./problems.ts";
import { sumOfBytes, sumOfTrash } from "./sums.ts";
import { keptSentence } from "./kept.ts";
import { ruleGroups } from "./summary.ts";
import { removalsOf, tallyOf, totalsOf, trashOf, withOutcome } from "./totals.ts";
import { visible } from "./sanitize.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";
import { capitalized, number, size } from "./format.ts";

export interface RemovedOptions {
  /** The command that continues after an interruption, including flags that narrowed or widened it. */
  readonly next?: string;
  /** Looked for after a run that removed something. */
  readonly after?: AfterRun;
}

export function renderRemoved(result: RunResult, look: RenderContext, { next, after }: RemovedOptions = {}): string {
  const { plan } = result;
  if (isEmpty(plan) && result.status === "done") return renderNothingFound(placesOf(plan), look);
  const several = plan.bases.length > 1;
  const width = widthOf(look);
  const paragraphs = [
    ...statusLines(result),
    ...doneLines(result, look),
    ...trashLines(result, look),
    ...collectLines(result, look),
    ...(trashedBases(result).length > 0 ? freesLines(result, after, look) : []),
    ...restLines(result, look),
    ...freeLine(after),
  ];
  return page([
    ...problemSections(result, look),
    ...result.bases.flatMap((base) => baseErrors(base, plan, look)),
    ...plan.bases.flatMap((base) => {
      const lines = capLines(base, look);
      return several && lines.length > 0 ? [baseHeading(base, look), ...lines] : lines;
    }),
    "",
    ...paragraphs.flatMap((line) => wrap(line, width, look)).map(stylesOf(look).bold),
    ...stepLines(result, next ?? command("prune", look), look),
  ]);
}

/** Why a run did nothing; empty if it ran. */
function statusLines({ status }: Pick<RunResult, "status">): readonly string[] {
  switch (status) {
    case "done":
    case "error":
    case "interrupted":
      return [];
    case "declined":
      return ["Declined: nothing was changed."];
    case "locked":
      return ["Another run is in progress: nothing was done."];
    case "not-due":
      return ["Not due yet: nothing was done."];
    case "disabled":
      return ["Automatic sweeps are off: nothing was done."];
  }
}

/** `Removed 859 repos, 9.8 GB freed: 640 whose directory was deleted, 219 unused for over 7 days.` */
function doneLines(result: RunResult, look: RenderContext): readonly string[] {
  const { plan } = result;
  const entries = result.bases.flatMap((base) => base.entries);
  const removed = withOutcome(entries, "removed");
  const trashed = withOutcome(entries, "trashed");
  const lines: string[] = [];
  if (removed.length > 0) lines.push(`Removed ${detail(plan, removed, " freed", look)}.`);
  lines.push(...savedLines(plan, entries, look));
  if (trashed.length > 0) lines.push(`Moved to the trash: ${detail(plan, trashed, "", look)}.`);
  const worked = result.status === "done" || result.status === "interrupted" || result.status === "error";
  if (lines.length === 0 && worked) {
    lines.push(removalsOf(plan).length > 0 ? "Nothing was removed." : "Nothing to remove.");
  }
  return lines;
}

function savedLines({ saveTo }: Plan, entries: readonly EntryResult[], look: RenderContext): readonly string[] {
  const saved = entries.filter((one) => one.savedTo !== undefined);
  if (saveTo === undefined || saved.length === 0) return [];
  const losses = "modes, times and links included, ACLs and extended attributes not";
  return [`Saved ${counted(saved, look)} in ${pathText(saveTo, look)} first (${losses}).`];
}

/** What removing from a shared repository freed in the end: its bytes are in objects, which are collected last. */
function collectLines({ bases }: RunResult, look: RenderContext): readonly string[] {
  return bases.flatMap(({ collected }) => collected ?? []).map((one) => collectLine(one, look));
}

function collectLine({ repository, outcome, bytes, error }: CollectResult, look: RenderContext): string {
  const where = pathText(repository, look);
  if (outcome === "collected") return `Removed unused objects from ${where}, ${size(bytes)} freed.`;
  return `Unused objects in ${where} were not removed: ${visible(error?.message ?? outcome, look)}.`;
}

/** For the one-line summary of a sweep: why it counts as failed. */
export function uncollectedLines({ bases }: RunResult, look: RenderContext): readonly string[] {
  const failed = bases.flatMap(({ collected }) => collected ?? []).filter(({ outcome }) => outcome === "failed");
  return failed.map((one) => collectLine(one, look));
}

function detail(plan: Plan, results: readonly EntryResult[], freed: string, look: RenderContext): string {
  const bytes = size(results.reduce((sum, each) => sum + each.bytes, 0));
  const groups = ruleGroups(
    plan,
    results.map(({ planned }) => planned),
  ).map(({ words }) => words);
  const why = groups.length === 1 ? (groups[0] ?? "").replace(/^\S+ /, "") : null;
  if (why !== null) return `${counted(results, look)} ${why}, ${bytes}${freed}`;
  return `${counted(results, look)}, ${bytes}${freed}: ${groups.join(", ")}`;
}

function trashLines({ bases }: RunResult, look: RenderContext): readonly string[] {
  const results = bases.flatMap((base) => base.trash);
  const removed = withOutcome(results, "removed");
  const early = removed.filter(({ planned }) => planned.reason === "over-cap");
  const copies = removed.filter(({ planned }) => isCopyOfRestored(planned));
  const unfinished = removed.filter(({ planned }) => planned.reason === "unfinished");
  const apart = new Set([...early, ...copies, ...unfinished]);
  const destroyed = removed.filter((one) => !apart.has(one));
  const returned = withOutcome(results, "returned");
  const freed = (some: typeof removed): string => size(some.reduce((sum, { bytes }) => sum + bytes, 0));
  return [
    ...(destroyed.length > 0
      ? [`Deleted ${counted(destroyed, look, "expired ")} from the trash, ${freed(destroyed)} freed.`]
      : []),
    ...(unfinished.length > 0
      ? [`Finished the deletion of ${counted(unfinished, look)} that an earlier run began, ${freed(unfinished)} freed.`]
      : []),
    ...(early.length > 0
      ? [`Deleted ${counted(early, look)} from the trash to get under max_size, ${freed(early)} freed.`]
      : []),
    ...(copies.length > 0
      ? [`Deleted the copies of ${counted(copies, look, "restored ")} from the trash, ${freed(copies)} freed.`]
      : []),
    ...(returned.length > 0 ? [`Restored ${counted(returned, look)} from the trash.`] : []),
  ];
}

/** What was not done, so that the numbers add up. */
function restLines(result: RunResult, look: RenderContext): readonly string[] {
  const { failed, toRemove } = totalsOf(result.plan, result);
  const kept = keptSentence(tallyOf(result.plan));
  return [
    ...(failed > 0 ? [`Failed: ${number(failed)} (listed above); the next run tries again.`] : []),
    ...(result.status === "interrupted" ? [interruptedLine(result, toRemove, look)] : []),
    ...(kept === null || result.status === "declined" ? [] : [`${capitalized(kept)}.`]),
  ];
}

/** `Interrupted: 59 removed, 58 put back, 189 left untouched.` The numbers add up to the plan. */
function interruptedLine({ bases }: RunResult, toRemove: number, look: RenderContext): string {
  const entries = bases.flatMap((base) => base.entries);
  const many = (outcome: EntryResult["outcome"]): number => withOutcome(entries, outcome).length;
  // What failed on its way back waits there as well.
  const waiting = withOutcome(entries, "failed").filter(({ trashId }) => trashId !== null).length;
  const done: readonly (readonly [number, string])[] = [
    [many("removed"), "removed"],
    [many("trashed"), "moved to the trash"],
    [many("returned"), "put back"],
    [many("conflict") + waiting, "left in the trash"],
  ];
  const untouched = toRemove - entries.filter(({ outcome }) => outcome !== "skipped").length;
  const rest = toRemove - done.reduce((sum, [count]) => sum + count, 0) - untouched;
  const parts = [...done, [rest, "not done"] as const, [untouched, "left untouched"] as const]
    .filter(([count], at) => count > 0 || at === 0)
    .map(([count, what]) => `${number(count)} ${what}`);
  const left = withOutcome(
    bases.flatMap((base) => base.trash),
    "skipped",
  );
  const trash =
    left.length === 0 ? "" : ` ${counted(left, look)} in the trash ${left.length === 1 ? "was" : "were"} not reached.`;
  return `Interrupted: ${parts.join(", ")}.${trash}`;
}

function baseErrors(base: BaseResult, plan: Plan, look: RenderContext): readonly string[] {
  const planned = plan.bases.find(({ ref }) => ref.path === base.path);
  const error = base.error ?? planned?.error ?? null;
  if (error === null) return [];
  return [...(planned === undefined ? [] : [baseHeading(planned, look)]), ...errorLines({ error }, look), ""];
}

function stepLines(result: RunResult, again: string, look: RenderContext): readonly string[] {
  if (result.status === "interrupted") return nextLines({ what: "To continue", how: again }, look);
  const entries = result.bases.flatMap((base) => base.entries);
  const trashed = withOutcome(entries, "trashed");
  if (trashed.length > 0)
    return trashSteps(sumOfBytes(trashed.map(({ bytes }) => bytes)), sumOfTrash(stillInTrash(result)), look);
  const failed = entries.find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) return nextLines(explainStep(failed.planned, look), look);
  if (trashOf(result.plan).length > 0)
    return nextLines({ what: "To list the trash", how: command("trash list", look) }, look);
  return [];
}

/** Of what was in the trash before the run. */
function stillInTrash({ plan, bases }: RunResult): readonly PlannedTrash[] {
  const results = bases.flatMap(({ trash }) => trash);
  const left = new Set(
    [...withOutcome(results, "removed"), ...withOutcome(results, "returned")].map(({ planned }) => planned),
  );
  return trashOf(plan).filter((row) => !left.has(row) && !isCopyOfRestored(row));
}

function explainStep({ judged }: PlannedEntry, look: RenderContext): { readonly what: string; readonly how: string } {
  return { what: "To see why", how: commandOn("explain", [judged.entry.id], look) };
}
