/** The trash: what it holds and until when, and what putting back and emptying did. */
import type { Plan, PlannedBase, PlannedTrash } from "../model/plan.ts";
import type { RunResult, TrashResult } from "../model/result.ts";
import { DEFAULT_SETTINGS } from "../model/settings.ts";
import { DAY } from "../model/time.ts";
import { counted } from "./nouns.ts";
import { command, paintOf, widthOf, type Look } from "./look.ts";
import { baseHeading, errorLines, nextLines, page } from "./notices.ts";
import type { Row } from "./row.ts";
import type { Headings } from "./rows.ts";
import { byTrashBytes, madeRows, section, trashRow, trashSize } from "./sections.ts";
import { errorText, outcomeWord, trashOutcomeSentence } from "./sentences/outcomes.ts";
import { trashOf, withOutcome } from "./totals.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";
import { day, size } from "./words.ts";

const LIST_HEADINGS: Headings = { word: "WAS", when: "SINCE", why: "WHAT NEXT" };
const DONE_HEADINGS: Headings = { word: "OUTCOME", when: "SINCE", why: "WHY" };

/** Everything in the trash, soonest to go first. */
export function renderTrashList(plan: Plan, look: Look): string {
  const all = trashOf(plan);
  const bases = plan.bases.filter(({ trash, error }) => trash.length > 0 || error !== null);
  if (all.length === 0 && bases.length === 0) return "The trash is empty.\n";
  const twice = repeated(all);
  return page([
    ...bases.flatMap((base) => [
      baseHeading(base, look),
      "",
      ...errorLines(base, look),
      ...baseRows(base, twice, look),
    ]),
    ...nextLines({ what: "To put one back", how: command(`trash restore ${restorable(all, twice)}`, look) }, look),
  ]);
}

function baseRows(base: PlannedBase, twice: ReadonlySet<string>, look: Look): readonly string[] {
  const rows = base.trash
    .toSorted((a, b) => (a.until === b.until ? byTrashBytes(a, b) : a.until - b.until))
    .map((each): Row => ({ ...trashRow(each, look), word: each.item.rule, id: nameOf(each, twice) }));
  return section(`In the trash: ${trashSize(base.trash)}`, madeRows(rows), LIST_HEADINGS, "all", "", look);
}

/** The id of the entry, which is what people know; its full name in the trash where the id fits several. */
function nameOf({ item }: PlannedTrash, twice: ReadonlySet<string>): string {
  return twice.has(item.entryId) ? item.id : item.entryId;
}

function repeated(trash: readonly PlannedTrash[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { item } of trash) (seen.has(item.entryId) ? twice : seen).add(item.entryId);
  return twice;
}

function restorable(trash: readonly PlannedTrash[], twice: ReadonlySet<string>): string {
  const one = trash.filter(({ item }) => !item.marked).toSorted(byTrashBytes)[0];
  return one === undefined ? "<id>" : nameOf(one, twice);
}

export interface RestoredOptions {
  /** Where it was put, if not in its own place. */
  readonly to?: string;
}

/** What `trash restore` did. */
export function renderRestored(result: RunResult, look: Look, { to }: RestoredOptions = {}): string {
  const results = result.bases.flatMap((base) => base.trash);
  const returned = withOutcome(results, "returned");
  const swapped = withOutcome(
    result.bases.flatMap((base) => base.entries),
    "trashed",
  );
  const where = to === undefined ? "" : ` in ${pathText(to, look)}`;
  const lines = [
    ...returned.map(
      ({ planned }) => `Put back${where}: ${planned.item.entryId}, the snapshots of ${subjectText(planned, look)}.`,
    ),
    ...swapped.map(({ planned }) => `What was in its place is in the trash now: ${planned.judged.entry.id}.`),
    ...(returned.length > 0 && to === undefined ? staysLine(result, look) : []),
    ...(returned.length === 0 ? ["Nothing was put back."] : []),
  ];
  return page([
    ...problemSection(results, look),
    ...runErrors(result, look),
    ...lines.flatMap((line) => wrap(line, widthOf(look), look)),
  ]);
}

/** What `trash empty` did. */
export function renderEmptied(result: RunResult, look: Look): string {
  const results = result.bases.flatMap((base) => base.trash);
  const destroyed = withOutcome(results, "removed");
  const freed = size(destroyed.reduce((sum, { bytes }) => sum + bytes, 0));
  const done = destroyed.length > 0 ? `Removed from the trash for good: ${counted(destroyed)}, ${freed} freed.` : null;
  const idle = trashOf(result.plan).length === 0 ? "The trash is empty." : "Nothing in the trash was removed.";
  const skipped = withOutcome(results, "skipped");
  const rest = skipped.length === 0 ? [] : [`Interrupted: ${counted(skipped)} left in the trash.`];
  return page([
    ...problemSection(results, look),
    ...runErrors(result, look),
    ...[done ?? idle, ...rest].flatMap((line) => wrap(line, widthOf(look), look)),
  ]);
}

function problemSection(results: readonly TrashResult[], look: Look): readonly string[] {
  const fine = new Set(["removed", "returned", "skipped"]);
  const odd = results.filter(({ outcome }) => !fine.has(outcome));
  const rows = odd.map((each): Row => {
    const sentence = trashOutcomeSentence(each, look);
    const step =
      each.outcome === "conflict" ? `: ${command(`trash restore ${each.planned.item.entryId} --swap`, look)}` : "";
    const why = { full: `${sentence}${step}`, brief: sentence };
    return {
      ...trashRow(each.planned, look),
      word: outcomeWord(each.outcome),
      tone: each.outcome === "failed" ? "goes" : "held",
      why,
      whole: true,
    };
  });
  return section(`Not as asked: ${counted(odd)}`, madeRows(rows), DONE_HEADINGS, "all", "", look);
}

function runErrors({ bases }: RunResult, look: Look): readonly string[] {
  const { held } = paintOf(look);
  return bases.flatMap(({ error }) =>
    error === null ? [] : wrap(errorText(error, look), widthOf(look), look).map(held),
  );
}

/** A restore counts as a use. Where the stale rule is off it shields for as long as the default retention. */
function staysLine({ plan }: RunResult, look: Look): readonly string[] {
  const retentions = plan.bases.map(({ settings }) => settings.retention_days);
  const days = Math.min(...retentions.map((each) => (each > 0 ? each : DEFAULT_SETTINGS.retention_days)));
  return [`That counts as a use: no run takes it before ${day(plan.now + days * DAY, look)}.`];
}

function subjectText({ subject }: PlannedTrash, look: Look): string {
  return subject === null ? "an unknown directory" : pathText(subject.value, look);
}
