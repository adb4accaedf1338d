/** The parts of the page beside map, ages and table: kinds, earlier runs, and what is only shown. */
import type { HistoryRun } from "../../model/history.ts";
import type { OtherPlace } from "../../model/others.ts";
import type { Plan, PlannedBase } from "../../model/plan.ts";
import { byKindRows, KIND_HEADINGS } from "../by-kind.ts";
import { ago, count, moment, number } from "../format.ts";
import { doneWords, nameOfStarter, placeWords, whatRan } from "../history.ts";
import { capLines, clockLines, errorLines, foreignLines, keepLines } from "../notices.ts";
import { OTHER_HEADINGS, otherRows } from "../others.ts";
import { pathText } from "../paths.ts";
import { command, type RenderContext } from "../render-context.ts";
import type { KindsAt } from "../growth.ts";
import { sweepLines, withSameHint } from "../sweeps.ts";
import { cellsTable } from "./cells-table.ts";
import { html, type Markup } from "./markup.ts";

export function kindsSection(plan: Plan, look: RenderContext, kindsAt: KindsAt): Markup {
  const rows = byKindRows(plan, look, kindsAt).map((cells) =>
    cells.map((cell, at) => (at === cells.length - 1 && cell !== "" ? html`<code>${cell}</code>` : html`${cell}`)),
  );
  if (rows.length < 2) return html``;
  return html`<section id="kinds">
    <h2>By kind</h2>
    ${cellsTable("Size of each kind, and what frees some of it", KIND_HEADINGS.map(inLowerCase), rows, [1, 2, 3])}
  </section>`;
}

/** What could not be read, and what else a person should know about the bases. */
export function noticesSection({ bases }: Plan, look: RenderContext): Markup {
  const notices = bases.flatMap((base) => {
    const lines = [
      ...errorLines(base, look),
      ...clockLines(base, look),
      ...capLines(base, look),
      ...keepLines(base.keepProblems ?? [], look),
      ...foreignLines(base, false, { ...look, columns: 100 }),
    ];
    return lines.length === 0 ? [] : [noticeOf(base, lines, look)];
  });
  return notices.length === 0
    ? html``
    : html`<section id="notices">
        <h2>Notices</h2>
        <dl class="notices">${notices}</dl>
      </section>`;
}

function noticeOf({ ref }: PlannedBase, lines: readonly string[], look: RenderContext): Markup {
  return html`<dt>${pathText(ref.path, look)}</dt>
    ${lines.map((line) => html`<dd>${line}</dd>`)} `;
}

/** More are folded away. */
const RUNS_SHOWN = 10;
const RUN_HEADINGS = ["Run", "When", "What ran", "What it did"] as const;

export function runsSection(runs: readonly HistoryRun[], plan: Plan, look: RenderContext, kindsAt: KindsAt): Markup {
  const rows = runs.map((run) => runCells(run, plan.bases.length > 1, look));
  const table = (some: readonly (readonly Markup[])[], caption: string): Markup =>
    some.length === 0 ? html`` : cellsTable(caption, RUN_HEADINGS, some, [0]);
  const rest = rows.slice(RUNS_SHOWN);
  return html`<section id="runs">
    <h2>Earlier runs</h2>
    ${rows.length === 0 ? html`<p>No run has removed anything yet.</p>` : html``}
    ${table(rows.slice(0, RUNS_SHOWN), "Earlier runs")}
    ${
      rest.length === 0
        ? html``
        : html`<details>
            <summary>${number(rest.length)} before these</summary>
            ${table(rest, "Runs before these")}
          </details>`
    }
    ${automaticLines(plan, look, kindsAt)}
  </section>`;
}

function runCells(run: HistoryRun, several: boolean, look: RenderContext): readonly Markup[] {
  const many = run.items.length;
  const back = many === 0 ? "" : `; ${count(many, "item")} can be put back`;
  const undo = many === 0 ? html`` : html`<br /><code>${command(`undo ${run.number}`, look)}</code>`;
  const where = several ? ` in ${placeWords(run, look)}` : "";
  return [
    html`${run.number}`,
    html`${moment(run.at, look)} <small>${ago(run.at, look)}</small>`,
    html`${whatRan(run)}${where} <small>${nameOfStarter(run, look)}</small>`,
    html`${doneWords(run, look)}${back}${undo}`,
  ];
}

function automaticLines({ bases }: Plan, look: RenderContext, kindsAt: KindsAt): Markup {
  const same = withSameHint(bases, look, kindsAt);
  const shown = bases.filter(({ error, exists }) => error === null && exists);
  if (shown.length === 0) return html``;
  return html`<h3>Automatic sweeps</h3>
    <dl class="notices">${shown.map((base) => noticeOf(base, sweepLines(base, look, kindsAt, same), look))}</dl>`;
}

export function othersSection(places: readonly OtherPlace[], look: RenderContext): Markup {
  if (places.length === 0) return html``;
  const rows = otherRows(places, look).map((cells) => cells.map((cell) => html`${cell}`));
  return html`<section id="others">
    <h2>Other programs</h2>
    ${cellsTable("Other programs", OTHER_HEADINGS.map(inLowerCase), rows, [1, 2])}
  </section>`;
}

/** Headings of a terminal are in capitals. */
function inLowerCase(heading: string): string {
  return heading.charAt(0) + heading.slice(1).toLowerCase();
}
