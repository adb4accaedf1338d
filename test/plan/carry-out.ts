// What is left when a plan was carried out without a failure: the pure model of src/reclaim/, for the laws.
import type { Examined } from "../../src/model/inspection.ts";
import type { PlannedEntry } from "../../src/model/plan.ts";
import type { PlannedTrash } from "../../src/model/trash.ts";
import type { Found, FoundTrash } from "./arbitrary.ts";
import { at, item, NOW, type Rows } from "./build.ts";

export function carryOut(found: Found, rows: Rows): Found {
  const settled = found.trash.flatMap((one) => settle(one, rowOf(one, rows)));
  const back = found.trash.flatMap((one) => returned(one, rowOf(one, rows)));
  const staying = found.entries.flatMap((one) => remaining(one, entryRow(one, rows)));
  return {
    ...found,
    entries: [...staying.flatMap(({ entry }) => entry ?? []), ...back],
    trash: [...settled, ...staying.flatMap(({ trash }) => trash ?? [])],
  };
}

function settle(one: FoundTrash, row: PlannedTrash): FoundTrash[] {
  if (row.action !== "keep") return [];
  const conflict = row.reason === "place-taken" && one.item.complete && !one.item.conflicted;
  if (!conflict && row.reason !== "future-date") return [one];
  // Its period starts again.
  return [{ ...one, item: { ...one.item, since: NOW, conflicted: conflict || one.item.conflicted } }];
}

/** What is returned is an entry again, at its own place; a half isolated one is left out: nothing is known of it. */
function returned({ item, examined }: FoundTrash, row: PlannedTrash): Examined[] {
  if (row.action !== "return" || examined === null) return [];
  const { entry } = examined;
  return [{ ...examined, entry: { ...entry, members: [{ ...entry.members[0], path: at(item.entryId) }] } }];
}

function remaining(one: Examined, { ruling, steps }: PlannedEntry): { entry?: Examined; trash?: FoundTrash } {
  if (ruling.action === "keep" || ruling.rule === null) return { entry: one };
  if (steps.some(({ kind }) => kind === "destroy")) return {};
  const { entry } = one;
  const isolated = item(entry.id, { id: `${entry.id}.${NOW}.ffffffff`, rule: ruling.rule, since: NOW });
  const path = `${at(entry.id)}-in-the-trash`;
  const members = [{ ...entry.members[0], path }] as const;
  return {
    trash: { item: { ...isolated, members: [...members] }, examined: { ...one, entry: { ...entry, members } } },
  };
}

function rowOf({ item }: FoundTrash, rows: Rows): PlannedTrash {
  const row = rows.trash.find((one) => one.item.id === item.id);
  if (row === undefined) throw new Error(`no row for ${item.id}`);
  return row;
}

function entryRow({ entry }: Examined, rows: Rows): PlannedEntry {
  const row = rows.entries.find(({ judged }) => judged.entry.members[0].path === entry.members[0].path);
  if (row === undefined) throw new Error(`no row for ${entry.id}`);
  return row;
}
