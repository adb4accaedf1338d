/** Where the space is, for `status` of several agents: a line each, the largest first, and the command that frees some of it. */
import { goesIfTaken } from "../model/judgement.ts";
import type { Plan } from "../model/plan.ts";
import { columnsTable } from "./columns.ts";
import { number, size } from "./format.ts";
import { command, type RenderContext, widthOf } from "./render-context.ts";
import { addSums, type Sum, sumOf } from "./sums.ts";
import { type KindsAt, optInAt } from "./growth.ts";
import { isRemoval } from "./totals.ts";
import { wrap } from "./width.ts";

interface KindSum {
  readonly agent: string;
  readonly kind: string;
  readonly all: Sum;
  /** What a run would remove that takes the kind. */
  readonly free: Sum;
  /** It is taken where `collect` names it alone: what it names already, and the kind; null: naming the agent is enough. */
  readonly collect: readonly string[] | null;
  /** This run takes it. */
  readonly taken: boolean;
}

export const KIND_HEADINGS = ["KIND", "SIZE", "COUNT", "CAN BE FREED", "BY"] as const;
const RIGHT: ReadonlySet<number> = new Set([1, 2, 3]);

/** The cells of each kind, the largest first. */
export function byKindRows(plan: Plan, look: RenderContext, kindsAt: KindsAt): readonly (readonly string[])[] {
  return sumsOf(plan, kindsAt).map((one) => cellsOf(one, look));
}

/** None for a single agent, of which the totals tell. */
export function byKindLines(plan: Plan, look: RenderContext, kindsAt: KindsAt): readonly string[] {
  const sums = sumsOf(plan, kindsAt);
  if (new Set(sums.map(({ agent }) => agent)).size < 2) return [];
  const rows = sums.map((one) => cellsOf(one, look));
  const table =
    columnsTable(KIND_HEADINGS, rows, RIGHT, look) ??
    rows.flatMap(([kind = "", bytes = "", many = "", free = "", by = ""]) =>
      wrap(
        `${kind}: ${bytes}, ${many}; can be freed: ${free}${by === "" ? "" : ` (${by})`}`,
        widthOf(look),
        look,
        "  ",
      ),
    );
  return ["Where the space is", ...table, ""];
}

function sumsOf(plan: Plan, kindsAt: KindsAt): readonly KindSum[] {
  const sums = new Map<string, KindSum>();
  for (const { ref, entries, settings } of plan.bases) {
    const optIn = optInAt(ref, kindsAt);
    for (const entry of entries) {
      const kind = entry.judged.entry.store;
      const before = sums.get(kind);
      const one = sumOf([entry]);
      sums.set(kind, {
        agent: ref.agent,
        kind,
        all: addSums(before?.all, one),
        free: addSums(before?.free, goesIfTaken(entry.ruling) ? one : sumOf([])),
        collect: optIn.has(kind) ? [...settings.collect, kind] : null,
        taken: (before?.taken ?? false) || isRemoval(entry),
      });
    }
  }
  return [...sums.values()].toSorted((a, b) =>
    a.all.bytes === b.all.bytes && a.kind < b.kind ? -1 : b.all.bytes - a.all.bytes,
  );
}

function cellsOf({ agent, kind, all, free, collect, taken }: KindSum, look: RenderContext): readonly string[] {
  const flag = collect === null ? `--agent ${agent}` : `--set collect=${collect.join(",")}`;
  const by = free.count === 0 ? "" : command(taken ? "prune" : `prune ${flag}`, look);
  return [kind, size(all.bytes), number(all.count), free.count === 0 ? "-" : size(free.bytes), by];
}
