/** Carries out the plan of one opened base, with progress and notes. What every run that removes does. */
import { yieldToEventLoop } from "../fs/cooperative.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { Mode, PlannedBase } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { EntryResult } from "../model/result.ts";
import { DAY } from "../model/time.ts";
import type { Saver } from "../reclaim/save-elsewhere.ts";
import { writeNote } from "../state/notes.ts";
import { noteRestored, readRestored } from "../state/restored.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import type { CarriedOut, ExecutionContext } from "../sweep.ts";
import { judgeContextFor, type RunContext } from "./context.ts";
import { removedHeartbeats } from "./heartbeats.ts";
import { type BaseHandle, destinationsOf, recordNow } from "./open-base.ts";
import { rememberKeeps } from "./patterns.ts";
import { pendingCollections } from "./pending-collections.ts";

/** The consequence of a ledger that was not written. */
export const LEDGER_COST =
  "which directories are there is not written down, so those deleted later may be kept for good";

/** Carries out the plan of one opened base, with progress, and writes notes beside what is moved to the trash. */
export async function carryOutIn(
  opened: BaseHandle,
  base: PlannedBase,
  mode: Mode,
  context: RunContext,
  saver: Saver | null = null,
): Promise<CarriedOut> {
  // What removes is most of what a run that shows something does not need.
  const { carryOut } = await import("../sweep.ts");
  const judgeContext = await judgeContextFor(base.ref, opened.state, base.settings, context.now(), context);
  // Before any removal: the record must cover everything that this run kept.
  rememberIn(opened, judgeContext.keeps, context);
  await yieldToEventLoop();
  const arrears = pendingCollections(opened, base, mode);
  const heartbeats = removedHeartbeats(opened, context);
  const own = executionContextFor(opened, base, mode, context);
  const onEntry = (result: EntryResult): void => {
    own.onEntry(result);
    heartbeats.add(result);
  };
  const execution = { ...own, onEntry, uncollected: arrears.repositories, saver };
  try {
    const done = await carryOut(base, mode, judgeContext, execution);
    arrears.settle(done);
    return done;
  } finally {
    heartbeats.note();
  }
}

function executionContextFor(
  opened: BaseHandle,
  base: PlannedBase,
  mode: Mode,
  context: RunContext,
): Omit<ExecutionContext, "uncollected" | "saver"> {
  const total = base.entries.filter((row) => row.ruling.action === "remove").length;
  let done = 0;
  let bytes = 0;
  return {
    state: opened.state,
    clock: context.now,
    destinations: destinationsOf(opened, mode === "manual"),
    restored: opened.state === null ? {} : readRestored(opened.state, base.ref.path),
    onEntry: (result) => {
      done += 1;
      bytes += result.bytes;
      context.onProgress({ stage: "remove", done, total, bytes });
      const { judged, ruling } = result.planned;
      const ageDays = judged.lastUsed === null ? null : Math.floor((context.now() - judged.lastUsed.at) / DAY);
      context.logger.debug({
        event: "entry",
        id: judged.entry.id,
        rule: ruling.rule,
        ageDays,
        bytes: result.bytes,
        outcome: result.outcome,
      });
    },
    onReturning: (row) => {
      // Its directory is back: it gets the same grace period as after a restore. The note is written first: without the
      // move it has no effect, and a move without it would be undone by the next sweep.
      if (row.reason === "workdir-back") noteRestore(opened, row.item, context.now());
    },
    onTrash: (result) => {
      context.onProgress({ stage: "trash", done: 1, total: null, bytes: result.bytes });
    },
    onTrashed: (trashId, size) => noteSize(opened, trashId, size),
  };
}

export function noteSize(opened: BaseHandle, trashId: string, size: number | null): void {
  if (opened.state === null) return;
  const [directory] = existingTrashDirectories(opened.state);
  // What was isolated beside the entries, where there is no trash, has no place for a note.
  if (directory === undefined) return;
  recordNow(opened, `the size of ${trashId} in the trash is not noted`, () => writeNote(directory, trashId, size));
}

/** A restore counts as a use: without its note the next sweep may remove the same entry again. False where it has none. */
export function noteRestore(opened: BaseHandle, { id, members }: PlannedTrash["item"], now: number): boolean {
  const { state } = opened;
  if (state === null) return false;
  return recordNow(opened, `that ${id} was put back is not noted, so the next sweep may remove it again`, () => {
    for (const { place } of members) noteRestored(state, place, now);
  });
}

/** What the `keep` patterns lead to. */
export function rememberIn(opened: BaseHandle, keeps: readonly NamedPattern[], context: RunContext): void {
  const { state } = opened;
  if (state === null) return;
  recordNow(opened, "what the keep patterns lead to is not remembered", () =>
    rememberKeeps(state, keeps, context.flags),
  );
}
