/**
 * The context of the rules for one base, and how entries and trash rows are identified and relate to each other. Pure.
 */
import type { IoError } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import { originalPath, type PlannedTrash } from "../model/trash.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { Obstacle } from "../model/obstacle.ts";
import type { Settings } from "../model/settings.ts";
import type { HoldInput } from "./holds.ts";
import { latestIn, type LatestByPath } from "./latest.ts";
import { keepMatcher } from "./patterns.ts";
import { borrowersOf, type Borrower } from "./references.ts";
import type { Request } from "./request.ts";
import { copyUntilOf, type JudgedTrash, type Span } from "./trash.ts";

/** The results of the earlier stages for a base. */
export interface PlanInput {
  readonly judged: readonly Judged[];
  readonly trash: readonly JudgedTrash[];
  /** Borrowers in other bases of the same homes. Nothing is planned for them here. */
  readonly elsewhere: readonly (Borrower & { readonly trouble: IoError | null })[];
  /** When an entry was restored, by its path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  /** Entries that this user cannot move, by their path. */
  readonly obstacles?: ReadonlyMap<string, Obstacle>;
  readonly userHome: string;
  /** What the `keep` patterns match on the disk, beyond their text. */
  readonly keeps?: readonly NamedPattern[];
  readonly clockDoubted: boolean;
  /** When runs with a doubted clock put things into the trash, at the first run that trusts its clock again (ms). */
  readonly doubtedTimes: Span | null;
  /** The base does not exist: nothing is restored into it automatically. */
  readonly baseGone?: boolean;
}

export interface PlanContext {
  readonly surveyed: PlanInput;
  readonly settings: Settings;
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
  readonly keptBy: (path: string) => string | null;
  readonly unreadableBorrows: string | null;
  readonly latest: LatestByPath;
  /** Until when copies of what was put back wait in the trash (ms), by the path of the entry; null: from now on. */
  readonly copies: ReadonlyMap<string, number | null>;
}

/** Files that list borrowers and could not be read. */
export function unreadableIn({ judged, trash, elsewhere }: PlanInput): readonly IoError[] {
  const everyone = [...judged, ...trash.flatMap((one) => one.judged ?? [])];
  const others = elsewhere.flatMap(({ trouble }) => trouble ?? []);
  return [...everyone.flatMap((one) => one.borrowsTrouble ?? []), ...others];
}

export function contextOf(surveyed: PlanInput, settings: Settings, unreadable: readonly IoError[]): PlanContext {
  return {
    surveyed,
    settings,
    borrowers: borrowersIn(surveyed),
    latest: latestIn(surveyed.judged, settings),
    keptBy: keepMatcher(settings.keep, surveyed.userHome, surveyed.keeps),
    copies: new Map(
      surveyed.trash.flatMap((one) => (one.restored === true ? [[originalPath(one.item), copyUntilOf(one)]] : [])),
    ),
    // The first by name: the order in which entries are found must not change which file is named.
    unreadableBorrows: unreadable.map(({ path }) => path).toSorted()[0] ?? null,
  };
}

export function pathOf(judged: Judged): string {
  return judged.entry.members[0].path;
}

/** Usually none borrows, and with twenty thousand entries it takes as long to ask who lends as to plan them. */
function borrowersIn({ judged, trash, elsewhere }: PlanInput): ReadonlyMap<string, readonly string[]> {
  const inTrash = trash.map((one): Borrower => ({ path: trashKey(one), borrows: one.judged?.borrows ?? [] }));
  const own = judged.filter(isBorrower).map((one): Borrower => ({ path: pathOf(one), borrows: one.borrows }));
  const all = [...own, ...inTrash.filter(isBorrower), ...elsewhere];
  return all.length === 0
    ? new Map()
    : borrowersOf([...judged.map(pathOf), ...trash.map(({ item }) => originalPath(item))], all);
}

function isBorrower({ borrows }: Pick<Borrower, "borrows">): boolean {
  return borrows.length > 0;
}

/** A new repo may be where a trashed one belongs: the two must have different keys. */
export function trashKey({ item }: Pick<JudgedTrash, "item">): string {
  return item.members[0]?.path ?? item.id;
}

export function isKept(judged: Judged | null, { keptBy }: PlanContext): boolean {
  const subject = judged?.subject ?? null;
  return subject !== null && keptBy(subject.value) !== null;
}

export function holdInputOf(
  { surveyed, keptBy, unreadableBorrows, copies, latest }: PlanContext,
  judged: Judged,
  referencedBy: string | null,
  within: string | null,
  trash: readonly PlannedTrash[],
): HoldInput {
  const copyUntil = copies.get(pathOf(judged));
  const copyStays = (): boolean =>
    trash.some((row) => row.action === "keep" && originalPath(row.item) === pathOf(judged));
  return {
    keptBy: judged.subject === null ? null : keptBy(judged.subject.value),
    referencedBy,
    unreadableBorrows,
    restoredAt: surveyed.restored[pathOf(judged)] ?? null,
    ...(copyUntil === undefined ? {} : { copyUntil, copyStays: copyStays() }),
    obstacle: surveyed.obstacles?.get(pathOf(judged)) ?? null,
    within,
    isLatest: latest.get(pathOf(judged))?.has(pathOf(judged)) ?? false,
  };
}

/** In a manual run the user sees the dates; only an automatic run has to distrust its clock. */
export function isDoubted(clockDoubted: boolean, { mode }: Pick<Request, "mode">): boolean {
  return clockDoubted && mode === "automatic";
}
