/** A small table of texts. */
import { html, type Markup } from "./markup.ts";

/** On a phone each row is a block, in which every value has its heading before it. */
export function cellsTable(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly Markup[])[],
  numbers: readonly number[],
): Markup {
  const name = (at: number): string => (numbers.includes(at) ? "num" : "");
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, at) => html`<td class="${name(at)}" data-label="${headings[at] ?? ""}">${cell}</td>`)}
      </tr>`,
  );
  return html`<table class="cells">
    <caption class="unseen">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${headings.map((text, at) => html`<th scope="col" class="${name(at)}">${text}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}
