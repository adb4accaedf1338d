/** The values of a row, and their wording for the available width. */
import type { Snapshots } from "../model/entry.ts";
import { glyphsOf, type RenderContext } from "./render-context.ts";
import { wrap } from "./width.ts";
import { count, day, moment, number, size } from "./format.ts";

export interface Row {
  /** The verdict, or the planned action. */
  readonly word: string;
  readonly tone: "danger" | "warning" | "plain";
  /** Null where it was not measured. */
  readonly bytes: number | null;
  /** The size is a lower bound, because not everything could be read. */
  readonly partly: boolean;
  readonly when: string;
  /** The subject as it was read; null where it is unknown. The column is left out where no row has one. */
  readonly path?: string | null;
  readonly id: string;
  readonly why: string;
  /** The column is left out where no row has it; null where counting failed. */
  readonly snapshots?: Snapshots | null;
}

/** Reason and snapshots below an entry, on as many lines as they need, since they appear nowhere else. */
export function reasonLines({ why, snapshots }: Row, width: number, look: RenderContext): readonly string[] {
  const parts = [why, snapshots === undefined ? "" : snapshotsText(snapshots, look)].filter((part) => part !== "");
  return parts.length === 0 ? [] : wrap(parts.join("; "), width, look);
}

export function snapshotsCell(snapshots: Snapshots | null, look: RenderContext): string {
  if (snapshots === null) return "?";
  if (snapshots.count === 0) return "none";
  return snapshots.last === null
    ? number(snapshots.count)
    : `${number(snapshots.count)}, last ${day(snapshots.last, look)}`;
}

function snapshotsText(snapshots: Snapshots | null, look: RenderContext): string {
  if (snapshots === null) return "snapshots not counted";
  if (snapshots.count === 0) return "no snapshots";
  const many = count(snapshots.count, "snapshot");
  if (snapshots.last === null) return many;
  return `${many}, ${snapshots.count === 1 ? "taken" : "the last one"} ${moment(snapshots.last, look)}`;
}

export function sizeText({ bytes, partly }: Row, look: RenderContext): string {
  if (bytes === null) return "?";
  return partly ? glyphsOf(look).atLeast + size(bytes) : size(bytes);
}
