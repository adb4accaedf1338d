/**
 * The plan of one base: every judged entry and everything in its trash, each with what is to become of it and why.
 * Both modes are ruled on, so that what a person is shown of the automatic sweep is what it would do. Pure.
 */
import type { Trouble } from "../model/entry.ts";
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Cap, Disposal, PlannedBase, PlannedEntry, PlannedTrash } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { capRuling, overCap, type OverCap, type Remaining, type RemainingTrash } from "./cap.ts";
import { withSteps } from "./disposal.ts";
import type { Standing } from "./holds.ts";
import { keepMatcher } from "./patterns.ts";
import { rule } from "./policies.ts";
import { borrowersOf, type Borrower, removalOrder } from "./references.ts";
import { type Request, selectableOf } from "./request.ts";
import { isCutShort, type JudgedTrash, planTrash, type Span } from "./trash.ts";

/** What the stages before found out about a base. */
export interface Surveyed {
  readonly judged: readonly Judged[];
  readonly trash: readonly JudgedTrash[];
  /** What other bases of the same homes borrow. Nothing here goes in their place. */
  readonly elsewhere: readonly (Borrower & { readonly trouble: Trouble | null })[];
  /** When a person put an entry back, by its path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  readonly userHome: string;
  readonly clockDoubted: boolean;
  /** When runs with a doubted clock put things into the trash, at the first run that trusts its clock again (ms). */
  readonly doubtedTimes: Span | null;
}

type Rows = Pick<PlannedBase, "entries" | "trash" | "unreadableBorrows" | "cap">;

export function planBase(surveyed: Surveyed, settings: Settings, request: Request): Rows {
  const everyone = [...surveyed.judged, ...surveyed.trash.flatMap((one) => one.judged ?? [])];
  const unreadable = [
    ...everyone.flatMap((one) => one.borrowsTrouble ?? []),
    ...surveyed.elsewhere.flatMap(({ trouble }) => trouble ?? []),
  ];
  const context: Context = {
    surveyed,
    settings,
    borrowers: borrowersOf(lendersOf(surveyed), borrowersIn(surveyed)),
    keptBy: keepMatcher(settings.keep, surveyed.userHome),
    // The first by name: the order in which entries are found must not change which file is named.
    unreadableBorrows: unreadable.map(({ path }) => path).toSorted()[0] ?? null,
  };
  const { trash, cap, ...own } = decidedFor(context, request);
  const unasked = { ...AUTOMATIC, now: request.now };
  const sweep = request.mode === "automatic" ? own : decidedFor(context, unasked);
  const entries = surveyed.judged.map((judged) => entryRow(judged, own, sweep));
  const ordered = inOrder(entries, own.order);
  return {
    entries: withSteps(ordered, disposalOf(settings, request, surveyed.clockDoubted)),
    trash,
    unreadableBorrows: unreadable,
    cap,
  };
}

interface Context {
  readonly surveyed: Surveyed;
  readonly settings: Settings;
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
  readonly keptBy: (path: string) => string | null;
  readonly unreadableBorrows: string | null;
}

interface Rulings {
  readonly of: (judged: Judged) => Ruling;
  readonly order: readonly string[];
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
}

/** What becomes of everything where a run is asked for this. */
interface Decided extends Rulings {
  readonly trash: readonly PlannedTrash[];
  readonly cap: Cap | null;
}

function decidedFor(context: Context, request: Request): Decided {
  const trash = trashRows(context, request);
  const over = overCapIn(context, request);
  // A narrowed run takes of these what it was asked for, and no others instead.
  const takes = request.only === null ? (over?.takes ?? NONE) : NONE;
  const rows = trash.map((row) => (goesEarly(row, takes) ? { ...row, ...EARLY } : row));
  return { ...rulingsOf(context, request, rows, takes), trash: rows, cap: over?.cap ?? null };
}

const NONE: ReadonlySet<string> = new Set();
const EARLY: Pick<PlannedTrash, "action" | "reason"> = { action: "destroy", reason: "over-cap" };

function goesEarly(row: PlannedTrash, takes: ReadonlySet<string>): boolean {
  return row.reason === "waiting" && takes.has(trashKey(row));
}

/** What the cap takes beyond the other rules, of a run that nobody narrowed; null where there is no cap. */
function overCapIn(context: Context, request: Request): OverCap | null {
  const { surveyed, settings, borrowers } = context;
  if (settings.max_size <= 0) return null;
  const wide: Request = { ...request, selects: null, only: null };
  const trash = trashRows(context, wide);
  const rulings = rulingsOf(context, wide, trash, NONE);
  const entries = surveyed.judged.map((judged): Remaining => {
    const standing = standingOf(context, judged, null, null);
    const capped = capRuling(judged, standing, settings, wide);
    return { path: pathOf(judged), judged, ruling: rulings.of(judged), capped };
  });
  const remaining = trash.map((row): RemainingTrash => ({
    key: trashKey(row),
    home: homeOf(row),
    row,
    kept: isKept(row.judged, context),
  }));
  return overCap({ maxSize: settings.max_size, mode: request.mode, entries, trash: remaining, borrowers });
}

/** The request of a sweep that nobody narrowed. */
const AUTOMATIC: Omit<Request, "now"> = { mode: "automatic", disposal: null, include: [], only: null, selects: null };

/** Where an entry's objects are looked for, also while it lies in the trash. */
function homeOf({ item }: Pick<JudgedTrash, "item">): string {
  return `${item.base}/${item.members[0]?.place ?? item.entryId}`;
}

function pathOf(judged: Judged): string {
  return judged.entry.members[0].path;
}

function lendersOf({ judged, trash }: Surveyed): string[] {
  return [...judged.map(pathOf), ...trash.map(homeOf)];
}

function borrowersIn({ judged, trash, elsewhere }: Surveyed): Borrower[] {
  const inTrash = trash.map((one): Borrower => ({ path: trashKey(one), borrows: one.judged?.borrows ?? [] }));
  return [...judged.map((one): Borrower => ({ path: pathOf(one), borrows: one.borrows })), ...inTrash, ...elsewhere];
}

/** A fresh repo may stand where a trashed one goes back to: the two must not be taken for one. */
function trashKey({ item }: Pick<JudgedTrash, "item">): string {
  return item.members[0]?.path ?? item.id;
}

function trashRows(context: Context, request: Request): PlannedTrash[] {
  const { surveyed, settings, borrowers } = context;
  const borrowersFor = (found: JudgedTrash): readonly string[] =>
    (borrowers.get(homeOf(found)) ?? []).filter((borrower) => borrower !== trashKey(found));
  const decided = (found: JudgedTrash, referenced: boolean): PlannedTrash =>
    planTrash(found, {
      settings,
      request,
      clockDoubted: isDoubted(surveyed.clockDoubted, request),
      borrowers: borrowersFor(found),
      referenced,
      kept: isKept(found.judged, context),
      cutShort: isCutShort(found, surveyed.trash),
      doubtedTimes: surveyed.doubtedTimes,
    });
  const going = new Set(surveyed.trash.filter((one) => decided(one, false).action === "destroy").map(trashKey));
  const blind = request.mode === "automatic" && context.unreadableBorrows !== null;
  const isHeld = (found: JudgedTrash): boolean => blind || borrowersFor(found).some((borrower) => !going.has(borrower));
  // Letting one go can only set others free, so what is held for a borrower that stays is settled from below.
  for (let before = -1; before !== going.size;) {
    before = going.size;
    for (const found of surveyed.trash) if (going.has(trashKey(found)) && isHeld(found)) going.delete(trashKey(found));
  }
  return surveyed.trash.map((found) => decided(found, !going.has(trashKey(found)) && isHeld(found)));
}

function isKept(judged: Judged | null, { keptBy }: Context): boolean {
  const subject = judged?.subject ?? null;
  return subject !== null && keptBy(subject.value) !== null;
}

/** `takes`: the paths that the cap takes where no other rule does. */
function rulingsOf(
  context: Context,
  request: Request,
  trash: readonly PlannedTrash[],
  takes: ReadonlySet<string>,
): Rulings {
  const { surveyed, settings, borrowers } = context;
  const free = new Map(surveyed.judged.map((one) => [pathOf(one), ruled(one, null, null)]));
  const leaving = trash.filter((row) => row.action === "destroy").map(trashKey);
  const removed = [...free].filter(([, ruling]) => ruling.action === "remove").map(([path]) => path);
  // What the cap takes comes last, least recently used first: a run that is interrupted has not taken the wrong ones.
  const capped = [...takes].filter((path) => free.get(path)?.rule === "over-cap");
  const going = [...removed.filter((path) => free.get(path)?.rule !== "over-cap"), ...capped];
  const { order, held } = removalOrder([...leaving, ...going], borrowers);
  const leavers = new Set(order);
  const of = (judged: Judged): Ruling => {
    const path = pathOf(judged);
    return ruled(judged, held.get(path) ?? null, around(path, leavers));
  };
  return { of, order, borrowers };

  function ruled(judged: Judged, referencedBy: string | null, within: string | null): Ruling {
    const standing = standingOf(context, judged, referencedBy, within);
    const ruling = rule(judged, standing, settings, request);
    const isAsked = request.selects === null || request.selects(selectableOf(judged));
    // Whatever another rule wants or holds is not for the cap: only what nothing else wants is in its choice.
    return ruling.rule === null && isAsked && takes.has(pathOf(judged))
      ? capRuling(judged, standing, settings, request)
      : ruling;
  }
}

/** What goes and has the path in it, or null: a piece of it is no row of its own then. */
function around(path: string, leavers: ReadonlySet<string>): string | null {
  if (leavers.size === 0) return null;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (leavers.has(path.slice(0, at))) return path.slice(0, at);
  }
  return null;
}

function standingOf(
  { surveyed, keptBy, unreadableBorrows }: Context,
  judged: Judged,
  referencedBy: string | null,
  within: string | null,
): Standing {
  return {
    keptBy: judged.subject === null ? null : keptBy(judged.subject.value),
    referencedBy,
    unreadableBorrows,
    restoredAt: surveyed.restored[pathOf(judged)] ?? null,
    within,
  };
}

function entryRow(judged: Judged, own: Rulings, sweep: Rulings): PlannedEntry {
  const path = pathOf(judged);
  const ruling = own.of(judged);
  return {
    judged,
    ruling,
    sweep: sweep.of(judged),
    snapshots: null,
    steps: [],
    after: ruling.action === "remove" ? (own.borrowers.get(path) ?? []) : [],
  };
}

/** A person who is there sees the dates; only an automatic run has to mistrust its clock. */
function isDoubted(clockDoubted: boolean, { mode }: Pick<Request, "mode">): boolean {
  return clockDoubted && mode === "automatic";
}

/**
 * By hand destroys at once, automatic runs keep in the trash as long as the settings say, and destroy nothing while the
 * clock is in doubt.
 */
function disposalOf(settings: Settings, request: Pick<Request, "mode" | "disposal">, clockDoubted: boolean): Disposal {
  if (isDoubted(clockDoubted, request)) return "trash";
  if (request.disposal !== null) return request.disposal;
  return request.mode === "automatic" && settings.trash_days > 0 ? "trash" : "destroy";
}

/** Removals in the order they may go, then what is kept. */
function inOrder(entries: readonly PlannedEntry[], order: readonly string[]): PlannedEntry[] {
  const removals = new Map(entries.filter(isRemoval).map((row) => [pathOf(row.judged), row]));
  // What leaves the trash has its turn in the same order, and no row here.
  return [...order.flatMap((path) => removals.get(path) ?? []), ...entries.filter((row) => !isRemoval(row))];
}

function isRemoval({ ruling }: PlannedEntry): boolean {
  return ruling.action === "remove";
}
