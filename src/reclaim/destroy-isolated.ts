/**
 * Destroys a batch of isolated entries, each marked right before its own first unlink (fs/mark.ts).
 *
 * On a signal nothing more is begun: what is being destroyed is finished, and what was only isolated is put back. Where
 * that is impossible it stays in the trash, whole and unmarked. What is whole stays whole.
 */
import { expectErrno, UNWRITABLE } from "../errors.ts";
import { DESTROY } from "../fs/jobs.ts";
import { runAll } from "../fs/worker-pool.ts";
import type { Destroyed } from "../fs/destroy.ts";
import type { MarkedPath } from "../fs/mark.ts";
import { failpoint } from "../fs/failpoints.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult, OutcomeError } from "../model/result.ts";
import type { Isolation } from "./isolate-entry.ts";
import { entryResult, toOutcomeError } from "./outcome.ts";
import { restoreMembers } from "./restore-members.ts";
import { toDestroy, type Isolated, movesBack, relocated } from "./trash.ts";

/** An entry that lies in the trash, to be destroyed. */
export interface Waiting {
  readonly planned: PlannedEntry;
  readonly isolated: Isolated;
}

export interface BatchRun extends Pick<Isolation, "ownerLockOf" | "now"> {
  readonly signal: AbortSignal | undefined;
  readonly tell: (result: EntryResult) => void;
  /** A row that found no room for its mark is not tried again. */
  readonly last: boolean;
}

/** Returns the rows that found no room for the mark and are in their places again: they are tried once more. */
export async function destroyIsolated(waiting: readonly Waiting[], run: BatchRun): Promise<PlannedEntry[]> {
  const { tell } = run;
  const retry: PlannedEntry[] = [];
  const ready: Ready[] = waiting.flatMap((one) => readyOne(one, tell));
  const whole: Whole[] = [];
  const begun = new Set<Ready>();
  await runAll(
    DESTROY,
    ready.map(({ members, waiting: { planned } }) => ({ members, bytes: knownBytes(planned) })),
    {
      signal: run.signal,
      whole: true,
      onProduct: (index, product) => {
        const one = ready[index];
        if (one === undefined) return;
        begun.add(one);
        if (product.kind === "whole") {
          whole.push({ ...one.waiting, error: product.error });
          return;
        }
        failpoint("destroyed", one.members[0]?.marked ?? "");
        tell(destroyed(one.waiting, product));
      },
    },
  );
  for (const one of whole) await leaveWhole(one, retry, run);
  for (const one of ready) if (!begun.has(one)) tell(await putBackWhole(one.waiting, run));
  return retry;
}

interface Ready {
  readonly waiting: Waiting;
  readonly members: readonly MarkedPath[];
}

function readyOne(waiting: Waiting, tell: (result: EntryResult) => void): Ready[] {
  try {
    return [{ waiting, members: toDestroy(relocated(waiting.isolated).members) }];
  } catch (error) {
    tell(notBegun(waiting, toOutcomeError(error)));
    return [];
  }
}

/** What could not be marked, and why. */
interface Whole extends Waiting {
  readonly error: OutcomeError;
}

async function leaveWhole(one: Whole, retry: PlannedEntry[], run: BatchRun): Promise<void> {
  const full = one.error.code === "ENOSPC" || one.error.code === "EDQUOT";
  if (full && !run.last && (await wentBack(one.isolated, run))) retry.push(one.planned);
  else run.tell(notBegun(one, one.error));
}

function notBegun({ planned, isolated }: Waiting, error: OutcomeError): EntryResult {
  // Another process without a lock has found it in the trash and was faster.
  if (error.code === "ENOENT") return entryResult(planned, "already-gone");
  return entryResult(planned, "failed", { trashId: isolated.trashId, error });
}

/**
 * A signal came before its destruction began: it is put back, and where that fails it stays in the trash, to be
 * restored.
 */
async function putBackWhole({ planned, isolated }: Waiting, run: BatchRun): Promise<EntryResult> {
  try {
    const back = await restoreMembers(movesBack(isolated), run.ownerLockOf(isolated.entry), { now: run.now() });
    if (back.kind === "back") return entryResult(planned, "returned");
    const message = `the run was interrupted, and ${back.path} is taken: it waits in the trash`;
    return entryResult(planned, "conflict", { trashId: isolated.trashId, error: { code: "EEXIST", message } });
  } catch (error) {
    const { code, message } = toOutcomeError(error);
    if (code === "ENOENT") return entryResult(planned, "already-gone");
    const waits = { code, message: `${message}: the run was interrupted, and it waits in the trash` };
    // Only these say that there is something in its place.
    const outcome = code === "EEXIST" || code === "ENOTEMPTY" ? "conflict" : "failed";
    return entryResult(planned, outcome, { trashId: isolated.trashId, error: waits });
  }
}

/** The size from the plan's walk, where that saw everything: both checks found that nothing has changed since. */
function knownBytes({ judged }: PlannedEntry): number | null {
  // For a ref it is what is freed in the end, and not what is unlinked here.
  const moved = judged.entry.members.every(({ as }) => as === undefined);
  return moved && judged.troubles.length === 0 ? judged.bytes : null;
}

async function wentBack(isolated: Isolated, run: BatchRun): Promise<boolean> {
  try {
    return (
      (await restoreMembers(movesBack(isolated), run.ownerLockOf(isolated.entry), { now: run.now() })).kind === "back"
    );
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
    return false;
  }
}

function destroyed({ planned, isolated }: Waiting, { bytes, troubles }: Destroyed): EntryResult {
  const trouble = troubles[0];
  if (trouble === undefined) return entryResult(planned, "removed", { bytes });
  return entryResult(planned, "failed", {
    bytes,
    trashId: isolated.trashId,
    error: { code: trouble.code, message: `${trouble.message} (${trouble.path})` },
  });
}
