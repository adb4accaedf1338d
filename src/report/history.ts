/** `history`: the sweeps of each base, one per line, newest first. */
import type { BaseRef } from "../model/home.ts";
import type { BaseError } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import type { DocumentOf } from "./schema.ts";
import { endingOf, envelopeOf, ownerOf, type Meta } from "./envelope.ts";
import { sweepDocument } from "./json.ts";
import { widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, errorLines, page, renderNothingFound } from "./notices.ts";
import { sweepWords } from "./sweeps.ts";
import { wrap } from "./width.ts";
import { count } from "./format.ts";

/** The recorded sweeps of one base, newest first. */
export interface HistoryView {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
  readonly error: BaseError | null;
}

/** `alone`: print only the number of sweeps. */
export function renderHistory(
  views: readonly HistoryView[],
  look: RenderContext,
  { alone = false }: { readonly alone?: boolean } = {},
): string {
  const existing = views.filter(({ exists, sweeps, error }) => exists || sweeps.length > 0 || error !== null);
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

function sweepRows({ sweeps, error }: HistoryView, look: RenderContext): readonly string[] {
  if (error !== null) return errorLines({ error }, look);
  if (sweeps.length === 0) return ["No automatic sweep has run yet."];
  return sweeps.flatMap((sweep) => wrap(sweepWords(sweep, look), widthOf(look), look, "  "));
}

export function historyJson(views: readonly HistoryView[], meta: Meta): DocumentOf<"history"> {
  const bases = views.map(({ ref, exists, sweeps, error }) => ({
    ...ownerOf(ref),
    exists,
    ...endingOf({ ref, error }, null),
    sweeps: sweeps.map(sweepDocument),
  }));
  return {
    ...envelopeOf("history", meta, bases, null),
    bases,
  };
}
