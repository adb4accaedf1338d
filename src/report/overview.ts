/**
 * `status` and the preview of `prune`: the same rows from the same plan, each base under its own heading, then the
 * totals and what to type next.
 */
import type { Plan, PlannedBase } from "../model/plan.ts";
import { command, paintOf, widthOf, type Look } from "./look.ts";
import {
  baseHeading,
  capLines,
  clockLines,
  errorLines,
  foreignLines,
  nextLines,
  renderNothingFound,
  page,
  type NextStep,
} from "./notices.ts";
import { isNowhere, placesOf } from "./nowhere.ts";
import {
  ENTRY_HEADINGS,
  entriesSize,
  entryRow,
  section,
  sectionsOf,
  TRASH_HEADINGS,
  trashRow,
  trashSize,
  type RowLimit,
  type Sections,
} from "./sections.ts";
import { totalsSentence } from "./summary.ts";
import { growthWarning, sweepLines, trashUntil } from "./sweeps.ts";
import { entriesOf, isRemoval, trashOf } from "./totals.ts";
import { wrap } from "./width.ts";

export interface StatusOptions {
  readonly rows?: RowLimit;
  /** Also the live ones and the names of what is not ours, and every row. */
  readonly all?: boolean;
}

export interface PreviewOptions {
  readonly rows: RowLimit;
  readonly dryRun: boolean;
  /** The command that does what is shown, where flags narrowed or widened it. */
  readonly next?: string;
}

const DEFAULT_ROWS = 20;

/** What is there, what would go and why, trash, last sweep, what to type next. */
export function renderStatus(plan: Plan, look: Look, { rows = DEFAULT_ROWS, all = false }: StatusOptions = {}): string {
  if (isNowhere(plan)) return renderNothingFound(placesOf(plan), look);
  const view: View = { rows: all ? "all" : rows, all, more: command("status --all", look), status: true };
  return page([...basesLines(plan, view, look), ...totalsLines(plan, look), ...nextLines(nextStep(plan, look), look)]);
}

/** What a run would do. A dry run ends with its assurance, anything else with an empty line. */
export function renderPreview(plan: Plan, look: Look, { rows, dryRun, next }: PreviewOptions): string {
  const assurance = dryRun ? ["Dry run: nothing was changed."] : [];
  if (isNowhere(plan)) return page([renderNothingFound(placesOf(plan), look).trimEnd(), ...assurance]);
  const view: View = { rows, all: rows === "all", more: "--rows all shows them", status: false };
  const step = next === undefined ? doItStep(plan, look) : { what: "To do it", how: next };
  const lines = [...basesLines(plan, view, look), ...totalsLines(plan, look)];
  // The question, or what was done, comes next and stands apart.
  return dryRun ? page([...lines, ...nextLines(step, look), ...assurance]) : `${page(lines)}\n`;
}

interface View {
  readonly rows: RowLimit;
  readonly all: boolean;
  /** How to see the rows that are only summed up. */
  readonly more: string;
  readonly status: boolean;
}

function basesLines(plan: Plan, view: View, look: Look): readonly string[] {
  return plan.bases.flatMap((base) => [baseHeading(base, look), "", ...baseLines(base, plan, view, look), ""]);
}

function baseLines(base: PlannedBase, plan: Plan, view: View, look: Look): readonly string[] {
  if (base.error !== null) return errorLines(base, look);
  const sections = sectionsOf(base);
  const empty = base.entries.length === 0 ? [base.exists ? "No repos in it." : "Not there.", ""] : [];
  return [...empty, ...tables(base, sections, plan, view, look), ...footLines(base, sections, view, look)];
}

function tables(base: PlannedBase, sections: Sections, plan: Plan, view: View, look: Look): readonly string[] {
  const { removals, suspects, live, trash } = sections;
  const goes = { snapshots: !view.status, sweep: view.status && plan.mode === "by-hand" };
  const stays = { snapshots: false, sweep: false };
  const table = (title: string, entries: Sections["removals"], options: typeof goes): readonly string[] => {
    const rows = entries.map((entry) => ({
      bytes: entry.judged.bytes,
      make: () => entryRow(entry, base, look, options),
    }));
    return section(`${title}: ${entriesSize(entries)}`, rows, ENTRY_HEADINGS, view.rows, view.more, look);
  };
  const trashRows = trash.map((each) => ({ bytes: each.bytes, make: () => trashRow(each, look) }));
  return [
    ...table(plan.disposal === "trash" ? "Would be moved to the trash" : "Would be removed", removals, goes),
    ...table(suspects.length === 1 ? "Kept although it looks dead" : "Kept although they look dead", suspects, stays),
    ...(view.all ? table("Live", live, stays) : []),
    ...section(`Changes in the trash: ${trashSize(trash)}`, trashRows, TRASH_HEADINGS, view.rows, view.more, look),
  ];
}

function footLines(base: PlannedBase, { live, notAsked }: Sections, view: View, look: Look): readonly string[] {
  const { held } = paintOf(look);
  const lines = [
    ...(live.length > 0 && !view.all ? [`Live: ${entriesSize(live)}`] : []),
    ...(notAsked.length > 0 ? [`Not asked for: ${entriesSize(notAsked)}`] : []),
    ...(base.trash.length > 0
      ? [`In the trash: ${trashSize(base.trash)}${trashUntil(base, look)} (${command("trash list", look)})`]
      : []),
    ...(view.status ? sweepLines(base, look) : []),
  ];
  const warning = view.status ? growthWarning(base, look) : null;
  const warnings = warning === null ? [] : wrap(warning, widthOf(look), look).map(held);
  return [
    ...lines.flatMap((line) => wrap(line, widthOf(look), look)),
    ...foreignLines(base, view.all, look),
    ...clockLines(base, look),
    ...capLines(base, look),
    ...warnings,
  ];
}

function totalsLines(plan: Plan, look: Look): readonly string[] {
  return [...wrap(totalsSentence(plan, look), widthOf(look), look).map(paintOf(look).bold), ""];
}

function nextStep(plan: Plan, look: Look): NextStep {
  const work = entriesOf(plan).some(isRemoval) || trashOf(plan).some(({ action }) => action !== "keep");
  if (work) return { what: "To go through it and decide", how: command("prune", look) };
  return idleStep(plan, look);
}

function doItStep(plan: Plan, look: Look): NextStep {
  const work = entriesOf(plan).some(isRemoval) || trashOf(plan).some(({ action }) => action !== "keep");
  if (!work) return idleStep(plan, look);
  if (plan.mode === "by-hand") return { what: "To do it", how: command("prune", look) };
  const on = plan.bases.some(({ settings }) => settings.auto_prune);
  return { what: "To do it now", how: command(on ? "auto --now" : "auto --now --opt-in", look) };
}

function idleStep(plan: Plan, look: Look): NextStep {
  const suspect = plan.bases.flatMap((base) => sectionsOf(base).suspects)[0];
  if (suspect === undefined) return { what: "To see all of them", how: command("status --all", look) };
  return { what: "To see why one is kept", how: command(`explain ${suspect.judged.entry.id}`, look) };
}
