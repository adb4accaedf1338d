/** Order, filters and pages of the table. Rows are those of the page; they are taken out and put back. */
import { addCopyButtons } from "./copy.ts";
import { byId } from "./elements.ts";

interface Row {
  readonly element: HTMLTableRowElement;
  /** Its place in the file. */
  readonly at: number;
  readonly name: string;
  readonly bytes: number;
  /** Seconds; what is unknown comes last. */
  readonly used: number;
  readonly state: string;
  readonly agent: string;
  readonly frees: boolean;
  /** What is searched in, made when it is first needed. */
  text: string | null;
}

type Key = "size" | "age" | "name" | "state";

const PAGE = 200;
const STATES = ["orphan", "stale", "unreachable", "unidentified", "debris", "live", "trash"];
const FIRST: Readonly<Record<Key, (a: Row, b: Row) => number>> = {
  size: (a, b) => b.bytes - a.bytes,
  age: (a, b) => a.used - b.used,
  name: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)),
  state: (a, b) => first(STATES.indexOf(a.state) - STATES.indexOf(b.state), b.bytes - a.bytes),
};
/** The direction of each: sizes begin with the largest. */
const DESCENDING: ReadonlySet<Key> = new Set<Key>(["size"]);
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

export interface ItemsTable {
  /** The row with an id, shown or not. */
  readonly find: (id: string) => HTMLTableRowElement | null;
  /** Shows that row, whatever is filtered. */
  readonly reveal: (id: string) => void;
}

export function startTable(): ItemsTable {
  const table = byId("items", HTMLTableElement);
  const body = table?.tBodies[0];
  if (table === null || body === undefined) return { find: () => null, reveal: () => undefined };
  const rows = [...body.rows].map(rowOf);
  const find = byId("find", HTMLInputElement);
  const frees = byId("frees", HTMLInputElement);
  const order = byId("order", HTMLSelectElement);
  const [state, agent] = [byId("state", HTMLSelectElement), byId("agent", HTMLSelectElement)];
  // As the file has them, until something else is chosen.
  let key: Key | null = null;
  let reversed = false;
  let most = PAGE;
  let chosen: readonly Row[] = rows;

  const matches = (row: Row, words: readonly string[]): boolean =>
    (state === null || state.value === "" || row.state === state.value) &&
    (agent === null || agent.value === "" || row.agent === agent.value) &&
    (frees?.checked !== true || row.frees) &&
    words.every((word) => textOf(row).includes(word));

  const choose = (): void => {
    const words = (find?.value ?? "")
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const found = rows.filter((row) => matches(row, words));
    const by = key === null ? null : FIRST[key];
    const sign = reversed ? -1 : 1;
    chosen = by === null ? found : found.toSorted((a, b) => first(sign * by(a, b), a.at - b.at));
    most = PAGE;
    show();
  };

  const show = (): void => {
    const shown = chosen.slice(0, most);
    const page = document.createDocumentFragment();
    for (const { element } of shown) page.append(element);
    body.replaceChildren(page);
    addCopyButtons(body.querySelectorAll("code"));
    const count = byId("count", HTMLElement);
    if (count !== null) count.textContent = countText(chosen, shown.length);
    const rest = document.querySelector<HTMLElement>(".more");
    if (rest !== null) rest.hidden = shown.length === chosen.length;
    const all = byId("all", HTMLElement);
    if (all !== null) all.textContent = `Show all ${grouped(chosen.length)}`;
  };

  const sortBy = (next: Key, isReversed: boolean): void => {
    key = next;
    reversed = isReversed;
    if (order !== null) order.value = next;
    for (const heading of table.querySelectorAll<HTMLElement>("th[data-sort]")) {
      if (heading.dataset["sort"] === next)
        heading.setAttribute("aria-sort", DESCENDING.has(next) === reversed ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
    }
    choose();
  };

  for (const heading of table.querySelectorAll<HTMLElement>("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    const own = keyOf(heading.dataset["sort"]);
    button.addEventListener("click", () => sortBy(own, key === own && !reversed));
    heading.replaceChildren(button);
  }
  byId("filters", HTMLFormElement)?.addEventListener("submit", (event) => event.preventDefault());
  find?.addEventListener("input", choose);
  for (const each of [state, agent, frees]) each?.addEventListener("change", choose);
  order?.addEventListener("change", () => sortBy(keyOf(order.value), false));
  byId("more", HTMLButtonElement)?.addEventListener("click", () => {
    most += PAGE;
    show();
  });
  byId("all", HTMLButtonElement)?.addEventListener("click", () => {
    most = chosen.length;
    show();
  });
  // The page keeps what a form held before it was loaded again.
  byId("filters", HTMLFormElement)?.reset();
  choose();

  const ids = new Map(rows.map((row) => [row.element.id, row]));
  const reveal = (id: string): void => {
    const wanted = ids.get(id);
    if (wanted === undefined) return;
    if (!chosen.includes(wanted)) {
      byId("filters", HTMLFormElement)?.reset();
      if (order !== null && key !== null) order.value = key;
      choose();
    }
    const at = chosen.indexOf(wanted);
    if (at >= most) {
      most = Math.ceil((at + 1) / PAGE) * PAGE;
      show();
    }
    for (const { element } of rows) element.classList.remove("found");
    wanted.element.classList.add("found");
    wanted.element.tabIndex = -1;
    wanted.element.focus({ preventScroll: true });
    wanted.element.scrollIntoView({ block: "center" });
  };
  return { find: (id) => ids.get(id)?.element ?? null, reveal };
}

function rowOf(element: HTMLTableRowElement, at: number): Row {
  const { a = "", b = "", t = "" } = element.dataset;
  const verdict = element.querySelector("i")?.classList;
  return {
    element,
    at,
    name: (element.cells[0]?.lastElementChild?.previousElementSibling?.textContent ?? "").toLowerCase(),
    bytes: b === "" ? -1 : Number(b),
    used: t === "" ? Infinity : Number(t),
    state: STATES.find((state) => verdict?.contains(`s-${state}`) === true) ?? "",
    agent: a,
    frees: verdict?.contains("go") === true,
    text: null,
  };
}

function textOf(row: Row): string {
  row.text ??= row.element.textContent.toLowerCase();
  return row.text;
}

/** The first difference. */
function first(one: number, other: number): number {
  return one === 0 ? other : one;
}

function keyOf(name: string | undefined): Key {
  return name === "age" || name === "name" || name === "state" ? name : "size";
}

function countText(rows: readonly Row[], shown: number): string {
  const bytes = rows.reduce((sum, row) => sum + Math.max(0, row.bytes), 0);
  const many = `${grouped(rows.length)} ${rows.length === 1 ? "row" : "rows"}, ${sizeText(bytes)}`;
  return shown === rows.length ? many : `${many}; the first ${grouped(shown)} are shown`;
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** As everywhere else: cut and not rounded. */
function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  if (power === 0) return `${bytes} B`;
  return `${(Math.floor(bytes / (1000 ** power / 10)) / 10).toFixed(1)} ${UNITS[power] ?? ""}`;
}
