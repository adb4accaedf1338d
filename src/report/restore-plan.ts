/** `trash restore --dry-run`: what would be put back, where, and what could not and why. */
import type { Plan } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { RestoredRow, RestoreResult } from "../model/result.ts";
import type { DocumentOf } from "./schema.ts";
import { nextLines, page, UNCHANGED } from "./notices.ts";
import { commandOn } from "./named-command.ts";
import { widthOf, type RenderContext } from "./render-context.ts";
import type { Row } from "./row.ts";
import { eagerRows, section, trashRow, trashSize, WAITING_HEADINGS } from "./sections.ts";
import { errorText } from "./sentences/outcomes.ts";
import { trashOf } from "./totals.ts";
import { EXCHANGES, heldAfter } from "./trash-results.ts";
import { pathText } from "./paths.ts";
import { wrap } from "./width.ts";

export interface RestorePlan {
  /** With that part of the trash alone which is to be restored. */
  readonly plan: Plan;
  readonly rows: readonly RestoredRow[];
}

export interface RestorePlanOptions {
  /** What was named, and the flags instead of names, as they were typed: `--swap` may be added to them. */
  readonly names: readonly string[];
  readonly flags: readonly string[];
  /** The directory that they are restored into; null: to their places. */
  readonly to: string | null;
  /** Print only the sum. */
  readonly alone: boolean;
}

/** `whole`: the plan of everything, of which the rows of the result stay. */
export function restorePlanOf(whole: Plan, { rows }: RestoreResult): RestorePlan {
  const bases = whole.bases.map((base) => ({
    ...base,
    trash: base.trash.filter(({ item }) => rows.some((row) => isOf(row, item))),
  }));
  return { plan: { ...whole, bases }, rows };
}

export function renderRestorePlan(
  { plan, rows }: RestorePlan,
  look: RenderContext,
  { names, flags, to, alone }: RestorePlanOptions,
): string {
  const all = trashOf(plan).flatMap((planned) => {
    const row = rows.find((one) => isOf(one, planned.item));
    return row === undefined ? [] : [{ planned, row }];
  });
  const back = all.filter(({ row }) => row.outcome === "restored");
  const others = all.filter(({ row }) => row.outcome !== "restored");
  const sum = back.length === 0 ? "Would restore nothing." : `Would restore ${trashSize(plannedOf(back), look)}.`;
  if (alone) return page([sum, UNCHANGED]);
  const places = to === null ? [...new Set(back.map(({ row }) => row.item.base))] : [to];
  const held = back.length > 0 && to === null ? [heldAfter(plan.now, back.length, look)] : [];
  const isTaken = others.some(({ row }) => row.outcome === "conflict") && to === null;
  return page([
    ...places.flatMap((place) => {
      const here = to === null ? back.filter(({ row }) => row.item.base === place) : back;
      return table(`Would restore to ${pathText(place, look)}`, here, look);
    }),
    ...table("Would stay in the trash", others, look),
    ...[...(back.length === 0 ? [sum] : held), UNCHANGED].flatMap((line) => wrap(line, widthOf(look), look)),
    ...(isTaken
      ? nextLines(
          {
            what: "To exchange with what is there",
            how: commandOn("trash restore", names, look, [...flags, "--swap"]),
          },
          look,
        )
      : []),
  ]);
}

interface Planned {
  readonly planned: PlannedTrash;
  readonly row: RestoredRow;
}

function plannedOf(some: readonly Planned[]): readonly PlannedTrash[] {
  return some.map(({ planned }) => planned);
}

function table(title: string, some: readonly Planned[], look: RenderContext): readonly string[] {
  const rows = some.map(({ planned, row }): Row => {
    const tone = row.outcome === "restored" ? "plain" : "warning";
    return { ...trashRow(planned, look), word: planned.item.rule, tone, why: whyOf(row, look) };
  });
  return section(`${title}: ${trashSize(plannedOf(some), look)}`, eagerRows(rows), WAITING_HEADINGS, "all", "", look);
}

function whyOf({ item, outcome, path, error, isExchanged }: RestoredRow, look: RenderContext): string {
  const isBack = path.startsWith(`${item.base}/`);
  switch (outcome) {
    case "restored":
      if (isExchanged === true) return EXCHANGES;
      return isBack ? "" : `moves to ${pathText(path, look)}, out of the trash`;
    case "conflict":
      return isBack ? "something new is in its place" : `${pathText(path, look)} exists already`;
    case "failed":
      return error === null ? "cannot be restored" : errorText(error, look);
  }
}

/** The field that a dry run adds to the document. */
export function restorePlanJson({ rows }: RestorePlan): NonNullable<DocumentOf<"trash restore">["planned"]> {
  return rows.map(({ item, outcome, path, error, isExchanged = false }) => ({
    base: item.base,
    id: item.id,
    path,
    outcome:
      outcome === "restored" ? (isExchanged ? "exchange" : "restore") : outcome === "conflict" ? "conflict" : "fail",
    error,
  }));
}

function isOf({ item }: RestoredRow, other: PlannedTrash["item"]): boolean {
  return item.base === other.base && item.id === other.id;
}
