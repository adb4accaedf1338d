/** What the colours mean, with the size of each. */
import { number, size } from "../format.ts";
import { groupBy } from "./group-by.ts";
import type { ItemState, ReportItem } from "./items.ts";
import { html, type Markup } from "./markup.ts";

/** In the order of the legend. */
export const STATE_TITLES: Readonly<Record<ItemState, string>> = {
  orphan: "directory was deleted",
  stale: "unused for too long",
  unreachable: "directory not reachable",
  unidentified: "directory unknown",
  debris: "left behind",
  live: "in use",
  trash: "in the trash",
};

export function legend(items: readonly ReportItem[]): Markup {
  const groups = groupBy(items, ({ state }) => state);
  const entries = statesIn(items).map((state) => {
    const own = groups.get(state) ?? [];
    const bytes = own.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    const word = state === "trash" ? html`<b>trash</b>` : html`<b>${state}</b> ${STATE_TITLES[state]}`;
    return html`<li>
      <i class="swatch s-${state} go"></i>${word} <span class="muted">${size(bytes)} in ${number(own.length)}</span>
    </li> `;
  });
  return html`<ul class="legend">
    ${entries}
  </ul>`;
}

export function statesIn(items: readonly ReportItem[]): readonly ItemState[] {
  const there = new Set(items.map(({ state }) => state));
  const all: readonly ItemState[] = ["orphan", "stale", "unreachable", "unidentified", "debris", "live", "trash"];
  return all.filter((state) => there.has(state));
}
