/**
 * `checkpoints report --html`: one file that needs no network and no server. Its policy allows one style sheet and one
 * script, by their hashes, and nothing else; so a name that was taken for markup could load and run nothing. Pure: the
 * same input gives the same file.
 */
import type { OtherPlace } from "../../model/others.ts";
import type { HistoryRun } from "../../model/history.ts";
import type { Plan } from "../../model/plan.ts";
import type { SortKey } from "../../model/row-order.ts";
import { moment, number } from "../format.ts";
import { isEmpty } from "../is-empty.ts";
import type { RenderContext } from "../render-context.ts";
import type { KindsAt } from "../growth.ts";
import { agesTable } from "./histogram.ts";
import { itemsOf, type ReportItem } from "./items.ts";
import { legend } from "./legend.ts";
import { html, type Markup } from "./markup.ts";
import { headline, reasonsSection, tiles } from "./overview.ts";
import { kindsSection, noticesSection, othersSection, runsSection } from "./sections.ts";
import { itemsTable } from "./table.ts";
import { mapSvg } from "./treemap-svg.ts";
import { mapOf } from "./treemap.ts";

export interface ReportInput {
  readonly plan: Plan;
  readonly runs: readonly HistoryRun[];
  readonly others: readonly OtherPlace[];
  readonly kindsAt: KindsAt;
  readonly sort: SortKey | null;
  /** The limits of the selection, as they are typed. */
  readonly limits: readonly string[];
  readonly version: string;
}

/** How every report begins: a file that does is one, and may be replaced. */
export const REPORT_START = "<!doctype html>\n<!-- checkpoint-gc report -->\n";

/** For windows, and for phones: a map that was only scaled down could not be read there. */
const WIDE = { width: 1120, height: 560, most: 1500 };
const NARROW = { width: 360, height: 560, most: 500 };

export function renderReport(input: ReportInput, around: RenderContext): string {
  const { plan, kindsAt, sort, limits, version } = input;
  // For a browser, whatever terminal it is made in.
  const look = { ...around, columns: null, colour: false, unicode: true };
  const items = itemsOf(plan, look, { sort, kindsAt });
  const { script, scriptHash, style, styleHash } = __REPORT_PAGE__;
  const policy = `default-src 'none'; script-src '${scriptHash}'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`;
  const made = `checkpoint-gc ${version}, ${moment(plan.now, { ...look, now: 0 })}`;
  const parts = partsOf(input, items, look);
  return `${REPORT_START}${html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${policy}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <title>Checkpoints: where the disk goes</title>
      ${element("style", style)} ${element("script", script)}
    </head>
    <body>
      <header>
        <p class="muted">Snapshots and sessions of coding agents, as of ${moment(plan.now, look)}</p>
        ${headline(plan, limits, look)} ${isEmpty(plan) ? html`` : tiles(plan, look)} ${contents(parts)}
      </header>
      <main>${parts}</main>
      <footer>
        <p class="muted">
          Made by ${made}. This file loads nothing and sends nothing. It contains paths of this computer.
        </p>
      </footer>
      <div id="tip" role="tooltip" hidden></div>
      <div id="said" class="unseen" role="status"></div>
    </body>
  </html> `.markup.trimEnd()}\n`;
}

/** Byte by byte what its hash is of. */
function element(name: string, text: string): Markup {
  return { markup: `<${name}>${text}</${name}>` };
}

/** What is long comes last. */
function partsOf(
  { plan, runs, others, kindsAt }: ReportInput,
  items: readonly ReportItem[],
  look: RenderContext,
): readonly Markup[] {
  const isAnything = items.length > 0;
  const parts = [
    ...(isAnything ? [mapSection(items), agesSection(items, plan.now)] : []),
    reasonsSection(plan, look),
    kindsSection(plan, look, kindsAt),
    runsSection(runs, plan, look, kindsAt),
    othersSection(others, look),
    noticesSection(plan, look),
    ...(isAnything ? [tableSection(items, look)] : []),
  ];
  return parts.filter(({ markup }) => markup !== "");
}

/** A link to each part, by its heading. */
function contents(parts: readonly Markup[]): Markup {
  const links = parts.flatMap(({ markup }) => {
    const [, id = "", title = ""] = /^<section id="(\w+)">\s*<h2>([^<]*)<\/h2>/.exec(markup) ?? [];
    return id === "" ? [] : [html`<li><a href="#${id}">${title}</a></li>`];
  });
  return html`<nav aria-label="Parts of this page">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function mapSection(items: readonly ReportItem[]): Markup {
  const unsized = items.filter(({ bytes }) => bytes === null).length;
  const missing = unsized === 0 ? "" : ` ${number(unsized)} of unknown size have no cell.`;
  return html`<section id="map">
    <h2>Where the space is</h2>
    <p id="map-text" class="muted">
      A full color is what prune frees, a pale one stays. The <a href="#table">table</a> says the same as
      text.${missing}
      <span class="only-script keys" hidden>Arrow keys move from cell to cell; Enter shows its row.</span>
    </p>
    ${mapSvg("at-wide", mapOf(items, WIDE), WIDE)}${mapSvg("at-narrow", mapOf(items, NARROW), NARROW)} ${legend(items)}
  </section>`;
}

function agesSection(items: readonly ReportItem[], now: number): Markup {
  return html`<section id="ages">
    <h2>How old it is</h2>
    ${agesTable(items, now)}
  </section>`;
}

function tableSection(items: readonly ReportItem[], look: RenderContext): Markup {
  return html`<section id="table">
    <h2>Everything</h2>
    ${itemsTable(items, look)}
  </section>`;
}
