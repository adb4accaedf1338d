/** `history`: the sweeps of each base, a line each, newest first. */
import type { BaseRef } from "../model/home.ts";
import type { SweepRecord } from "../model/state.ts";
import type { HistoryDocument } from "./documents.ts";
import { envelope, sweepDocument, type Meta } from "./json.ts";
import { widthOf, type Look } from "./look.ts";
import { baseHeading, page, renderNothingFound } from "./notices.ts";
import { sweepWords } from "./sweeps.ts";
import { wrap } from "./width.ts";
import { count } from "./words.ts";

/** The sweeps that are remembered of one base, newest first. */
export interface HistoryView {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
}

/** `alone`: the number of sweeps and no more. */
export function renderHistory(
  views: readonly HistoryView[],
  look: Look,
  { alone = false }: { readonly alone?: boolean } = {},
): string {
  const there = views.filter(({ exists, sweeps }) => exists || sweeps.length > 0);
  if (there.length === 0)
    return renderNothingFound(
      views.map(({ ref }) => ref.path),
      look,
    );
  if (alone)
    return `${count(
      there.reduce((sum, { sweeps }) => sum + sweeps.length, 0),
      "sweep",
    )}\n`;
  return page(there.flatMap((view) => [baseHeading(view, look), ...sweepRows(view, look), ""]));
}

function sweepRows({ sweeps }: HistoryView, look: Look): readonly string[] {
  if (sweeps.length === 0) return ["No sweep is remembered."];
  return sweeps.flatMap((sweep) => wrap(sweepWords(sweep, look), widthOf(look), look, "  "));
}

export function historyJson(views: readonly HistoryView[], meta: Meta): HistoryDocument {
  return {
    ...envelope("history", meta, "done", null),
    bases: views.map(({ ref, exists, sweeps }) => ({
      path: ref.path,
      home: ref.home,
      profile: ref.profile,
      exists,
      sweeps: sweeps.map(sweepDocument),
    })),
  };
}
