/** The table of everything: complete without the script, which adds order, filters and buttons that copy. */
import { glyphsOf, type RenderContext } from "../render-context.ts";
import { size } from "../format.ts";
import { classOf, type ReportItem } from "./items.ts";
import { STATE_TITLES, statesIn } from "./legend.ts";
import { html, type Markup, withoutClosingTags } from "./markup.ts";

/** `data-sort`: what the script orders by. */
const HEADINGS = [
  { text: "Directory", sort: "name" },
  { text: "Size", sort: "size" },
  { text: "Last used", sort: "age" },
  { text: "Verdict", sort: "state" },
  { text: "Why, and what acts on it", sort: null },
] as const;

export function itemsTable(items: readonly ReportItem[], look: RenderContext): Markup {
  const several = new Set(items.map(({ agent }) => agent)).size > 1;
  const headings = HEADINGS.map(({ text, sort }) =>
    sort === null ? html`<th scope="col">${text}</th>` : html`<th scope="col" data-sort="${sort}">${text}</th>`,
  );
  return html`${filters(items)}
    <table class="items" id="items">
      <caption class="unseen">
        Everything that was found
      </caption>
      <thead>
        <tr>
          ${headings}
        </tr>
      </thead>
      <tbody>
        ${withoutClosingTags(items.map((item) => rowOf(item, several, look)))}
      </tbody>
    </table>
    <p class="more only-script" hidden>
      <button type="button" id="more">Show more</button> <button type="button" id="all">Show all</button>
    </p>`;
}

/** What can be read from the cells is not repeated for the script. */
function rowOf(item: ReportItem, several: boolean, look: RenderContext): Markup {
  const { number: at, agent, kind, id, name, path, bytes, partly, when, state, why, command } = item;
  const seconds = item.at === null ? "" : String(Math.round(item.at / 1000));
  const sizeText = bytes === null ? "?" : partly ? glyphsOf(look).atLeast + size(bytes) : size(bytes);
  const where = path === null || path === name ? html`` : html`<span>${path}</span>`;
  const owner = several ? `${agent} · ` : "";
  const verdict = state === "trash" ? "in the trash" : state;
  return html`<tr id="e${at}" data-b="${bytes ?? ""}" data-t="${seconds}" ${several ? html` data-a="${agent}"` : ""}>
    <th scope="row"><b>${name}</b>${where}<small>${owner}${kind} · ${id}</small></th>
    <td>${sizeText}</td>
    <td>${when}</td>
    <td><i class="${classOf(item)}">${verdict}</i></td>
    <td>${why}<br /><code>${command}</code></td>
  </tr>`;
}

function filters(items: readonly ReportItem[]): Markup {
  const agents = [...new Set(items.map(({ agent }) => agent))];
  const states = statesIn(items).map(
    (state) =>
      html`<option value="${state}">
        ${state === "trash" ? STATE_TITLES.trash : `${state}: ${STATE_TITLES[state]}`}
      </option>`,
  );
  const agent =
    agents.length < 2
      ? html``
      : html`<label
          >Agent
          <select id="agent">
            <option value="">all</option>
            ${agents.map((one) => html`<option>${one}</option>`)}
          </select></label
        >`;
  return html`<form class="filters only-script" id="filters" hidden>
    <label class="wide"
      >Find
      <input type="search" id="find" placeholder="directory, id, kind or reason" autocomplete="off" spellcheck="false"
    /></label>
    <label
      >Verdict
      <select id="state">
        <option value="">all</option>
        ${states}
      </select></label
    >
    ${agent}
    <label
      >Order
      <select id="order">
        <option value="size">largest first</option>
        <option value="age">oldest first</option>
        <option value="name">by name</option>
        <option value="state">by verdict</option>
      </select></label
    >
    <label class="check"><input type="checkbox" id="frees" /> only what prune removes</label>
    <output id="count" aria-live="polite"></output>
  </form>`;
}
