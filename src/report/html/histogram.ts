/** How long ago things were last used: a table whose bars have the colours of the map. */
import { DAY } from "../../model/time.ts";
import { number, size } from "../format.ts";
import { groupBy } from "./group-by.ts";
import { classOf, type ReportItem } from "./items.ts";
import { html, type Markup } from "./markup.ts";

/** The edges are those in which retentions are thought of: a day, a week, a month, a year. */
const AGES = [
  { name: "under a day", below: DAY },
  { name: "1 to 7 days", below: 7 * DAY },
  { name: "1 to 4 weeks", below: 28 * DAY },
  { name: "1 to 3 months", below: 91 * DAY },
  { name: "3 to 12 months", below: 365 * DAY },
  { name: "over a year", below: Infinity },
] as const;
const UNKNOWN = "unknown";

interface Bucket {
  readonly name: string;
  readonly items: readonly ReportItem[];
  readonly bytes: number;
}

/** What is in the trash has no last use. */
export function agesTable(items: readonly ReportItem[], now: number): Markup {
  const buckets = bucketsOf(
    items.filter(({ state }) => state !== "trash"),
    now,
  );
  const most = Math.max(1, ...buckets.map(({ bytes }) => bytes));
  const rows = buckets.map(
    ({ name, items: own, bytes }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="bar">${barOf(own, most)}</td>
        <td class="num">${size(bytes)}</td>
        <td class="num">${number(own.length)}</td>
      </tr> `,
  );
  return html`<table class="ages">
    <caption class="unseen">
      Size and number of entries by last use
    </caption>
    <thead>
      <tr>
        <th scope="col">Last used</th>
        <td></td>
        <th scope="col" class="num">Size</th>
        <th scope="col" class="num">Number</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

export function bucketsOf(items: readonly ReportItem[], now: number): readonly Bucket[] {
  const named = groupBy<ReportItem, string>(items, ({ at }) =>
    at === null ? UNKNOWN : (AGES.find(({ below }) => now - at < below)?.name ?? UNKNOWN),
  );
  const names = [...AGES.map(({ name }) => name), ...(named.has(UNKNOWN) ? [UNKNOWN] : [])];
  return names.map((name) => {
    const own = named.get(name) ?? [];
    return { name, items: own, bytes: own.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) };
  });
}

/** What a prune would free comes first, so that it can be compared from bar to bar. */
function barOf(items: readonly ReportItem[], most: number): Markup {
  const groups = groupBy(items, ({ state, frees }) => `${frees ? "0" : "1"} ${state}`);
  let at = 0;
  const parts = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own;
      const bytes = own.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
      if (first === undefined || bytes === 0) return [];
      const [x, width] = [percent(at, most), percent(bytes, most)];
      at += bytes;
      return [html`<rect class="${classOf(first)}" x="${x}%" width="${width}%" height="100%" />`];
    });
  return html`<svg aria-hidden="true" height="16">${parts}</svg>`;
}

function percent(bytes: number, most: number): number {
  return Math.round((bytes / most) * 10_000) / 100;
}
