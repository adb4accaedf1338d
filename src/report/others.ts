/** What is only shown, at the end of `status`: programs that are no agents here, the largest first. */
import type { OtherPlace } from "../model/others.ts";
import { columnsTable } from "./columns.ts";
import { ago, number, size } from "./format.ts";
import { integer, isoOrNull } from "./json-values.ts";
import { pathText } from "./paths.ts";
import { type RenderContext, widthOf } from "./render-context.ts";
import type { OtherDocument } from "./schema/run.ts";
import { wrap } from "./width.ts";

export const OTHER_HEADINGS = ["PROGRAM", "SIZE", "FILES", "OLDEST", "NEWEST", "CLEANED BY", "PLACE"] as const;
const RIGHT: ReadonlySet<number> = new Set([1, 2]);

export function otherLines(places: readonly OtherPlace[], look: RenderContext): readonly string[] {
  if (places.length === 0) return [];
  const rows = otherRows(places, look);
  const table =
    columnsTable(OTHER_HEADINGS, rows, RIGHT, look) ??
    rows.flatMap(([title = "", bytes = "", files = "", oldest = "", newest = "", by = "", place = ""]) => {
      const many = files === "1" ? "1 file" : `${files} files`;
      const ages = oldest === newest ? newest : `${oldest} to ${newest}`;
      const cleaned = by === "-" ? "" : `; cleaned by ${by}`;
      return wrap(`${title}: ${bytes} in ${many}, ${ages}${cleaned}; ${place}`, widthOf(look), look, "  ");
    });
  return ["Other programs, only shown", ...table, ""];
}

/** The cells of each. */
export function otherRows(places: readonly OtherPlace[], look: RenderContext): readonly (readonly string[])[] {
  return places.map((place) => cellsOf(place, look));
}

function cellsOf({ title, path, cleaning, extent }: OtherPlace, look: RenderContext): readonly string[] {
  const by = cleaning === null ? "-" : cleaning === "by itself" ? "itself" : cleaning.command;
  const place = pathText(path, look);
  const { bytes, files, oldest, newest, partial } = extent;
  const time = (at: number | null): string => (at === null ? "-" : ago(at, look));
  return [title, `${partial ? ">" : ""}${size(bytes)}`, number(files), time(oldest), time(newest), by, place];
}

export function otherDocument({ title, path, cleaning, extent }: OtherPlace): OtherDocument {
  return {
    program: title,
    path,
    cleaning: cleaning === null || cleaning === "by itself" ? cleaning : cleaning.command,
    bytes: integer(extent.bytes),
    files: extent.files,
    oldest: isoOrNull(extent.oldest),
    newest: isoOrNull(extent.newest),
    partial: extent.partial,
  };
}
