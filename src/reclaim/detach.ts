/**
 * Takes prepared entries from their places, all that share a lock of another program under one hold of it: that program
 * waits meanwhile, so what is slow was done before, and what needs a second attempt gets a hold of its own.
 */
import { dirname } from "node:path";
import { expectErrno, UNWRITABLE } from "../errors.ts";
import { failpoint } from "../fs/failpoints.ts";
import { bytePath } from "../fs/syscalls.ts";
import { dropSideFileOf, hasSpelledName } from "../fs/spelled-name.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import type { Entry, MemberKind } from "../model/entry.ts";
import type { OutcomeError } from "../model/result.ts";
import { inOrder, methodFor } from "./methods/index.ts";
import type { Detached, Detaching } from "./methods/method.ts";
import { toOutcomeError } from "./outcome.ts";
import { noLock, type WithOwnerLock } from "./owner-lock.ts";
import { restoreMembers } from "./restore-members.ts";

export interface PreparedMember extends Detaching {
  readonly as: MemberKind | undefined;
}

/** What it takes to put it back is written, and nothing was taken yet. */
export interface PreparedEntry {
  readonly entry: Entry;
  readonly members: readonly PreparedMember[];
}

export type DetachOutcome =
  | { readonly kind: "detached" }
  /** `waits`: it could not be put back, so some of it is in the trash. */
  | { readonly kind: "not"; readonly error: OutcomeError; readonly waits: boolean };

type Outcomes<T extends PreparedEntry> = Map<T, DetachOutcome>;

export interface DetachRun {
  readonly withOwnerLock: WithOwnerLock;
  /** The clock (ms): what is put back has its time in its name. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** An outcome for each. What was prepared for those that stay is discarded. */
export async function detachEntries<T extends PreparedEntry>(
  entries: readonly T[],
  run: DetachRun,
): Promise<ReadonlyMap<T, DetachOutcome>> {
  const outcomes: Outcomes<T> = new Map();
  const alone = await detachInOneHold(entries, run, outcomes);
  for (const one of alone) {
    // A signal stops between two: what was not tried is in its place.
    if (run.signal?.aborted === true) outcomes.set(one, { kind: "not", error: INTERRUPTED, waits: false });
    else await detachInOneHold([one], run, outcomes);
  }
  for (const [one, outcome] of outcomes) if (outcome.kind === "not" && !outcome.waits) discard(one.members);
  return outcomes;
}

const INTERRUPTED: OutcomeError = { code: "EINTR", message: "EINTR: the run was interrupted" };

/** Takes back what was prepared for members that were not taken. */
export function discard(members: readonly Detaching[]): void {
  for (const { member, target } of members) {
    try {
      methodFor(member).discardPrepared(target);
    } catch (error) {
      // The next run finds it half isolated, sees that nothing was removed, and drops it then.
      expectErrno(error, ...UNWRITABLE);
    }
  }
  for (const { target } of members) dropSideFileOf(target);
}

/** Those that have to be tried by themselves. */
async function detachInOneHold<T extends PreparedEntry>(
  entries: readonly T[],
  { withOwnerLock, now }: DetachRun,
  outcomes: Outcomes<T>,
): Promise<readonly T[]> {
  let begun = false;
  try {
    syncRecords(entries);
    return await withOwnerLock(async () => {
      begun = true;
      return detachAll(entries, outcomes, now);
    });
  } catch (error) {
    const told = toOutcomeError(error);
    // Where it is not known how far it came, what could put it back stays.
    for (const one of entries) if (!outcomes.has(one)) outcomes.set(one, { kind: "not", error: told, waits: begun });
    return [];
  }
}

/** Before anything is taken. */
function syncRecords(entries: readonly PreparedEntry[]): void {
  const written = entries.flatMap(({ members }) => members.filter(({ member }) => methodFor(member).writesRecord));
  for (const directory of new Set(written.map(({ target }) => dirname(target)))) syncDirectory(bytePath(directory));
}

/** Checked under the lock: a program that had it before has left a trace by now. */
async function detachAll<T extends PreparedEntry>(
  entries: readonly T[],
  outcomes: Outcomes<T>,
  now: DetachRun["now"],
): Promise<readonly T[]> {
  // What decides whether the rest of an entry may go is taken first, of all of them.
  const first = entries.flatMap(({ members }) => members.filter(({ as }) => as !== undefined));
  const detached = new Map<Detaching, Detached>();
  for (const as of new Set(first.map((one) => one.as)))
    for (const [one, how] of await methodFor({ as }).detach(first.filter((member) => member.as === as)))
      detached.set(one, how);
  const alone: T[] = [];
  for (const one of entries) {
    const outcome = await detachRest(one, detached, now);
    if (outcome === "alone") alone.push(one);
    else outcomes.set(one, outcome);
  }
  return alone;
}

async function detachRest(
  { members }: PreparedEntry,
  detached: ReadonlyMap<Detaching, Detached>,
  now: DetachRun["now"],
): Promise<DetachOutcome | "alone"> {
  const taken: PreparedMember[] = [];
  let failed: Exclude<Detached, { kind: "detached" }> | null = null;
  for (const one of inOrder(members)) {
    const known = detached.get(one);
    // The files of an entry stay where one of its refs or records does.
    if (failed !== null && known === undefined) break;
    const how = known ?? (await methodFor(one).detach([one])).get(one) ?? NOT_TRIED;
    if (how.kind === "detached" || how.kind === "unsure") taken.push(one);
    if (how.kind === "detached") failpoint("member-isolated", one.member.path);
    else failed ??= how;
  }
  // A run without a lock may have taken the file beside it for one that no name needs.
  if (failed === null && !taken.every(({ target }) => hasSpelledName(target))) failed = UNSPELLED;
  if (failed === null) return { kind: "detached" };
  const isBack = await putBack(taken, now());
  // What was taken and put back has used up its record: another run makes a new one.
  if (failed.kind === "refused-together" && taken.length === 0) return "alone";
  return { kind: "not", error: failed.error, waits: !isBack };
}

const UNSPELLED: Exclude<Detached, { kind: "detached" }> = {
  kind: "not",
  error: { code: "ENODATA", message: "ENODATA: the file that says what its name in the trash stands for is gone" },
};

const NOT_TRIED: Detached = { kind: "unsure", error: { code: "EAGAIN", message: "EAGAIN: it was not tried" } };

/** One whose place is taken stays where it is: the next run finds it half isolated. */
async function putBack(taken: readonly PreparedMember[], now: number): Promise<boolean> {
  let isBack = true;
  for (const { member, as, target } of taken.toReversed()) {
    try {
      const back = await restoreMembers([{ from: target, to: member.path, as }], noLock, { now });
      if (back.kind !== "back") isBack = false;
    } catch (error) {
      // The error of the removal is reported instead. EGIT: the git that was killed may not start again.
      expectErrno(error, ...UNWRITABLE, "EGIT");
      isBack = false;
    }
  }
  return isBack;
}
