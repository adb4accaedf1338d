/**
 * The first stages for one base: everything is read and judged, and nothing is decided. What a run selects may depend on
 * what is found in all bases, so the decision is a function of the survey.
 */
import { uncollectableAfter } from "./collect-after.ts";
import { GcError, systemMessage } from "./errors.ts";
import { runCooperatively } from "./fs/cooperative.ts";
import { type JudgeContext, judgeAll, type Walks, withUse } from "./judge.ts";
import { withBeyond } from "./judge-beyond.ts";
import { judgeTrash } from "./judge-trash.ts";
import type { Child } from "./fs/listing.ts";
import type { Entry } from "./model/entry.ts";
import type { BaseRef } from "./model/home.ts";
import { keepProblemsOf } from "./model/patterns.ts";
import type { Judged } from "./model/judgement.ts";
import type { PlannedBase } from "./model/plan.ts";
import type { TrashItem } from "./model/trash.ts";
import { isBeyond } from "./plan/entry-limit.ts";
import { planBase } from "./plan/plan-base.ts";
import { pathOf, type PlanInput } from "./plan/plan-context.ts";
import { isCollected, type Request } from "./plan/request.ts";
import type { JudgedTrash } from "./plan/trash.ts";
import { discover, outside } from "./scan/discover.ts";
import { mayLend, withLinked } from "./scan/linked.ts";
import { obstaclesOf } from "./scan/obstacles.ts";
import { addSnapshots, type SnapshotsWanted } from "./scan/snapshots.ts";
import { findTrash } from "./scan/trash-places.ts";
import { type Unclaimed, unclaimedBorrowers } from "./scan/unclaimed.ts";

/** What to find out about a base beyond what its plan needs. */
export interface DetailOptions {
  readonly everything: boolean;
  readonly claims: boolean;
  readonly snapshots: SnapshotsWanted;
  readonly onJudged?: ((judged: readonly Judged[]) => void) | undefined;
}

/** The state of a base, as far as a plan needs it. */
export type PersistedState = Pick<PlannedBase, "exists" | "state" | "lastSweep" | "nextDue" | "clockDoubt"> & {
  readonly restored: Readonly<Record<string, number>>;
  readonly doubtedTimes: { readonly from: number; readonly to: number } | null;
  readonly bytesOf: (item: TrashItem) => number | null;
};

/** A base that was read and judged, and nothing was decided yet. */
export interface SurveyedBase {
  readonly judged: readonly Judged[];
  readonly trash: readonly JudgedTrash[];
  /** May be called once for each request. */
  readonly planFor: (request: Request) => Promise<PlannedBase>;
}

/**
 * Reads and judges one base; a missing one has only its trash. What `request` selects is not used but to know whether it
 * selects at all: it may depend on what is found in all bases. Throws `base-unreadable`, and `interrupted` when the
 * signal is aborted.
 */
export async function surveyBase(
  ref: BaseRef,
  context: JudgeContext,
  request: Request,
  wanted: DetailOptions,
  memory: PersistedState,
): Promise<SurveyedBase> {
  const { exists, state, lastSweep, nextDue, clockDoubt, restored, doubtedTimes } = memory;
  const found = exists
    ? await listed(ref.path, () => discover(ref.path, outside(context.stores, context.settings.collect), context))
    : { entries: [], foreign: [], strays: [], listed: [] };
  const { foreign } = found;
  const isolated = await listed(ref.path, () =>
    runCooperatively(findTrash(ref.path, state, context.agent), context.signal),
  );
  // The cap needs the size and the last use of every entry.
  const all = wanted.everything || context.settings.max_size > 0;
  const asked: Walks = { walk: all ? "all" : "needed", included: request.include, onJudged: wanted.onJudged };
  const judging = judgeAll(found.entries, context, asked, wanted.claims);
  // A failure in there is thrown where it is awaited.
  judging.catch(() => undefined);
  // Pieces inside the entries are searched while threads walk.
  const pieces = await listed(ref.path, () =>
    exists ? piecesIn(context, request, wanted.everything || request.selects !== null, found.listed) : [],
  );
  const seen = [...(await judging), ...(await judgeAll(pieces, context, asked, wanted.claims))];
  const whole = all ? seen : await withBeyond(seen, context, request, wanted.claims);
  // Checked only for those that a rule may select: a live one costs nothing here.
  const mayGo = (one: Judged): boolean => context.settings.max_size > 0 || isCandidate(one);
  const used = whole.map((one) => (mayGo(one) ? withUse(one, context.stores) : one));
  const counted = context.settings.max_size > 0 && request.mode === "manual";
  const waiting = await judgeTrash(isolated, context, memory.bytesOf, {
    claims: wanted.claims,
    walk: wanted.claims || counted,
  });
  const candidates = used.filter(mayGo);
  const { judged, trash, elsewhere } = await withBorrowers(found, { used, waiting, candidates }, context);
  // The effective uid, which the kernel checks.
  const uid = process.geteuid?.() ?? null;
  const obstacles = await obstaclesOf(candidates, {
    base: ref.path,
    state,
    uid,
    mounts: context.machine.mounts,
    stores: context.stores,
    signal: context.signal,
  });
  const surveyed = {
    obstacles,
    judged,
    elsewhere,
    trash,
    restored,
    userHome: context.machine.userHome,
    keeps: context.keeps,
    clockDoubted: clockDoubt !== null,
    doubtedTimes,
    baseGone: !exists,
  };
  const planFor = async (chosen: Request): Promise<PlannedBase> => {
    const rows = await runCooperatively(planBase(surveyed, context.settings, chosen), context.signal);
    const entries = await addSnapshots(rows.entries, wanted.snapshots, context);
    const uncollectable = uncollectableAfter(entries, () => borrowingIn(surveyed));
    const { alsoCollects = [] } = chosen;
    return {
      ref,
      exists,
      settings: context.settings,
      ...(alsoCollects.length === 0 ? {} : { alsoCollects }),
      error: null,
      state,
      lastSweep,
      nextDue,
      clockDoubt,
      foreign,
      keepProblems: keepProblemsOf(context.keeps),
      ...(uncollectable.length === 0 ? {} : { uncollectable }),
      ...rows,
      entries,
    };
  };
  return { judged, trash, planFor };
}

interface Seen {
  readonly used: readonly Judged[];
  readonly waiting: readonly JudgedTrash[];
  readonly candidates: readonly Judged[];
}

/** Adds what borrows objects: by links as well where something may be removed that objects can be borrowed from. */
async function withBorrowers(
  found: Unclaimed,
  { used, waiting, candidates }: Seen,
  context: JudgeContext,
): Promise<Pick<PlanInput, "judged" | "trash" | "elsewhere">> {
  const { base, stores } = context;
  const removable = [...candidates, ...waiting.flatMap((one) => one.judged ?? [])];
  const linked = removable.some(({ entry }) => mayLend(entry, stores));
  const search = { ...context, linked };
  const unclaimed = await unclaimedBorrowers(found, stores, search);
  const elsewhere = [...unclaimed, ...(await context.borrowers(base, search))];
  if (!linked) return { judged: used, trash: waiting, elsewhere };
  const inTrash = await withLinked(
    waiting.flatMap(({ judged }) => judged ?? []),
    stores,
    search,
  );
  const byPlace = new Map(inTrash.map((one) => [one.entry.members[0].path, one]));
  const trash = waiting.map((one) => ({
    ...one,
    judged: one.judged === null ? null : (byPlace.get(one.judged.entry.members[0].path) ?? null),
  }));
  return { judged: await withLinked(used, stores, search), trash, elsewhere };
}

/** All that borrows, where it is now. */
function borrowingIn({
  judged,
  trash,
  elsewhere,
}: Pick<PlanInput, "judged" | "trash" | "elsewhere">): PlanInput["elsewhere"] {
  const own = [...judged, ...trash.flatMap((one) => one.judged ?? [])];
  return [
    ...own.map((one) => ({ path: pathOf(one), borrows: one.borrows, trouble: one.borrowsTrouble })),
    ...elsewhere,
  ];
}

/** Entries that some rule may select: the rest costs no further call. */
function isCandidate(one: Judged): boolean {
  const { verdict, old, troubles } = one;
  return verdict !== "live" || old || troubles.length > 0 || isBeyond(one);
}

type Store = JudgeContext["stores"][number];

/** Searching inside other kinds' entries is only needed to show it, or to remove from it. */
async function piecesIn(
  context: JudgeContext,
  request: Request,
  everything: boolean,
  known: readonly Child[],
): Promise<readonly Entry[]> {
  const { stores, settings, base } = context;
  const isWanted = ({ kind }: Store): boolean => everything || isCollected(kind, settings, request);
  const insiders = stores.filter((store) => store.inside === true && isWanted(store));
  return insiders.length === 0 ? [] : (await discover(base, insiders, context, known)).entries;
}

async function listed<T>(base: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new GcError("base-unreadable", `cannot read ${base}: ${systemMessage(error)}`, { cause: error });
  }
}
