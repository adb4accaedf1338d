/**
 * `sessions stats`: what there is of sessions, by base, kind and state. States are of the entries and not of a run; what a
 * run would remove is counted beside them.
 */
import type { Plan, PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { HoldCode } from "../model/reasons.ts";
import { SESSION_STATES, type SessionState } from "../model/session-state.ts";
import { columnsTable } from "./columns.ts";
import { envelopeOf, endingOf, type Meta, ownerOf } from "./envelope.ts";
import { ago, count, number, size } from "./format.ts";
import { integer, iso } from "./json-values.ts";
import { baseHeading, errorLines, page, renderNothingFound } from "./notices.ts";
import { isEmpty, placesOf } from "./is-empty.ts";
import { command, type RenderContext, stylesOf, widthOf } from "./render-context.ts";
import type { DocumentOf } from "./schema.ts";
import { holdGroup } from "./sentences/holds.ts";
import { sizeWarning } from "./size-warning.ts";
import { type Sum, sumOf } from "./sums.ts";
import { isRemoval } from "./totals.ts";
import { wrap } from "./width.ts";

interface SessionGroup {
  readonly kind: string;
  readonly state: SessionState;
  readonly all: Sum;
  /** Last use of the oldest and of the newest (ms); null where it is known of none. */
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly removals: Sum;
  /** How many are kept by each hold. */
  readonly holds: ReadonlyMap<HoldCode, number>;
}

/** `unreferenced`: the kinds of files that no session names. */
function groupsOf({ entries }: PlannedBase, unreferenced: ReadonlySet<string>): readonly SessionGroup[] {
  const groups = new Map<string, { kind: string; state: SessionState; rows: PlannedEntry[] }>();
  for (const row of entries) {
    const kind = row.judged.entry.store;
    const state = stateOf(row, unreferenced);
    const group = groups.get(`${kind} ${state}`) ?? { kind, state, rows: [] };
    group.rows.push(row);
    groups.set(`${kind} ${state}`, group);
  }
  const rank = ({ kind, state }: SessionGroup): string => `${kind} ${SESSION_STATES.indexOf(state)}`;
  return [...groups.values()].map(groupOf).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function groupOf({ kind, state, rows }: { kind: string; state: SessionState; rows: PlannedEntry[] }): SessionGroup {
  const used = rows.flatMap(({ judged }) => judged.lastUsed?.at ?? []);
  const holds = new Map<HoldCode, number>();
  for (const { ruling } of rows)
    for (const { code } of ruling.holds.slice(0, 1)) holds.set(code, (holds.get(code) ?? 0) + 1);
  return {
    kind,
    state,
    all: sumOf(rows),
    oldest: used.length === 0 ? null : used.reduce((oldest, at) => Math.min(oldest, at)),
    newest: used.length === 0 ? null : used.reduce((newest, at) => Math.max(newest, at)),
    removals: sumOf(rows.filter(isRemoval)),
    holds,
  };
}

function stateOf({ judged }: PlannedEntry, unreferenced: ReadonlySet<string>): SessionState {
  if (judged.verdict === "debris") return judged.reason === "empty" ? "empty" : "temporary";
  if (judged.verdict === "unidentified") return "unidentified";
  if (judged.inUse?.code === "witness") return "unknown";
  if (unreferenced.has(judged.entry.store)) return "unreferenced";
  if (judged.inUse !== undefined) return "active";
  return judged.old ? "expired" : "recent";
}

export function renderSessionStats(plan: Plan, unreferenced: ReadonlySet<string>, look: RenderContext): string {
  if (isEmpty(plan)) return renderNothingFound(placesOf(plan), look);
  const several = new Set(plan.bases.map(({ ref }) => ref.agent)).size > 1;
  const bases = plan.bases.filter(({ exists, error }) => exists || error !== null);
  return page([
    ...bases.flatMap((base) => {
      const groups = groupsOf(base, unreferenced);
      return [
        baseHeading(base, look, several),
        ...(base.error === null ? table(groups, look) : errorLines(base, look)),
        ...holdLines(groups, look),
        ...warningLines(base, look),
        "",
      ];
    }),
    ...wrap(totalLine(plan, look), widthOf(look), look).map(stylesOf(look).bold),
  ]);
}

const HEADINGS = ["KIND", "STATE", "COUNT", "SIZE", "OLDEST", "NEWEST", "PRUNE"] as const;
function table(groups: readonly SessionGroup[], look: RenderContext): readonly string[] {
  if (groups.length === 0) return ["Empty."];
  const rows = groups.map((group): readonly string[] => [
    group.kind,
    group.state,
    number(group.all.count),
    size(group.all.bytes),
    group.oldest === null ? "?" : ago(group.oldest, look),
    group.newest === null ? "?" : ago(group.newest, look),
    number(group.removals.count),
  ]);
  return (
    columnsTable(HEADINGS, rows, RIGHT, look) ??
    rows.flatMap(([kind, state, many, bytes, oldest, newest, removed]) =>
      wrap(
        `${kind}, ${state}: ${many}, ${bytes}; ${oldest} to ${newest}; prune: ${removed}`,
        widthOf(look),
        look,
        "  ",
      ),
    )
  );
}

/** Numbers and sizes. */
const RIGHT: ReadonlySet<number> = new Set([2, 3, 6]);

function holdLines(groups: readonly SessionGroup[], look: RenderContext): readonly string[] {
  const holds = new Map<HoldCode, number>();
  for (const { holds: own } of groups) for (const [code, many] of own) holds.set(code, (holds.get(code) ?? 0) + many);
  if (holds.size === 0) return [];
  const words = [...holds].map(([code, many]) => holdGroup(code, many)).join(", ");
  return wrap(`Kept, though old enough: ${words}`, widthOf(look), look);
}

function warningLines(base: PlannedBase, look: RenderContext): readonly string[] {
  const warning = sizeWarning(base, look);
  return warning === null ? [] : wrap(warning, widthOf(look), look).map(stylesOf(look).warning);
}

function totalLine(plan: Plan, look: RenderContext): string {
  const rows = plan.bases.flatMap(({ entries }) => entries);
  const [all, removals] = [sumOf(rows), sumOf(rows.filter(isRemoval))];
  const prune = command("prune", look);
  const would = removals.count === 0 ? "nothing" : `${number(removals.count)}, ${size(removals.bytes)}`;
  return `${count(all.count, "entry", "entries")}, ${size(all.bytes)}; ${prune} would remove ${would}`;
}

export function sessionStatsJson(
  plan: Plan,
  unreferenced: ReadonlySet<string>,
  meta: Meta,
): DocumentOf<"sessions stats"> {
  const bases = plan.bases.map((base) => ({
    ...ownerOf(base.ref),
    exists: base.exists,
    ...endingOf(base, null),
    groups: groupsOf(base, unreferenced).map(({ kind, state, all, oldest, newest, removals, holds }) => ({
      kind,
      state,
      count: all.count,
      bytes: integer(all.bytes),
      oldest: oldest === null ? null : iso(oldest),
      newest: newest === null ? null : iso(newest),
      toRemove: removals.count,
      bytesToReclaim: integer(removals.bytes),
      holds: Object.fromEntries(holds),
    })),
  }));
  return { ...envelopeOf("sessions stats", meta, bases, null), bases };
}
