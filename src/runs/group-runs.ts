/**
 * The history of all bases as one list of runs, the newest first, each with what it moved to the trash and is still there.
 * What a run recorded comes first, then its times; what no record covers (a run was killed, or had no room to write) is
 * made into runs by the times in the names of the trash. Pure.
 */
import type { BaseRef } from "../model/home.ts";
import type { HistoryRun, RunPart, SelectedItem } from "../model/history.ts";
import type { TrashItem } from "../model/trash.ts";
import { isExchange, type SweepRecord } from "../model/state.ts";
import { MINUTE } from "../model/time.ts";
import { orderTimes } from "./run-order.ts";

/** What one base knows of earlier runs. */
export interface RecordedBase {
  readonly ref: BaseRef;
  readonly sweeps: readonly SweepRecord[];
  readonly manual: readonly SweepRecord[];
  readonly items: readonly SelectedItem[];
}

/** Items of a run are moved one after the other; a project is packed before, which takes up to minutes. */
const MAX_GAP = 5 * MINUTE;

/** `now`: the clock (ms), since a date after it is wrong. */
export function groupRuns(bases: readonly RecordedBase[], now: number): readonly HistoryRun[] {
  const groups = new Map<string, Group>();
  const unclaimed: SelectedItem[] = [];
  for (const base of bases) {
    const records = [...base.sweeps, ...base.manual];
    const itemsOf = new Map(records.map((record) => [record, [] as SelectedItem[]]));
    const byId = new Map(records.flatMap((record) => (record.items ?? []).map((id) => [id, record] as const)));
    for (const one of base.items.filter(canGoBack)) {
      const record = byId.get(one.item.id) ?? records.find((each) => wasWithin(one.item, each));
      // Of an exchange that no record covers: it was moved out of the way, and not removed.
      if (record === undefined && one.item.rule === "swapped") continue;
      (record === undefined ? unclaimed : (itemsOf.get(record) ?? unclaimed)).push(one);
    }
    const seen = new Map<string, number>();
    const order = orderTimes(records, now);
    for (const record of records) {
      const { at, by, command = "" } = record;
      const same = JSON.stringify([at, by, command]);
      // A run is once in a base.
      const times = seen.get(same) ?? 0;
      seen.set(same, times + 1);
      const key = `${same} ${times}`;
      const group = groups.get(key) ?? { parts: [], items: [], times: [] };
      group.parts.push({ ref: base.ref, record });
      group.items.push(...(itemsOf.get(record) ?? []));
      group.times.push(order.get(record) ?? at);
      groups.set(key, group);
    }
  }
  const recorded = [...groups.values()].flatMap(({ parts, items, times }): Ordered[] => {
    const [first] = parts;
    if (first === undefined) return [];
    const { at, by, command = null } = first.record;
    // Where its date is wrong, any base in which another run followed tells how early it was.
    const time = at > now ? Math.min(...times) : Math.max(...times);
    return [{ time, run: { kind: command === null ? "automatic" : "manual", command, at, by, parts, items } }];
  });
  const unrecorded = unrecordedRuns(unclaimed).map((run): Ordered => ({ time: run.at, run }));
  return [...recorded, ...unrecorded]
    .toSorted((a, b) => b.time - a.time)
    .map(({ run }, at) => ({ ...run, number: at + 1 }));
}

interface Group {
  readonly parts: RunPart[];
  readonly items: SelectedItem[];
  /** Of its parts, in the order of all runs. */
  readonly times: number[];
}

interface Ordered {
  readonly time: number;
  readonly run: Omit<HistoryRun, "number">;
}

/** What is back has been put back. */
function canGoBack({ item: { marked, returned } }: SelectedItem): boolean {
  return !marked && returned !== true;
}

/** Whether a run moved an item to the trash. */
export function hasMoved(run: SweepRecord, item: TrashItem): boolean {
  return run.items?.includes(item.id) ?? wasWithin(item, run);
}

/** Of a run whose items are not listed: its times are all that is known. */
function wasWithin({ rule, taken }: TrashItem, { at, endedAt, items, trashed, command }: SweepRecord): boolean {
  if ((rule === "swapped") !== isExchange(command ?? null)) return false;
  return items === undefined && trashed > 0 && taken >= Math.floor(at) && taken <= Math.ceil(endedAt ?? at);
}

function unrecordedRuns(items: readonly SelectedItem[]): readonly Omit<HistoryRun, "number">[] {
  const runs: SelectedItem[][] = [];
  for (const one of items.toSorted((a, b) => a.item.taken - b.item.taken)) {
    const last = runs.at(-1);
    const before = last?.at(-1)?.item.taken ?? -Infinity;
    if (last !== undefined && one.item.taken - before <= MAX_GAP) last.push(one);
    else runs.push([one]);
  }
  return runs.map((of) => {
    const at = of[0]?.item.taken ?? 0;
    return { kind: "unrecorded", command: null, at, by: "", parts: [], items: of };
  });
}
