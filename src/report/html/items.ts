/** What the report shows one by one: the entries and the trash of a plan, as text, with the command for each. */
import { goesIfTaken } from "../../model/judgement.ts";
import type { Plan, PlannedBase, PlannedEntry } from "../../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../../model/trash.ts";
import { INCLUDED, type Verdict } from "../../model/reasons.ts";
import type { SortKey } from "../../model/row-order.ts";
import { pathText } from "../paths.ts";
import { commandOn } from "../named-command.ts";
import { command, type RenderContext } from "../render-context.ts";
import type { Row } from "../row.ts";
import { visible } from "../sanitize.ts";
import { entryRow, trashRow } from "../sections.ts";
import { orderBy, sortableOf } from "../sort.ts";
import { type KindsAt, NO_KINDS, optInAt } from "../growth.ts";
import { isRemoval } from "../totals.ts";

export type ItemState = Verdict | "trash";

export interface ReportItem {
  /** Its place in the table. */
  readonly number: number;
  readonly agent: string;
  /** The base, as text. */
  readonly place: string;
  readonly kind: string;
  readonly id: string;
  /** The last part of its directory, else its id. */
  readonly name: string;
  /** Null: it has none, or that is unknown. */
  readonly path: string | null;
  readonly bytes: number | null;
  /** The size is a lower bound. */
  readonly partly: boolean;
  /** When it was last used, or moved to the trash (ms). */
  readonly at: number | null;
  readonly when: string;
  readonly state: ItemState;
  /** A prune would free its space. */
  readonly frees: boolean;
  readonly why: string;
  readonly command: string;
}

export interface ItemOptions {
  readonly sort: SortKey | null;
  readonly kindsAt?: KindsAt | undefined;
}

/** What the selection leaves out is left out. */
export function itemsOf(plan: Plan, look: RenderContext, { sort, kindsAt }: ItemOptions): readonly ReportItem[] {
  const ambiguous = idsThatRepeat(plan);
  const order = orderBy(sort ?? "size");
  return plan.bases
    .flatMap((base) => {
      const optIn = optInAt(base.ref, kindsAt ?? NO_KINDS);
      return [
        ...base.entries
          .filter(({ isUnselected }) => isUnselected !== true)
          .map((entry) => ({ key: entry.judged, make: () => entryItem(entry, base, { ambiguous, optIn }, look) })),
        ...base.trash
          .filter((row) => !isCopyOfRestored(row) && row.reason !== "not-selected")
          .map((row) => ({ key: sortableOf(row), make: () => trashItem(row, base, look) })),
      ];
    })
    .toSorted((a, b) => order(a.key, b.key))
    .map(({ make }, at) => ({ number: at + 1, ...make() }));
}

type Unnumbered = Omit<ReportItem, "number">;

interface CommandContext {
  readonly ambiguous: ReadonlySet<string>;
  readonly optIn: ReadonlySet<string>;
}

function entryItem(entry: PlannedEntry, base: PlannedBase, context: CommandContext, look: RenderContext): Unnumbered {
  const { judged } = entry;
  return {
    ...commonOf(entryRow(entry, base, look, { snapshots: false, sweep: true }), base, look),
    kind: judged.entry.store,
    at: judged.lastUsed?.at ?? null,
    state: judged.verdict,
    frees: isRemoval(entry),
    command: commandOf(entry, base, context, look),
  };
}

function trashItem(planned: PlannedTrash, base: PlannedBase, look: RenderContext): Unnumbered {
  const { item, action } = planned;
  return {
    ...commonOf(trashRow(planned, look), base, look),
    kind: item.store,
    at: item.since,
    state: "trash",
    frees: action === "destroy",
    command: item.marked ? command("trash empty", look) : commandOn("trash restore", [item.id], look),
  };
}

function commonOf(
  { bytes, partly, when, path = null, id, why }: Row,
  { ref }: PlannedBase,
  look: RenderContext,
): Omit<Unnumbered, "kind" | "at" | "state" | "frees" | "command"> {
  const label = ref.label === null ? "" : ` (${visible(ref.label, look)})`;
  const shown = path === null ? null : pathText(path, look);
  return {
    agent: ref.agent,
    place: pathText(ref.path, look) + label,
    id: visible(id, look),
    name: shown === null ? visible(id, look) : lastPart(shown),
    path: shown,
    bytes,
    partly,
    when,
    why,
  };
}

/** A backslash separates on Windows alone: elsewhere it is part of a name, or of an escape in this text. */
function lastPart(path: string): string {
  const parts = path.split(/^[A-Za-z]:\\/.test(path) ? "\\" : "/");
  return parts.findLast((part) => part !== "") ?? path;
}

/** What removes it, or allows that; where nothing does, what explains why. */
function commandOf(
  { judged, ruling }: PlannedEntry,
  { ref }: PlannedBase,
  { ambiguous, optIn }: CommandContext,
  look: RenderContext,
): string {
  const { entry, verdict } = judged;
  const [member] = entry.members;
  const named = ambiguous.has(entry.id) && member.as === undefined ? member.path : entry.id;
  if (ruling.action === "remove") return commandOn("prune", [named], look);
  if (ruling.holds.length > 0 && goesIfTaken(ruling)) {
    const taken = optIn.has(entry.store) ? `--set collect=${entry.store}` : `--agent ${ref.agent}`;
    return commandOn("prune", [named], look, [taken]);
  }
  const included = INCLUDED.find((one) => one === verdict);
  if (included !== undefined && ruling.holds.length === 0)
    return commandOn("prune", [named], look, [`--include ${included}`]);
  return commandOn("explain", [named], look);
}

function idsThatRepeat({ bases }: Plan): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { judged } of bases.flatMap(({ entries }) => entries)) {
    if (seen.has(judged.entry.id)) repeated.add(judged.entry.id);
    seen.add(judged.entry.id);
  }
  return repeated;
}

/** The colour of a state; a full one where a prune would free it. */
export function classOf({ state, frees }: Pick<ReportItem, "state" | "frees">): string {
  return `s-${state}${frees ? " go" : ""}`;
}
