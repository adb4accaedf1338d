/** What the rules of one base go by, and how entries and rows of its trash are told apart and stand to each other. Pure. */
import type { Trouble } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import type { Settings } from "../model/settings.ts";
import type { Standing } from "./holds.ts";
import { keepMatcher } from "./patterns.ts";
import { borrowersOf, type Borrower } from "./references.ts";
import type { Request } from "./request.ts";
import type { JudgedTrash, Span } from "./trash.ts";

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

export interface Context {
  readonly surveyed: Surveyed;
  readonly settings: Settings;
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
  readonly keptBy: (path: string) => string | null;
  readonly unreadableBorrows: string | null;
}

/** Files that say who borrows from whom and could not be read. */
export function unreadableIn({ judged, trash, elsewhere }: Surveyed): readonly Trouble[] {
  const everyone = [...judged, ...trash.flatMap((one) => one.judged ?? [])];
  const others = elsewhere.flatMap(({ trouble }) => trouble ?? []);
  return [...everyone.flatMap((one) => one.borrowsTrouble ?? []), ...others];
}

export function contextOf(surveyed: Surveyed, settings: Settings, unreadable: readonly Trouble[]): Context {
  return {
    surveyed,
    settings,
    borrowers: borrowersOf(lendersOf(surveyed), borrowersIn(surveyed)),
    keptBy: keepMatcher(settings.keep, surveyed.userHome),
    // The first by name: the order in which entries are found must not change which file is named.
    unreadableBorrows: unreadable.map(({ path }) => path).toSorted()[0] ?? null,
  };
}

/** Where an entry's objects are looked for, also while it lies in the trash. */
export function homeOf({ item }: Pick<JudgedTrash, "item">): string {
  return `${item.base}/${item.members[0]?.place ?? item.entryId}`;
}

export function pathOf(judged: Judged): string {
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
export function trashKey({ item }: Pick<JudgedTrash, "item">): string {
  return item.members[0]?.path ?? item.id;
}

export function isKept(judged: Judged | null, { keptBy }: Context): boolean {
  const subject = judged?.subject ?? null;
  return subject !== null && keptBy(subject.value) !== null;
}

export function standingOf(
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

/** A person who is there sees the dates; only an automatic run has to mistrust its clock. */
export function isDoubted(clockDoubted: boolean, { mode }: Pick<Request, "mode">): boolean {
  return clockDoubted && mode === "automatic";
}
