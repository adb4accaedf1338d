/** What is in the list of `prune -i`, where the cursor is and what is chosen, and what a key changes. Pure. */
import { SORT_KEYS, type SortKey } from "../../model/row-order.ts";
import { orderBy, type Sortable } from "../../report/sort.ts";

export interface PickerRow {
  /** Names it in the whole plan. */
  readonly key: string;
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
  /** Keys of rows that borrow from it, and so have to go with it. */
  readonly needs: readonly string[];
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

export interface Key {
  /** The character, where it has one. */
  readonly char: string | undefined;
  /** As node:readline names it. */
  readonly name: string | undefined;
  readonly ctrl: boolean;
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

/** `page`: how many rows are on the screen. */
export function afterKey(state: PickerState, key: Key, page: number): PickerState {
  const quiet = { ...state, notice: null };
  if (key.ctrl && key.name === "c") return { ...quiet, end: "interrupted" };
  // The end of the input: no further key can come.
  if (key.ctrl && key.name === "d") return { ...quiet, end: "declined" };
  if (state.help) return { ...quiet, help: false };
  return state.typing ? afterTyping(quiet, key, page) : afterCommand(quiet, key, page);
}

function afterTyping(state: PickerState, { char, name, ctrl }: Key, page: number): PickerState {
  if (name === "escape") return { ...state, typing: false, filter: "" };
  if (name === "return" || name === "enter") return { ...state, typing: false };
  if (name === "backspace") return { ...state, filter: [...state.filter].slice(0, -1).join("") };
  if (ctrl && name === "u") return { ...state, filter: "" };
  const steps = movement(name, "", page);
  if (steps !== null) return moved(state, steps);
  const isText = !ctrl && char !== undefined && /^[^\p{C}]$/u.test(char);
  return isText ? { ...state, filter: state.filter + char } : state;
}

/** Keys that readline names in another way, or not at all. */
const SIGNS = "/ ?";

function afterCommand(state: PickerState, { char, name = "", ctrl }: Key, page: number): PickerState {
  if (ctrl) return state;
  const steps = movement(name, char ?? "", page);
  if (steps !== null) return moved(state, steps);
  switch (char !== undefined && SIGNS.includes(char) ? char : name) {
    case " ":
      return toggled(state);
    case "/":
      return { ...state, typing: true };
    case "?":
      return { ...state, help: true };
    case "a":
      return allToggled(state);
    case "s":
      return resorted(state);
    case "return":
    case "enter":
      return accepted(state);
    case "escape":
      return state.filter === "" ? { ...state, end: "declined" } : { ...state, filter: "" };
    case "q":
      return { ...state, end: "declined" };
    default:
      return state;
  }
}

/** By how many rows a key moves; null: it does not. */
function movement(name: string | undefined, char: string, page: number): number | null {
  switch (name) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "pageup":
      return -page;
    case "pagedown":
      return page;
    case "home":
      return -Infinity;
    case "end":
      return Infinity;
    default:
      return { k: -1, j: 1, g: -Infinity, G: Infinity }[char] ?? null;
  }
}

function moved(state: PickerState, steps: number): PickerState {
  const visible = visibleRows(state);
  const at = Math.min(Math.max(cursorIndex(state, visible) + steps, 0), visible.length - 1);
  return { ...state, cursor: visible[at]?.key ?? null };
}

function toggled(state: PickerState): PickerState {
  const visible = visibleRows(state);
  const row = visible[cursorIndex(state, visible)];
  if (row === undefined) return state;
  const here = { ...state, cursor: row.key };
  if (row.choosable === "no") return { ...here, notice: `Cannot be chosen: ${row.why}.` };
  return {
    ...here,
    chosen: state.chosen.has(row.key) ? without(state, [row.key]) : withNeeds(state.rows, state.chosen, [row.key]),
  };
}

/** All that are visible, or none of them where all are chosen. */
function allToggled(state: PickerState): PickerState {
  const visible = visibleRows(state).filter(({ choosable }) => choosable !== "no");
  if (visible.length === 0) return { ...state, notice: "Nothing here can be chosen." };
  const keys = visible.map(({ key }) => key);
  const all = keys.every((key) => state.chosen.has(key));
  return { ...state, chosen: all ? without(state, keys) : withNeeds(state.rows, state.chosen, keys) };
}

/** With these, everything that borrows from them, and from that. */
function withNeeds(
  rows: readonly PickerRow[],
  chosen: ReadonlySet<string>,
  keys: readonly string[],
): ReadonlySet<string> {
  const needs = new Map(rows.map((row) => [row.key, row.needs]));
  const result = new Set(chosen);
  const add = (key: string): void => {
    if (result.has(key)) return;
    result.add(key);
    needs.get(key)?.forEach(add);
  };
  keys.forEach(add);
  return result;
}

/** Without these, and without everything that needs them. */
function without({ rows, chosen }: Pick<PickerState, "rows" | "chosen">, keys: readonly string[]): ReadonlySet<string> {
  const needy = rows.filter(({ needs }) => needs.length > 0);
  const result = new Set(chosen);
  const remove = (key: string): void => {
    if (!result.delete(key)) return;
    for (const row of needy) if (row.needs.includes(key)) remove(row.key);
  };
  keys.forEach(remove);
  return result;
}

function accepted(state: PickerState): PickerState {
  if (state.scanning !== null) return { ...state, notice: "The scan is still going on: press Enter when it is over." };
  if (state.chosen.size === 0)
    return { ...state, notice: "Nothing is chosen: press Space on a row first, or q to leave." };
  return { ...state, end: "accepted" };
}

function resorted(state: PickerState): PickerState {
  const sort = SORT_KEYS[(SORT_KEYS.indexOf(state.sort) + 1) % SORT_KEYS.length] ?? "size";
  // From its top: what comes first is what was asked for.
  return { ...state, sort, cursor: null, rows: sorted(state.rows, sort) };
}

const RANK = { yes: 0, unknown: 0, no: 1 } as const;

/** What can be chosen comes first. */
function sorted(rows: readonly PickerRow[], sort: SortKey): readonly PickerRow[] {
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
