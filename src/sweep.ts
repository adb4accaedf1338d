/**
 * The order of the stages, and the only file that knows it:
 *
 *   discover -> inspect -> resolve -> classify -> plan -> reclaim
 *
 * `planOf` reads and decides; it writes nothing. `carryOut` does what a plan says and nothing else, and judges each
 * entry again right before and right after it is moved.
 */
import { isOld } from "./classify/age.ts";
import { errnoOf, GcError, messageOf } from "./errors.ts";
import { inSlices, turn } from "./fs/breathe.ts";
import { GUARD_PATIENCE_MS, guardsOf } from "./guards.ts";
import { type Bench, judgeAgain, judgeAll, type Walks } from "./judge.ts";
import { judgeTrash } from "./judge-trash.ts";
import type { Entry } from "./model/entry.ts";
import type { BaseRef } from "./model/home.ts";
import type { Mode, PlannedBase, PlannedEntry, PlannedTrash, TrashItem } from "./model/plan.ts";
import type { CollectResult, EntryResult, TrashResult } from "./model/result.ts";
import type { Settings } from "./model/settings.ts";
import { capRuling } from "./plan/cap.ts";
import { keepMatcher } from "./plan/patterns.ts";
import { planBase } from "./plan/plan-base.ts";
import { rule } from "./plan/policies.ts";
import type { Request } from "./plan/request.ts";
import { collectIn, robbedBy } from "./reclaim/collect.ts";
import { removeEntries } from "./reclaim/remove-entries.ts";
import { settleTrash } from "./reclaim/settle-trash.ts";
import { type Destination, entryOf } from "./reclaim/trash.ts";
import { keepsAsRecorded } from "./resolve/keeps.ts";
import { readMounts } from "./resolve/machine.ts";
import { isAtOrBelow } from "./resolve/mount-table.ts";
import { borrowingIn } from "./scan/borrowing.ts";
import { discover } from "./scan/discover.ts";
import { addSnapshots, type SnapshotsWanted } from "./scan/snapshots.ts";
import { findTrash } from "./scan/trash-places.ts";

/** What is to be found out of a base beyond what its plan needs. */
export interface Wanted {
  readonly everything: boolean;
  readonly claims: boolean;
  readonly snapshots: SnapshotsWanted;
}

/** What the state of a base says, as far as a plan needs it. */
export type Remembered = Pick<PlannedBase, "state" | "lastSweep" | "nextDue" | "clockDoubt"> & {
  readonly restored: Readonly<Record<string, number>>;
  readonly doubtedTimes: { readonly from: number; readonly to: number } | null;
  readonly bytesOf: (item: TrashItem) => number | null;
};

/** Plans one base. Throws `base-unreadable`, and `interrupted` when the signal is aborted. */
export async function planOf(
  ref: BaseRef,
  bench: Bench,
  request: Request,
  wanted: Wanted,
  memory: Remembered,
): Promise<PlannedBase> {
  const { state, lastSweep, nextDue, clockDoubt, restored, doubtedTimes } = memory;
  const found = await listed(ref.path, () => discover(ref.path, bench.stores.filter(isOutside), bench));
  const isolated = await listed(ref.path, () => inSlices(findTrash(ref.path, state), bench.signal));
  // The cap asks for the size and the last use of all.
  const all = wanted.everything || bench.settings.max_size > 0;
  const asked: Walks = { walk: all ? "all" : "needed", included: request.include };
  const judging = judgeAll(found.entries, bench, asked, wanted.claims);
  // What goes wrong in there is thrown where it is awaited.
  judging.catch(() => undefined);
  // While threads walk, pieces inside the entries are looked for.
  const pieces = await listed(ref.path, () => piecesIn(bench, wanted.everything || request.selects !== null));
  const judged = [...(await judging), ...(await judgeAll(pieces, bench, asked, wanted.claims))];
  const counted = bench.settings.max_size > 0 && request.mode === "by-hand";
  const trash = await judgeTrash(isolated, bench, memory.bytesOf, {
    claims: wanted.claims,
    walk: wanted.claims || counted,
  });
  const elsewhere = await borrowingIn(bench.neighbours, bench.stores, bench);
  const surveyed = {
    judged,
    elsewhere,
    trash,
    restored,
    userHome: bench.machine.userHome,
    clockDoubted: clockDoubt !== null,
    doubtedTimes,
  };
  const rows = await inSlices(planBase(surveyed, asRecorded(bench), request), bench.signal);
  const entries = await addSnapshots(rows.entries, wanted.snapshots, bench);
  const { foreign } = found;
  return {
    ref,
    exists: true,
    settings: bench.settings,
    error: null,
    state,
    lastSweep,
    nextDue,
    clockDoubt,
    foreign,
    ...rows,
    entries,
  };
}

type Store = Bench["stores"][number];

function isOutside(store: Store): boolean {
  return store.inside !== true;
}

/** To look inside everything that others claim is for those who want to see it, or to take it. */
async function piecesIn(bench: Bench, everything: boolean): Promise<readonly Entry[]> {
  const { stores, settings, base } = bench;
  const isWanted = ({ kind }: Store): boolean => everything || settings.stores.some((named) => named === kind);
  const insiders = stores.filter((store) => !isOutside(store) && isWanted(store));
  return insiders.length === 0 ? [] : (await discover(base, insiders, bench)).entries;
}

/** The settings with what `keep` names also as it would be recorded. */
function asRecorded({ settings, machine }: Bench): Settings {
  return { ...settings, keep: keepsAsRecorded(settings.keep, machine.userHome) };
}

async function listed<T>(base: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    throw new GcError("base-unreadable", `cannot read ${base}: ${messageOf(error)}`, { cause: error });
  }
}

/** Where a run may put things and whom it tells. */
export interface Hands {
  readonly destinations: readonly Destination[];
  /** What a person put back until now, also since the plan was made, by its path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  readonly onEntry: (result: EntryResult) => void;
  readonly onTrash: (result: TrashResult) => void;
  /** Something in the trash is about to go back to its place by itself. */
  readonly onReturning: (row: PlannedTrash) => void;
  readonly onTrashed: (trashId: string, bytes: number | null) => void;
  /** Repositories in which earlier runs left something to collect. */
  readonly uncollected: readonly string[];
}

export interface CarriedOut {
  readonly entries: readonly EntryResult[];
  readonly trash: readonly TrashResult[];
  readonly collected: readonly CollectResult[];
}

/** Does what the plan of a base says: first the trash, then the entries. */
export async function carryOut(base: PlannedBase, mode: Mode, bench: Bench, hands: Hands): Promise<CarriedOut> {
  // A turn after every entry, however short its work was: a signal stops between two of them.
  const breathe = turn;
  const { signal, now } = bench;
  const mountIn = (paths: readonly string[]): string | null => {
    const mounts = readMounts(bench.machine.platform) ?? [];
    return mounts.find(({ point }) => paths.some((path) => isAtOrBelow(point, path)))?.point ?? null;
  };
  const guardingOf = guardsOf(bench.stores, mode === "by-hand" ? GUARD_PATIENCE_MS : 0);
  const trash = await settleTrash(base.trash, {
    now,
    signal,
    breathe,
    stillExpired: (row) => stillExpired(row, bench),
    guardingOf,
    mountIn,
    onReturning: hands.onReturning,
    onResult: hands.onTrash,
  });
  const removals = base.entries.filter((row) => row.ruling.action === "remove");
  // Once a run: it resolves paths, and every entry is verified twice.
  const keptBy = keepMatcher(asRecorded(bench).keep, bench.machine.userHome);
  const entries = await removeEntries(removals, {
    now,
    signal,
    breathe,
    destinations: hands.destinations,
    gone: new Set(
      trash
        .filter(({ outcome }) => outcome === "removed")
        .flatMap(({ planned }) => planned.item.members.map(({ path }) => path)),
    ),
    guardingOf,
    mountIn,
    verify: (row, entry) => whyNot(row, entry, { mode, bench, keptBy, restored: hands.restored }),
    onResult: hands.onEntry,
    onTrashed: ({ trashId }, bytes) => hands.onTrashed(trashId, bytes),
  });
  const gone = entries.filter(({ outcome }) => outcome === "removed" || outcome === "trashed");
  const robbed = robbedBy(gone.map(({ planned }) => planned.judged.entry));
  const collected = await collectIn([...robbed, ...hands.uncollected], now, signal);
  return { entries, trash, collected };
}

/** What a removal is held against at the last moment. */
interface Terms extends Pick<Hands, "restored"> {
  readonly mode: Mode;
  readonly bench: Bench;
  readonly keptBy: (path: string) => string | null;
}

/** Why a removal is off: it was used since it was judged, or the rule that took it would not take it now. */
async function whyNot(row: PlannedEntry, entry: Entry, terms: Terms): Promise<string | null> {
  const { mode, bench } = terms;
  const again = await judgeAgain(entry, row.judged, bench);
  if (again === null) return "its kind of store is unknown here";
  const before = row.judged.lastUsed?.at ?? null;
  if (before !== null && again.lastUsed !== null && again.lastUsed.at > before) return "it was used in the meantime";
  const standing = {
    keptBy: again.subject === null ? null : terms.keptBy(again.subject.value),
    referencedBy: null,
    unreadableBorrows: null,
    restoredAt: terms.restored[row.judged.entry.members[0].path] ?? null,
    within: null,
  };
  const request: Request = {
    mode,
    now: bench.now,
    disposal: null,
    include: ["unreachable", "unidentified"],
    only: row.ruling.rule,
    selects: null,
  };
  const { settings } = bench;
  const isCapped = row.ruling.rule === "over-cap";
  const ruling = isCapped ? capRuling(again, standing, settings, request) : rule(again, standing, settings, request);
  if (ruling.action === "remove") return null;
  const hold = ruling.holds[0];
  return hold === undefined ? `it is ${again.verdict} now (${again.reason})` : `it is held now (${hold.code})`;
}

/** An orphan is destroyed only if its absence is proved again, or it has become stale meanwhile. */
async function stillExpired({ item, verdict, reason }: PlannedTrash, bench: Bench): Promise<boolean> {
  if (item.rule !== "orphan" || reason === "emptied") return true;
  const entry = entryOf(item);
  const again = entry === null ? null : await judgeAgain(entry, null, bench);
  if (again === null) return false;
  return again.verdict === "orphan" || (verdict === "stale" && isOld(again.lastUsed, bench.settings, bench.now));
}
