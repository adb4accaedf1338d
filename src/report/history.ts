/** `history`: the sweeps of each base, one per line, newest first. */
import type { BaseRef } from "../model/home.ts";
import type { SweepRecord } from "../model/state.ts";
import type { DocumentOf } from "./schema.ts";
import { envelope, ownerOf, type Meta } from "./envelope.ts";
import { sweepDocument } from "./json.ts";
import { widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, page, renderNothingFound } from "./notices.ts";
import { sweepWords } from "./sweeps.ts";
import { wrap } from "./width.ts";
import { count } from "./format.ts";

/** The recorded sweeps of one base, newest first. */
export interface HistoryView {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
}

/** `alone`: print only the number of sweeps. */
export function renderHistory(
  views: readonly HistoryView[],
  look: RenderContext,
  { alone = false }: { readonly alone?: boolean } = {},
): string {
  const existing = views.filter(({ exists, sweeps }) => exists || sweeps.length > 0);
  if (existing.length === 0)
    return renderNothingFound(
      views.map(({ ref }) => ref.path),
      look,
    );
  if (alone)
    return `${count(
      existing.reduce((sum, { sweeps }) => sum + sweeps.length, 0),
      "sweep",
    )}\n`;
  return page(existing.flatMap((view) => [baseHeading(view, look), ...sweepRows(view, look), ""]));
}

function sweepRows({ sweeps }: HistoryView, look: RenderContext): readonly string[] {
  if (sweeps.length === 0) return ["No automatic sweep has run yet."];
  return sweeps.flatMap((sweep) => wrap(sweepWords(sweep, look), widthOf(look), look, "  "));
}

export function historyJson(views: readonly HistoryView[], meta: Meta): DocumentOf<"history"> {
  return {
    ...envelope("history", meta, "done", null),
    bases: views.map(({ ref, exists, sweeps }) => ({
      ...ownerOf(ref),
      exists,
      sweeps: sweeps.map(sweepDocument),
    })),
  };
}
