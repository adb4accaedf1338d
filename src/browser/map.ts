/**
 * The map: one stop of the keyboard, in which the arrow keys move; a tooltip that says what a cell is, on hover and on
 * focus. A click or Enter shows the row of the cell.
 */
import { byId } from "./elements.ts";
import type { ItemsTable } from "./table.ts";

type Cell = SVGAElement;

export function startMap({ reveal, find }: ItemsTable): void {
  const tip = byId("tip", HTMLElement);
  if (tip === null) return;
  for (const map of document.querySelectorAll<SVGSVGElement>("svg.map")) {
    const cells = [...map.querySelectorAll<Cell>("a")];
    const hide = (): void => {
      tip.hidden = true;
    };
    const showAt = (cell: Cell): void => fill(tip, cell, find(idOf(cell)));
    map.addEventListener("pointerover", (event) => {
      const cell = cellOf(event.target);
      if (cell !== null) showAt(cell);
    });
    map.addEventListener("pointerleave", hide);
    map.addEventListener("focusin", (event) => {
      const cell = cellOf(event.target);
      if (cell === null) return;
      for (const one of cells) one.setAttribute("tabindex", one === cell ? "0" : "-1");
      showAt(cell);
    });
    map.addEventListener("focusout", hide);
    map.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      const cell = cellOf(event.target);
      const next = cell === null ? null : nextCell(cell, cells, event.key);
      if (next === null) return;
      event.preventDefault();
      next.focus();
    });
    map.addEventListener("click", (event) => {
      const cell = cellOf(event.target);
      // What stands for several leads to the table as a whole.
      if (cell === null || find(idOf(cell)) === null) return;
      event.preventDefault();
      hide();
      reveal(idOf(cell));
    });
  }
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") tip.hidden = true;
  });
}

function cellOf(target: EventTarget | null): Cell | null {
  const found = target instanceof Element ? target.closest("a") : null;
  return found instanceof SVGAElement ? found : null;
}

function idOf(cell: Cell): string {
  return cell.getAttribute("href")?.slice(1) ?? "";
}

function linesOf(row: HTMLTableRowElement): readonly string[] {
  const [name, size, used, state, why] = [...row.cells];
  const reason = [...(why?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE)?.textContent ?? "";
  const parts = [...(name?.children ?? [])].map((part) => part.textContent);
  return [...parts, [size, used, state].map((cell) => cell?.textContent ?? "").join(" · "), reason];
}

function fill(tip: HTMLElement, cell: Cell, row: HTMLTableRowElement | null): void {
  const lines = row === null ? [cell.getAttribute("aria-label") ?? ""] : linesOf(row);
  tip.replaceChildren(
    ...lines.map((line) => {
      const part = document.createElement("p");
      part.textContent = line;
      return part;
    }),
  );
  tip.hidden = false;
  const at = cell.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(
    Math.max(8, at.left + at.width / 2 - width / 2),
    document.documentElement.clientWidth - width - 8,
  );
  const above = at.top - height - 8;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above >= 8 ? above : Math.min(at.bottom + 8, window.innerHeight - height - 8)}px`;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The nearest one in a direction; what is off to the side counts as farther. */
function nextCell(from: Cell, cells: readonly Cell[], key: string): Cell | null {
  if (key === "Home") return cells[0] ?? null;
  if (key === "End") return cells.at(-1) ?? null;
  const step = STEPS[key];
  if (step === undefined) return null;
  const [x, y] = middleOf(from);
  let best: Cell | null = null;
  let least = Infinity;
  for (const cell of cells) {
    const [left, top] = middleOf(cell);
    const [across, down] = [left - x, top - y];
    const along = across * step[0] + down * step[1];
    const aside = Math.abs(across * step[1]) + Math.abs(down * step[0]);
    if (cell === from || along <= 0 || along + 2 * aside >= least) continue;
    best = cell;
    least = along + 2 * aside;
  }
  return best;
}

function middleOf(cell: Cell): readonly [number, number] {
  const { left, top, width, height } = cell.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
