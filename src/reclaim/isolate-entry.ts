/**
 * Removes one entry from its place: checks that it is what the plan says, renames it, checks again where no other
 * program looks for it, and puts it back if anything changed.
 */
import { errnoOf, expectErrno, messageOf, createErrnoError, UNREADABLE } from "../errors.ts";
import { failpoint } from "../fs/failpoints.ts";
import type { Entry } from "../model/entry.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult } from "../model/result.ts";
import type { Rule } from "../model/reasons.ts";
import { changedResult, entryResult, isFull, pathOf, toOutcomeError } from "./outcome.ts";
import type { WithOwnerLock } from "./owner-lock.ts";
import { restoreMembers } from "./restore-members.ts";
import { type DetachOutcome, detachEntries } from "./detach.ts";
import {
  type Destination,
  type Isolated,
  isolatedOf,
  movesBack,
  prepareIsolation,
  relocated,
  stillThere,
  type ToIsolate,
} from "./trash.ts";

/** Why an entry is no longer what the plan says, or null. Runs the same stages on the one entry, wherever it lies. */
export type Verify = (planned: PlannedEntry, entry: Entry) => Promise<string | null>;

export interface Isolation {
  readonly verify: Verify;
  /** A mount at or below one of these paths, or null. */
  readonly mountIn: (paths: readonly string[]) => string | null;
  /** The clock (ms): the retention in the trash counts from the move, and a run may take hours. */
  readonly now: () => number;
  /** The lock under which the members of an entry are moved. */
  readonly ownerLockOf: (entry: Entry) => WithOwnerLock;
  /** The destinations, best first; none: there is no place on this disk. */
  readonly destinations: readonly Destination[];
  readonly signal: AbortSignal | undefined;
}

export type IsolatedOrNot =
  | { readonly kind: "isolated"; readonly isolated: Isolated }
  /** No room for a name; there may be some when others have been removed. */
  | { readonly kind: "no-room"; readonly result: EntryResult }
  | { readonly kind: "not"; readonly result: EntryResult };

export async function isolateEntry(planned: PlannedEntry, rule: Rule, run: Isolation): Promise<IsolatedOrNot> {
  try {
    const refused = await checkUnchanged(planned, run);
    if (refused !== null) return { kind: "not", result: refused };
    failpoint("verified", pathOf(planned));
    for (const to of run.destinations.slice(0, -1)) {
      const done = await isolateIn(to, planned, rule, run);
      if (done.kind !== "no-room") return done;
    }
    const last = run.destinations.at(-1);
    if (last === undefined) throw createErrnoError("ENOSPC", "ENOSPC: no trash can be made here");
    return await isolateIn(last, planned, rule, run);
  } catch (error) {
    return notIsolated(planned, error);
  }
}

async function isolateIn(to: Destination, planned: PlannedEntry, rule: Rule, run: Isolation): Promise<IsolatedOrNot> {
  try {
    const prepared = await prepareEntry(to, planned, rule, run);
    const { entry } = planned.judged;
    const outcome = (await detachEntries([prepared], { ...run, withOwnerLock: run.ownerLockOf(entry) })).get(prepared);
    return await isolatedOrNot(planned, prepared, outcome, run);
  } catch (error) {
    return notIsolated(planned, error);
  }
}

export async function prepareEntry(
  to: Destination,
  planned: PlannedEntry,
  rule: Rule,
  { now, signal }: Pick<Isolation, "now" | "signal">,
): Promise<ToIsolate> {
  const ephemeral = planned.steps.some(({ kind }) => kind === "destroy");
  return prepareIsolation(planned.judged.entry, rule, { to, now: now(), ephemeral, signal });
}

/** What became of one that was prepared. */
export async function isolatedOrNot(
  planned: PlannedEntry,
  prepared: ToIsolate,
  outcome: DetachOutcome | undefined,
  run: Isolation,
): Promise<IsolatedOrNot> {
  if (outcome?.kind === "not") {
    const error = createErrnoError(outcome.error.code, outcome.error.message);
    return notIsolated(planned, error, outcome.waits ? prepared.trashId : null);
  }
  failpoint("isolated", pathOf(planned));
  return checkedIn(planned, isolatedOf(prepared), run);
}

/** Why it was not taken. `trashId`: some of it was, and could not be put back. */
export function notIsolated(planned: PlannedEntry, error: unknown, trashId: string | null = null): IsolatedOrNot {
  if (trashId === null && errnoOf(error) === "ENOENT" && isGone(planned))
    return { kind: "not", result: entryResult(planned, "already-gone") };
  if (trashId === null && errnoOf(error) === "ECHANGED")
    return { kind: "not", result: changedResult(planned, messageOf(error)) };
  const result = entryResult(planned, "failed", { trashId, error: toOutcomeError(error) });
  return { kind: trashId === null && isFull(error) ? "no-room" : "not", result };
}

/** From here on it is in the trash, and errors must say so. */
async function checkedIn(planned: PlannedEntry, isolated: Isolated, run: Isolation): Promise<IsolatedOrNot> {
  try {
    const moved = await changedIn(planned, isolated, run);
    return moved === null
      ? { kind: "isolated", isolated }
      : { kind: "not", result: await putBackEntry(planned, isolated, moved, run) };
  } catch (error) {
    return {
      kind: "not",
      result: entryResult(planned, "failed", { trashId: isolated.trashId, error: toOutcomeError(error) }),
    };
  }
}

/** ENOENT may be about the trash as well as about the entry. */
function isGone({ judged }: PlannedEntry): boolean {
  try {
    return stillThere(judged.entry.members) === "gone";
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return false;
  }
}

/** Null where it still is what the plan says; otherwise the result that tells why it is not moved. */
export async function checkUnchanged(planned: PlannedEntry, run: Isolation): Promise<EntryResult | null> {
  const { entry } = planned.judged;
  const there = stillThere(entry.members);
  if (there === "gone") return entryResult(planned, "already-gone");
  if (there === "replaced") return changedResult(planned, "something else is in its place now");
  const mount = run.mountIn(entry.members.map(({ path }) => path));
  if (mount !== null)
    return entryResult(planned, "failed", { error: { code: "EBUSY", message: `something is mounted at ${mount}` } });
  const moved = await run.verify(planned, entry);
  if (moved === null) return null;
  // Another process may have removed it during the check, which then saw an incomplete entry.
  return isGone(planned) ? entryResult(planned, "already-gone") : changedResult(planned, moved);
}

/**
 * The check inside the trash: a process that had it open has either left a trace by now or cannot reach it any more.
 */
async function changedIn(planned: PlannedEntry, isolated: Isolated, run: Isolation): Promise<string | null> {
  const entry = relocated(isolated);
  return stillThere(entry.members) === "same" ? run.verify(planned, entry) : "something else was moved";
}

/** Puts it back, since it is no longer what the plan says. */
export async function putBackEntry(
  planned: PlannedEntry,
  isolated: Isolated,
  why: string,
  run: Pick<Isolation, "ownerLockOf" | "now">,
): Promise<EntryResult> {
  try {
    const back = await restoreMembers(movesBack(isolated), run.ownerLockOf(isolated.entry), { now: run.now() });
    if (back.kind === "back") return changedResult(planned, why);
    return entryResult(planned, "conflict", {
      trashId: isolated.trashId,
      error: { code: "EEXIST", message: `${why}, and ${back.path} is taken: it waits in the trash` },
    });
  } catch (error) {
    const trouble = toOutcomeError(error);
    return entryResult(planned, "failed", { trashId: isolated.trashId, error: trouble });
  }
}
