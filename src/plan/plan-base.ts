/**
 * The plan of one base: every judged entry and everything in its trash, each with what is to become of it and why.
 * Both modes are ruled on, so that what a person is shown of the automatic sweep is what it would do. Pure.
 */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Disposal, PlannedBase, PlannedEntry, PlannedTrash } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { withSteps } from "./disposal.ts";
import type { Standing } from "./holds.ts";
import { keepMatcher } from "./patterns.ts";
import { rule } from "./policies.ts";
import { borrowersOf, type Borrower, removalOrder } from "./references.ts";
import type { Request } from "./request.ts";
import { isCutShort, type JudgedTrash, planTrash, type Span } from "./trash.ts";

/** What the stages before found out about a base. */
export interface Surveyed {
  readonly judged: readonly Judged[];
  readonly trash: readonly JudgedTrash[];
  /** When a person put an entry back, by its path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  readonly userHome: string;
  readonly clockDoubted: boolean;
  /** When runs with a doubted clock put things into the trash, at the first run that trusts its clock again (ms). */
  readonly doubtedTimes: Span | null;
}

type Rows = Pick<PlannedBase, "entries" | "trash" | "unreadableBorrows">;

export function planBase(surveyed: Surveyed, settings: Settings, request: Request): Rows {
  const everyone = [...surveyed.judged, ...surveyed.trash.flatMap((one) => one.judged ?? [])];
  const unreadable = everyone.flatMap((one) => one.borrowsTrouble ?? []);
  const context: Context = {
    surveyed,
    settings,
    borrowers: borrowersOf(lendersOf(surveyed), borrowersIn(surveyed)),
    keptBy: keepMatcher(settings.keep, surveyed.userHome),
    // The first by name: the order in which entries are found must not change which file is named.
    unreadableBorrows: unreadable.map(({ path }) => path).toSorted()[0] ?? null,
  };
  const trash = trashRows(context, request);
  const own = rulingsOf(context, request, trash);
  const unasked = { ...AUTOMATIC, now: request.now };
  const sweep = request.mode === "automatic" ? own : rulingsOf(context, unasked, trashRows(context, unasked));
  const entries = surveyed.judged.map((judged) => entryRow(judged, own, sweep));
  const ordered = inOrder(entries, own.order);
  return {
    entries: withSteps(ordered, disposalOf(settings, request, surveyed.clockDoubted)),
    trash,
    unreadableBorrows: unreadable,
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

/** The request of a sweep that nobody narrowed. */
const AUTOMATIC: Omit<Request, "now"> = { mode: "automatic", disposal: null, include: [], only: null, selects: null };

/** Where an entry's objects are looked for, also while it lies in the trash. */
function homeOf({ item }: JudgedTrash): string {
  return `${item.base}/${item.members[0]?.place ?? item.entryId}`;
}

function pathOf(judged: Judged): string {
  return judged.entry.members[0].path;
}

function lendersOf({ judged, trash }: Surveyed): string[] {
  return [...judged.map(pathOf), ...trash.map(homeOf)];
}

function borrowersIn({ judged, trash }: Surveyed): Borrower[] {
  const inTrash = trash.map((one): Borrower => ({ path: trashKey(one), borrows: one.judged?.borrows ?? [] }));
  return [...judged.map((one): Borrower => ({ path: pathOf(one), borrows: one.borrows })), ...inTrash];
}

/** A fresh repo may stand where a trashed one goes back to: the two must not be taken for one. */
function trashKey({ item }: JudgedTrash): string {
  return item.members[0]?.path ?? item.id;
}

function trashRows(context: Context, request: Request): PlannedTrash[] {
  const { surveyed, settings, borrowers } = context;
  const decided = (found: JudgedTrash, referenced: boolean): PlannedTrash =>
    planTrash(found, {
      settings,
      request,
      clockDoubted: isDoubted(surveyed.clockDoubted, request),
      referenced,
      kept: isKept(found.judged, context),
      cutShort: isCutShort(found, surveyed.trash),
      doubtedTimes: surveyed.doubtedTimes,
    });
  const going = new Set(surveyed.trash.filter((one) => decided(one, false).action === "destroy").map(trashKey));
  const blind = request.mode === "automatic" && context.unreadableBorrows !== null;
  const isHeld = (found: JudgedTrash): boolean =>
    blind ||
    (borrowers.get(homeOf(found)) ?? []).some((borrower) => borrower !== trashKey(found) && !going.has(borrower));
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

function rulingsOf(context: Context, request: Request, trash: readonly PlannedTrash[]): Rulings {
  const { surveyed, settings, borrowers } = context;
  const free = new Map(surveyed.judged.map((one) => [pathOf(one), ruled(context, one, null, null, request)]));
  const leaving = trash
    .filter((row) => row.action === "destroy")
    .map((row) => row.item.members[0]?.path ?? row.item.id);
  const going = [...free].filter(([, ruling]) => ruling.action === "remove").map(([path]) => path);
  const { order, held } = removalOrder([...leaving, ...going], borrowers);
  const leavers = new Set(order);
  const of = (judged: Judged): Ruling => {
    const path = pathOf(judged);
    return ruled(context, judged, held.get(path) ?? null, around(path, leavers), request);
  };
  return { of, order, borrowers };

  function ruled(
    from: Context,
    judged: Judged,
    referencedBy: string | null,
    within: string | null,
    asked: Request,
  ): Ruling {
    const standing: Standing = {
      keptBy: judged.subject === null ? null : from.keptBy(judged.subject.value),
      referencedBy,
      unreadableBorrows: from.unreadableBorrows,
      restoredAt: surveyed.restored[pathOf(judged)] ?? null,
      within,
    };
    return rule(judged, standing, settings, asked);
  }
}

/** What goes and has the path in it, or null: a piece of it is no row of its own then. */
function around(path: string, leavers: ReadonlySet<string>): string | null {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (leavers.has(path.slice(0, at))) return path.slice(0, at);
  }
  return null;
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
