/** What is in the list of `prune -i`, where the cursor is and what is chosen. Pure. */
import type { SortKey } from "../../model/row-order.ts";
import { orderBy, type Sortable } from "../../report/sort.ts";
import { type Borrowed, withNeeds } from "./choice.ts";

export interface PickerRow extends Borrowed {
  readonly id: string;
  readonly name: string;
  readonly verdict: string;
  /** Null where it is not measured. */
  readonly bytes: number | null;
  /** When it was last used (ms), or null. */
  readonly at: number | null;
  readonly why: string;
  /** `unknown` while the scan goes on: then it may be marked, and counts only if the plan removes it. */
  readonly choosable: "yes" | "no" | "unknown";
}

export interface PickerState {
  /** In the order in which they are shown. */
  readonly rows: readonly PickerRow[];
  readonly chosen: ReadonlySet<string>;
  /** The row under the cursor; null: the first one. */
  readonly cursor: string | null;
  readonly filter: string;
  /** Keys go into the filter. */
  readonly typing: boolean;
  /** What the keys do is shown in place of the rows. */
  readonly help: boolean;
  readonly sort: SortKey;
  /** Progress of the scan; null: it is over. */
  readonly scanning: string | null;
  /** Why the last key did nothing. */
  readonly notice: string | null;
  readonly end: "accepted" | "declined" | "interrupted" | null;
}

export function initialState(sort: SortKey): PickerState {
  return {
    rows: [],
    chosen: new Set(),
    cursor: null,
    filter: "",
    typing: false,
    help: false,
    sort,
    scanning: "Looking",
    notice: null,
    end: null,
  };
}

/** Rows that the filter lets through. */
export function visibleRows({ rows, filter }: Pick<PickerState, "rows" | "filter">): readonly PickerRow[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return rows;
  return rows.filter((row) =>
    [row.name, row.id, row.verdict, row.why].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Index of the row under the cursor among the visible ones; -1 where there is none. */
export function cursorIndex(state: PickerState, visible: readonly PickerRow[]): number {
  const at = visible.findIndex(({ key }) => key === state.cursor);
  return at >= 0 ? at : visible.length === 0 ? -1 : 0;
}

/** More rows while the scan goes on. */
export function withFound(state: PickerState, found: readonly PickerRow[]): PickerState {
  return { ...state, rows: sorted([...state.rows, ...found], state.sort) };
}

/** The rows of the plan: what was marked before and is not removable is not chosen any more. */
export function withPlan(state: PickerState, rows: readonly PickerRow[]): PickerState {
  const choosable = new Set(rows.filter((row) => row.choosable === "yes").map(({ key }) => key));
  const kept = [...state.chosen].filter((key) => !choosable.has(key)).length;
  const planned = { ...state, rows: sorted(rows, state.sort), scanning: null, chosen: new Set<string>() };
  const marked = [...state.chosen].filter((key) => choosable.has(key));
  return {
    ...planned,
    chosen: withNeeds(planned.rows, new Set(), marked),
    notice: kept === 0 ? null : `${kept} that you had chosen cannot be removed, and ${kept === 1 ? "is" : "are"} kept.`,
  };
}

const RANK = { yes: 0, unknown: 0, no: 1 } as const;

/** What can be chosen comes first. */
export function sorted(rows: readonly PickerRow[], sort: SortKey): readonly PickerRow[] {
  const order = orderBy(sort);
  return rows
    .map((row) => ({ row, key: sortableOf(row) }))
    .toSorted((a, b) => {
      const ranks = RANK[a.row.choosable] - RANK[b.row.choosable];
      return ranks === 0 ? order(a.key, b.key) : ranks;
    })
    .map(({ row }) => row);
}

/** By the text that is shown. */
function sortableOf({ key, name, bytes, at }: PickerRow): Sortable {
  return {
    bytes,
    lastUsed: at === null ? null : { at, from: "" },
    subject: { kind: "workdir", value: name },
    entry: { id: key },
  };
}

/** Those that are chosen, and their sizes together. */
export function chosenRows({ rows, chosen }: Pick<PickerState, "rows" | "chosen">): readonly PickerRow[] {
  return rows.filter(({ key }) => chosen.has(key));
}

export function bytesIn(rows: readonly PickerRow[]): number {
  return rows.reduce((bytes, row) => bytes + (row.bytes ?? 0), 0);
}
