/**
 * The map as SVG. Each cell is a link to its row in the table, which says the same as text; positions are attributes, as
 * the file's policy forbids styles in markup.
 */
import { classOf } from "./items.ts";
import { html, type Markup } from "./markup.ts";
import type { Box, MapCell, MapHeading, MapShape } from "./treemap.ts";

/** Less has no room for a few letters, or for a second line. */
const LABEL = { width: 34, height: 18 };
const SECOND_LINE = 34;

export function mapSvg(name: string, parts: readonly (MapCell | MapHeading)[], shape: MapShape): Markup {
  const first = parts.findIndex(({ kind }) => kind === "cell");
  const shown = parts.map((part, at) => (part.kind === "cell" ? cellSvg(part, shape, at === first) : headingSvg(part)));
  return html`<svg
    class="map ${name}"
    role="group"
    aria-label="Map of disk use"
    aria-describedby="map-text"
    height="${shape.height}"
  >
    ${shown}
  </svg> `;
}

/** The first one can be reached by the keyboard; the script moves on from there. */
function cellSvg(cell: MapCell, shape: MapShape, isFirst: boolean): Markup {
  const { box, item, size, state, frees } = cell;
  const label = cut(cell.label);
  const target = item === null ? "#table" : `#e${item.number}`;
  const said = `${label}, ${size}, ${state}${frees ? ", prune would free it" : ""}`;
  const width = (box.width / 100) * shape.width;
  const hasLabel = width >= LABEL.width && box.height >= LABEL.height;
  const hasSize = hasLabel && box.height >= SECOND_LINE;
  const text = hasLabel
    ? textSvg(
        html`<p>${label}</p>
          ${hasSize ? html` <p class="sub">${size}</p>` : ""}`,
      )
    : "";
  return html`<a href="${target}" tabindex="${isFirst ? "0" : "-1"}" class="${classOf(cell)}" aria-label="${said}"
    ><svg ${attributes(box)}>
      <rect width="100%" height="100%" />
      ${text}
    </svg></a
  >`;
}

function headingSvg({ box, label, depth }: MapHeading): Markup {
  return html`<svg class="h${depth}" ${attributes(box)}>${textSvg(html`<p>${cut(label)}</p>`)}</svg>`;
}

/** Text of HTML ends in dots where it does not fit, at any width; text of SVG does not. */
function textSvg(content: Markup): Markup {
  return html`<foreignObject width="100%" height="100%"><div>${content}</div></foreignObject>`;
}

function attributes({ x, y, width, height }: Box): Markup {
  return html`x="${x}%" y="${y}" width="${width}%" height="${height}"`;
}

/** The row has all of it. */
function cut(text: string): string {
  const characters = [...text];
  return characters.length <= 120 ? text : `${characters.slice(0, 119).join("")}…`;
}
