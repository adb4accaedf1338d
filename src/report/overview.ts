/**
 * `status` and the preview of `prune`: the same rows from the same plan, each base under its own heading, then the
 * totals and the command to type next.
 */
import type { SortKey } from "../model/row-order.ts";
import type { OtherPlace } from "../model/others.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import { isCopyOfRestored } from "../model/trash.ts";
import { byKindLines } from "./by-kind.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import {
  baseHeading,
  capLines,
  clockLines,
  emptyLine,
  errorLines,
  foreignLines,
  keepLines,
  nextLines,
  renderNothingFound,
  page,
  skippedWith,
  UNCHANGED,
  unsettledLines,
  uncollectableLines,
} from "./notices.ts";
import { headlineLines, headlineOf } from "./headline.ts";
import { previewStep, statusStep } from "./next-step.ts";
import { heartbeatLines } from "./heartbeats.ts";
import { isAllSkipped, isEmpty, placesOf } from "./is-empty.ts";
import { otherLines } from "./others.ts";
import { pathText } from "./paths.ts";
import { sharedObstacles } from "./sentences/holds.ts";
import {
  copiesTitle,
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
import { sizeWarning } from "./size-warning.ts";
import { totalsSentence } from "./summary.ts";
import type { KindsAt } from "./growth.ts";
import { growthWarning, sweepLines, trashUntil, withSameHint } from "./sweeps.ts";
import { staysInTrash } from "./totals.ts";
import { wrap } from "./width.ts";

export interface StatusOptions {
  readonly rows?: RowLimit;
  /** Also list live entries and the names of foreign contents, and show every row. */
  readonly all?: boolean;
  /** Null or absent: largest first. */
  readonly sort?: SortKey | null;
  /** The limits of the selection, as they are typed: live entries within them are shown too. */
  readonly limits?: readonly string[];
  /** What is only shown. */
  readonly others?: readonly OtherPlace[];
  /** Which kinds a base can have, to say what automatic sweeps would need; absent: it is not known. */
  readonly kindsAt?: KindsAt;
}

export interface PreviewOptions {
  readonly rows: RowLimit;
  readonly sort?: SortKey | null;
  readonly dryRun: boolean;
  /** The command that does what is shown, including flags that narrowed or widened it. */
  readonly next?: string;
}

const DEFAULT_ROWS = 20;
/** Beyond so many lines the first ones have scrolled out of most windows. */
const SCREEN = 20;

/** What exists, what would be removed and why, trash, last sweep, the command to type next. */
export function renderStatus(
  plan: Plan,
  look: RenderContext,
  { rows = DEFAULT_ROWS, all = false, sort = null, limits = [], kindsAt, others = [] }: StatusOptions = {},
): string {
  const shown = otherLines(others, look);
  if (isEmpty(plan)) return renderNothingFound(placesOf(plan), look) + (shown.length === 0 ? "" : page(["", ...shown]));
  const more = command(["status --all", ...limits].join(" "), look);
  const view: View = {
    rows: all ? "all" : rows,
    all,
    live: all || limits.length > 0,
    sort,
    more,
    status: true,
    kindsAt,
    sameHint: withSameHint(plan.bases, look, kindsAt),
  };
  const kinds = kindsAt === undefined ? [] : byKindLines(plan, look, kindsAt);
  const below = [...basesLines(plan, view, look), ...kinds, ...shown];
  const again = below.length > SCREEN ? headlineOf(plan, look) : [];
  const lines = [...headlineLines(plan, look, kindsAt ?? (() => [])), ...below, ...again];
  return page([...lines, ...nextLines(statusStep(plan, limits, look), look)]);
}

/** What a run would do. A dry run ends by saying that nothing was changed, anything else with an empty line. */
export function renderPreview(
  plan: Plan,
  look: RenderContext,
  { rows, sort = null, dryRun, next }: PreviewOptions,
): string {
  const assurance = dryRun ? [UNCHANGED] : [];
  if (isEmpty(plan)) return page([renderNothingFound(placesOf(plan), look).trimEnd(), ...assurance]);
  const all = rows === "all";
  const view: View = { rows, all, live: all, sort, more: "--rows all shows them", status: false };
  const step = next === undefined ? previewStep(plan, look) : { what: "To run it", how: next };
  const lines = [...basesLines(plan, view, look), ...totalsLines(plan, look)];
  // A blank line separates it from the question or the result.
  return dryRun ? page([...lines, ...nextLines(step, look), ...assurance]) : `${page(lines)}\n`;
}

interface View {
  readonly rows: RowLimit;
  readonly all: boolean;
  /** Live entries have a table too. */
  readonly live: boolean;
  readonly sort: SortKey | null;
  /** The command that shows the rows that are only summed up. */
  readonly more: string;
  readonly status: boolean;
  readonly kindsAt?: KindsAt | undefined;
  /** See `withSameHint`. */
  readonly sameHint?: ReadonlySet<PlannedBase>;
}

function basesLines(plan: Plan, view: View, look: RenderContext): readonly string[] {
  const several = new Set(plan.bases.map(({ ref }) => ref.agent)).size > 1;
  return plan.bases.flatMap((base) => {
    const alike = skippedWith(base, plan.bases);
    if (alike.length > 0 && alike[0] !== base) return [];
    const headings = (alike.length === 0 ? [base] : alike).map((one) => baseHeading(one, look, several));
    return [...headings, "", ...baseLines(base, plan, view, look), ""];
  });
}

function baseLines(base: PlannedBase, plan: Plan, view: View, look: RenderContext): readonly string[] {
  if (base.error !== null) return errorLines(base, look);
  const sections = sectionsOf(base, view.sort);
  const empty = base.entries.length === 0 ? [emptyLine(base), ""] : [];
  return [
    ...unsettledLines(base, look),
    ...empty,
    ...tables(base, sections, plan, view, look),
    ...footLines(base, sections, view, look),
  ];
}

function tables(base: PlannedBase, sections: Sections, plan: Plan, view: View, look: RenderContext): readonly string[] {
  const { removals, suspects, live, trash } = sections;
  const goes = { snapshots: !view.status, sweep: view.status && plan.mode === "manual" };
  const stays = { snapshots: false, sweep: false };
  const table = (title: string, entries: Sections["removals"], options: typeof goes): readonly string[] => {
    const shared = sharedObstacles(
      entries.flatMap(({ ruling }) => ruling.holds),
      look,
    );
    const said = new Set(shared);
    const rows = entries.map((entry) => ({
      bytes: entry.judged.bytes,
      make: () => entryRow(entry, base, look, { ...options, said }),
    }));
    return section(`${title}: ${entriesSize(entries, look)}`, rows, ENTRY_HEADINGS, view.rows, view.more, look, shared);
  };
  const trashRows = trash.map((each) => ({ bytes: each.bytes, make: () => trashRow(each, look) }));
  return [
    ...table(removalTitle(plan, removals, look), removals, goes),
    ...table("Kept to be safe", suspects, stays),
    ...(view.live ? table("Live", live, stays) : []),
    ...section(
      `Changes in the trash: ${trashSize(trash, look)}`,
      trashRows,
      TRASH_HEADINGS,
      view.rows,
      view.more,
      look,
    ),
  ];
}

function removalTitle(plan: Plan, removals: Sections["removals"], look: RenderContext): string {
  if (plan.disposal === "trash" || removals.every(staysInTrash)) return "Would be moved to the trash";
  return plan.saveTo === undefined
    ? "Would be removed"
    : `Would be copied to ${pathText(plan.saveTo, look)}, then removed`;
}

function footLines(
  base: PlannedBase,
  { live, notAsked }: Sections,
  view: View,
  look: RenderContext,
): readonly string[] {
  const { warning: held } = stylesOf(look);
  const copies = base.trash.filter(isCopyOfRestored);
  const waiting = base.trash.filter((row) => !isCopyOfRestored(row));
  const lines = [
    ...(live.length > 0 && !view.live ? [`Live: ${entriesSize(live, look)}`] : []),
    ...(notAsked.length > 0 ? [`Not selected: ${entriesSize(notAsked, look)}`] : []),
    ...(waiting.length > 0
      ? [`In the trash: ${trashSize(waiting, look)}${trashUntil(waiting, look)} (${command("trash list", look)})`]
      : []),
    ...(copies.length > 0 ? [copiesTitle(copies, look)] : []),
    ...(view.status ? [...sweepLines(base, look, view.kindsAt, view.sameHint), ...heartbeatLines(base, look)] : []),
  ];
  const found =
    view.status && base.settingsError === undefined
      ? [growthWarning(base, look, view.kindsAt), sizeWarning(base, look)]
      : [];
  const warnings = found.flatMap((warning) => (warning === null ? [] : wrap(warning, widthOf(look), look).map(held)));
  return [
    ...lines.flatMap((line) => wrap(line, widthOf(look), look)),
    ...foreignLines(base, view.all, look),
    ...uncollectableLines(base, look),
    ...clockLines(base, look),
    ...capLines(base, look),
    ...keepLines(base.keepProblems ?? [], look),
    ...warnings,
  ];
}

function totalsLines(plan: Plan, look: RenderContext): readonly string[] {
  if (isAllSkipped(plan)) return [];
  return [...wrap(totalsSentence(plan, look), widthOf(look), look).map(stylesOf(look).bold), ""];
}
