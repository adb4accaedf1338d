/** What a key changes in the list of `prune -i`. Pure. */
import { SORT_KEYS } from "../../model/row-order.ts";
import { without, withNeeds } from "./choice.ts";
import { cursorIndex, type PickerState, sorted, visibleRows } from "./state.ts";

export interface Key {
  /** The character, where it has one. */
  readonly char: string | undefined;
  /** As node:readline names it. */
  readonly name: string | undefined;
  readonly ctrl: boolean;
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
