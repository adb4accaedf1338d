/** What is in the trash, with its dates. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../model/trash.ts";
import type { SortKey } from "../model/row-order.ts";
import { commandOn } from "./named-command.ts";
import { command, widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, errorLines, nextLines, page, type NextStep } from "./notices.ts";
import type { Row } from "./row.ts";
import { copiesTitle, eagerRows, section, trashRow, trashSize, WAITING_HEADINGS } from "./sections.ts";
import { trashInOrder, trashOrderBy } from "./sort.ts";
import { trashOf } from "./totals.ts";
import { wrap } from "./width.ts";

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
  const row = (each: PlannedTrash): Row => ({ ...trashRow(each, look), word: each.item.rule, id: nameOf(each, twice) });
  const rows = trashInOrder(base.trash, sort);
  const waiting = rows.filter((each) => !isCopyOfRestored(each));
  const copies = rows.filter(isCopyOfRestored);
  return [
    ...section(
      `In the trash: ${trashSize(waiting, look)}`,
      eagerRows(waiting.map(row)),
      WAITING_HEADINGS,
      "all",
      "",
      look,
    ),
    ...section(copiesTitle(copies, look), eagerRows(copies.map(row)), WAITING_HEADINGS, "all", "", look),
  ];
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
  const how =
    one === undefined ? command("trash restore <id>", look) : commandOn("trash restore", [nameOf(one, twice)], look);
  return { what: "To restore one", how };
}
