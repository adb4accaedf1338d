/** How the page begins: what can be freed of how much, and why the rest stays, with the numbers of `status`. */
import type { Plan, PlannedEntry } from "../../model/plan.ts";
import { capitalized, number, size } from "../format.ts";
import { placesOf } from "../is-empty.ts";
import { keptGroups } from "../kept.ts";
import { renderNothingFound } from "../notices.ts";
import { counted } from "../nouns.ts";
import { command, type RenderContext } from "../render-context.ts";
import { entriesSize } from "../sections.ts";
import { automaticPart, ruleGroups } from "../summary.ts";
import { type Sum, sumOf } from "../sums.ts";
import { isRemoval, removalsOf, scannedOf, tallyOf } from "../totals.ts";
import { cellsTable } from "./cells-table.ts";
import { html, type Markup } from "./markup.ts";

/** `You can free 9.8 GB of 12.1 GB`, as `status` says it, and the command that does it. */
export function headline(plan: Plan, limits: readonly string[], look: RenderContext): Markup {
  const { all, removals, trash } = tallyOf(plan);
  const entries = everythingIn(plan);
  const many = counted(scannedOf(plan), look);
  if (entries.length + trash.count === 0 && plan.bases.every(({ error }) => error === null))
    return html`<h1>Nothing to show</h1>
      <p class="lead">${renderNothingFound(placesOf(plan), look).trim()}</p>`;
  if (removals.count === 0)
    return html`<h1>Nothing to free <span class="muted">of ${unbroken(size(all.bytes))}</span></h1>
      <p class="lead">${many}: in use, or kept to be safe.</p>
      ${leftOut(entries, limits, look)}`;
  return html`<h1>
      You can free ${unbroken(size(removals.bytes))} <span class="muted">of ${unbroken(size(all.bytes))}</span>
    </h1>
    <p class="lead">${number(removals.count)} of ${many} would be removed.</p>
    <p class="do">
      <code>${command(["prune", ...limits].join(" "), look)}</code>
      <span class="muted">shows them again, and asks first</span>
    </p>
    ${leftOut(entries, limits, look)}`;
}

/** What is removed and what stays, by reason. */
export function reasonsSection(plan: Plan, look: RenderContext): Markup {
  const tally = tallyOf(plan);
  const table = (caption: string, groups: readonly { readonly words: string; readonly sum: Sum }[]): Markup =>
    groups.length === 0
      ? html``
      : html`<div>
          <h3>${caption}</h3>
          ${cellsTable(
            caption,
            ["Why", "Size"],
            groups.map(({ words, sum }) => [html`${words}`, html`${size(sum.bytes)}`]),
            [1],
          )}
        </div>`;
  const removed = table("Prune would remove", ruleGroups(plan, removalsOf(plan)));
  const kept = table("Stays", keptGroups(tally));
  if (removed.markup + kept.markup === "") return html``;
  const automatic = automaticPart(plan, tally, look);
  return html`<section id="reasons">
    <h2>What prune frees</h2>
    <div class="beside">${removed}${kept}</div>
    <p class="muted">${capitalized(automatic)}.</p>
  </section>`;
}

/** Also what a selection leaves out, and what is no repo. */
function everythingIn({ bases }: Plan): readonly PlannedEntry[] {
  return bases.flatMap(({ entries }) => entries);
}

function leftOut(all: readonly PlannedEntry[], limits: readonly string[], look: RenderContext): Markup {
  const left = all.filter(({ isUnselected }) => isUnselected === true);
  if (left.length === 0) return html``;
  return html`<p class="muted">
    Map, ages and table show what matches <code>${limits.join(" ")}</code>; ${entriesSize(left, look)} left out.
  </p>`;
}

function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** What there is, in three parts. */
export function tiles(plan: Plan, look: RenderContext): Markup {
  const { removals, trash, trashToDestroy } = tallyOf(plan);
  const all = everythingIn(plan);
  const kept = all.filter((entry) => !isRemoval(entry));
  const due = trashToDestroy.count === 0 ? "" : `, of which ${number(trashToDestroy.count)} can be deleted`;
  const shown = [
    tile("On the disk", sumOf(all).bytes + trash.bytes, html`with what is in the trash`),
    tile("Prune frees", removals.bytes, html`${counted(removalsOf(plan), look)}`),
    tile("Stays", sumOf(kept).bytes, html`${counted(kept, look)}`),
    tile(
      "In the trash",
      trash.bytes,
      trash.count === 0
        ? html`nothing`
        : html`${number(trash.count)}${due}: <code>${command("trash empty", look)}</code>`,
    ),
  ];
  return html`<dl class="tiles">${shown}</dl>`;
}

function tile(title: string, bytes: number, text: Markup): Markup {
  return html`<div class="tile">
    <dt>${title}</dt>
    <dd><b>${size(bytes)}</b><span>${text}</span></dd>
  </div> `;
}
