/**
 * The plan of one base: every judged entry and everything in its trash, each with an action and a reason. Both modes
 * are evaluated, so that the automatic sweep that is shown is what it would do. Pure.
 */
import type { Judged } from "../model/judgement.ts";
import type { Cap, Disposal, EntryLimit, PlannedBase, PlannedEntry } from "../model/plan.ts";
import { originalPath, type PlannedTrash } from "../model/trash.ts";
import type { Settings } from "../model/settings.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { capRuling, overCap, type OverCap, type Remaining, type RemainingTrash } from "./cap.ts";
import {
  type PlanContext,
  contextOf,
  isDoubted,
  isKept,
  pathOf,
  holdInputOf,
  type PlanInput,
  trashKey,
  unreadableIn,
} from "./plan-context.ts";
import { withSteps } from "./disposal.ts";
import { type Counted, limitRuling, overLimit, type OverLimit } from "./entry-limit.ts";
import { type Request, selectableOf } from "./request.ts";
import { enclosingIn, type Rulings, rulingsOf } from "./rulings.ts";
import { mapCooperatively } from "./steps.ts";
import { trashRows } from "./trash-rows.ts";

type Rows = Pick<PlannedBase, "entries" | "trash" | "unreadableBorrows" | "cap" | "entryLimits">;

export function* planBase(surveyed: PlanInput, settings: Settings, request: Request): CooperativeTask<Rows> {
  const unreadable = unreadableIn(surveyed);
  yield;
  const context = contextOf(surveyed, settings, unreadable);
  yield;
  const { trash, cap, entryLimits, ...own } = yield* decidedFor(context, request);
  const unasked = { ...AUTOMATIC, now: request.now };
  const sweep = request.mode === "automatic" ? own : yield* decidedFor(context, unasked);
  const entries = yield* mapCooperatively(surveyed.judged, (judged) => entryRow(judged, own, sweep, request));
  const ordered = inOrder(entries, own.order);
  yield;
  return {
    entries: withSteps(ordered, disposalOf(settings, request, surveyed.clockDoubted)),
    trash,
    unreadableBorrows: unreadable,
    cap,
    ...(entryLimits.length === 0 ? {} : { entryLimits }),
  };
}

/** The decisions under one request. */
interface Decided extends Rulings {
  readonly trash: readonly PlannedTrash[];
  readonly cap: Cap | null;
  readonly entryLimits: readonly EntryLimit[];
}

function* decidedFor(context: PlanContext, request: Request): CooperativeTask<Decided> {
  const trash = trashRows(context, request);
  yield;
  const limit = yield* overLimitIn(context, request);
  const over = yield* overCapIn(context, request, limit?.takes ?? NONE);
  // With a selection, they take those that were selected, and no others instead.
  const takes = request.only === null ? new Set([...(limit?.takes ?? NONE), ...(over?.takes ?? NONE)]) : NONE;
  const rows = trash.map((row) => (isRemovedEarly(row, takes) ? { ...row, ...EARLY } : row));
  const rulings = yield* rulingsOf(context, request, rows, takes);
  return { ...rulings, trash: rows, cap: over?.cap ?? null, entryLimits: limit?.limits ?? [] };
}

const NONE: ReadonlySet<string> = new Set();
const EARLY: Pick<PlannedTrash, "action" | "reason"> = { action: "destroy", reason: "over-cap" };

function isRemovedEarly(row: PlannedTrash, takes: ReadonlySet<string>): boolean {
  return row.reason === "waiting" && takes.has(trashKey(row));
}

/** The same where nothing but the other rules and the settings count. */
function unselected(request: Request): Request {
  return { ...request, selects: null, only: null };
}

/** What an agent's own limit removes beyond the other rules; null where there is none. */
function* overLimitIn(context: PlanContext, request: Request): CooperativeTask<OverLimit | null> {
  const { surveyed, settings } = context;
  if (!surveyed.judged.some(({ limits }) => limits?.count !== undefined)) return null;
  const wide = unselected(request);
  const trash = trashRows(context, wide);
  const rulings = yield* rulingsOf(context, wide, trash, NONE);
  const counted = yield* mapCooperatively(surveyed.judged, (judged): Counted => {
    const input = holdInputOf(context, judged, null, null, trash);
    const limited = limitRuling(judged, input, settings, wide);
    return { path: pathOf(judged), judged, ruling: rulings.of(judged), limited };
  });
  return overLimit(counted);
}

/**
 * What the cap removes beyond the other rules and `limited`, in a run without a selection; null where there is no cap.
 */
function* overCapIn(
  context: PlanContext,
  request: Request,
  limited: ReadonlySet<string>,
): CooperativeTask<OverCap | null> {
  const { surveyed, settings, borrowers } = context;
  if (settings.max_size <= 0) return null;
  const wide = unselected(request);
  const trash = trashRows(context, wide);
  const rulings = yield* rulingsOf(context, wide, trash, limited);
  const whole = withoutPieces(surveyed.judged, rulings);
  const entries = yield* mapCooperatively(whole, (judged): Remaining => {
    const input = holdInputOf(context, judged, null, null, trash);
    const capped = capRuling(judged, input, settings, wide);
    return { path: pathOf(judged), judged, ruling: rulings.of(judged), capped };
  });
  const remaining = trash.map((row): RemainingTrash => ({
    key: trashKey(row),
    home: originalPath(row.item),
    row,
    kept: isKept(row.judged, context),
  }));
  return overCap({ maxSize: settings.max_size, mode: request.mode, entries, trash: remaining, borrowers });
}

/** The bytes of pieces inside another entry count there: once, and not when they are removed separately. */
function withoutPieces(all: readonly Judged[], rulings: Rulings): readonly Judged[] {
  const entryAround = enclosingIn(new Set(all.map(pathOf)));
  const leaving = new Map<string, number>();
  const whole = all.filter((judged) => {
    const outer = entryAround(pathOf(judged));
    if (outer === null) return true;
    const bytes = rulings.of(judged).action === "remove" ? (judged.bytes ?? 0) : 0;
    leaving.set(outer, (leaving.get(outer) ?? 0) + bytes);
    return false;
  });
  return whole.map((judged) => {
    const gone = leaving.get(pathOf(judged)) ?? 0;
    return gone === 0 || judged.bytes === null ? judged : { ...judged, bytes: Math.max(0, judged.bytes - gone) };
  });
}

/** The request of a sweep without a selection. */
const AUTOMATIC: Omit<Request, "now"> = { mode: "automatic", disposal: null, include: [], only: null, selects: null };

function entryRow(judged: Judged, own: Rulings, sweep: Rulings, { selects }: Request): PlannedEntry {
  const path = pathOf(judged);
  const ruling = own.of(judged);
  return {
    judged,
    ruling,
    sweep: sweep.of(judged),
    snapshots: null,
    ...(selects === null || selects(selectableOf(judged)) ? {} : { isUnselected: true }),
    steps: [],
    after: ruling.action === "remove" ? (own.borrowers.get(path) ?? []) : [],
  };
}

/**
 * Manual runs destroy at once; automatic runs trash for as long as the settings say, and destroy nothing while the
 * clock is in doubt.
 */
function disposalOf(settings: Settings, request: Pick<Request, "mode" | "disposal">, clockDoubted: boolean): Disposal {
  if (isDoubted(clockDoubted, request)) return "trash";
  if (request.disposal !== null) return request.disposal;
  return request.mode === "automatic" && settings.trash_days > 0 ? "trash" : "destroy";
}

/** Removals in the order in which they may happen, then what is kept. */
function inOrder(entries: readonly PlannedEntry[], order: readonly string[]): PlannedEntry[] {
  const removals = new Map(entries.filter(isRemoval).map((row) => [pathOf(row.judged), row]));
  // Trash items are part of the same order, and have no row here.
  return [...order.flatMap((path) => removals.get(path) ?? []), ...entries.filter((row) => !isRemoval(row))];
}

function isRemoval({ ruling }: PlannedEntry): boolean {
  return ruling.action === "remove";
}
