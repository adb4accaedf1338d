/** What a row of a table says, and how its parts are worded in the room there is. */
import type { Snapshots } from "../model/plan.ts";
import { glyphsOf, type Look } from "./look.ts";
import type { Wording } from "./sentences/reasons.ts";
import { columnsOf, cutEnd, wrap } from "./width.ts";
import { count, day, moment, number, shortDay, size } from "./words.ts";

export interface Row {
  /** Verdict, or what happens to it. */
  readonly word: string;
  readonly tone: "goes" | "held" | "plain";
  /** Null where it was not measured. */
  readonly bytes: number | null;
  /** The size is a lower bound: not everything could be read. */
  readonly partly: boolean;
  readonly when: string;
  /** The subject as it was read; null where nobody knows it. */
  readonly path: string | null;
  readonly id: string;
  readonly why: Wording;
  /** Left out of the table where no row has it; null where nobody could count. */
  readonly snapshots?: Snapshots | null;
  /** An error is never cut: it goes on over as many lines as it needs. */
  readonly whole?: boolean;
}

/** The lines below an entry: the reason, one line unless it must stay whole. */
export function reasonLines(row: Row, width: number, look: Look): readonly string[] {
  return row.whole === true ? wrap(row.why.full, width, look) : [reasonLine(row, width, look)];
}

/**
 * Reason and snapshots in the longest form that fits. In the very last the reason is left out: the row's verdict says
 * it in a word, and how many snapshots go is said nowhere else.
 */
function reasonLine({ why, snapshots }: Row, width: number, look: Look): string {
  const tiny = why.tiny ?? why.brief;
  const fits = (form: string): boolean => columnsOf(form) <= width;
  if (snapshots === undefined) return [why.full, why.brief, tiny].find(fits) ?? cutEnd(tiny, width, look);
  const { long, short } = snapshotsTexts(snapshots, look);
  const forms = [
    `${why.full}; ${long}`,
    `${why.brief}; ${long}`,
    `${why.brief}; ${short}`,
    `${tiny}; ${short}`,
    long,
    short,
  ];
  return forms.find(fits) ?? cutEnd(short, width, look);
}

export function snapshotsCell(snapshots: Snapshots | null, look: Look): string {
  if (snapshots === null) return "?";
  if (snapshots.count === 0) return "none";
  return snapshots.last === null
    ? number(snapshots.count)
    : `${number(snapshots.count)}, last ${day(snapshots.last, look)}`;
}

function snapshotsTexts(snapshots: Snapshots | null, look: Look): { readonly long: string; readonly short: string } {
  if (snapshots === null) return { long: "snapshots not counted", short: "? snapshots" };
  if (snapshots.count === 0) return { long: "no snapshots", short: "no snapshots" };
  const many = count(snapshots.count, "snapshot");
  if (snapshots.last === null) return { long: many, short: many };
  const last = snapshots.count === 1 ? "taken" : "the last one";
  return {
    long: `${many}, ${last} ${moment(snapshots.last, look)}`,
    short: `${many}, ${shortDay(snapshots.last, look)}`,
  };
}

export function sizeText({ bytes, partly }: Row, look: Look): string {
  if (bytes === null) return "?";
  return partly ? glyphsOf(look).atLeast + size(bytes) : size(bytes);
}
