/** What every run that writes does around its work on one base: state, lock, places to move things to, and the record. */
import { hostname, userInfo } from "node:os";
import { errnoOf, GcError } from "../errors.ts";
import { inSlices, turn } from "../fs/breathe.ts";
import { bytePath, unlink } from "../fs/door.ts";
import { names, namesOrNone } from "../fs/listing.ts";
import { TEMPORARY_PREFIX } from "../fs/write-atomic.ts";
import { type Lock, takeLock } from "../gate/lock.ts";
import { DAY } from "../model/time.ts";
import type { BaseRef } from "../model/home.ts";
import type { Settings } from "../model/settings.ts";
import { besideIn, type Destination } from "../reclaim/trash.ts";
import { findTrash, TRASH_NAME } from "../scan/trash-places.ts";
import { dropNotes } from "../state/notes.ts";
import { findState, makePrivate, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord, writeRecord } from "../state/record.ts";
import { forgetRestored } from "../state/restored.ts";
import { type Context, refuseForeignHome } from "./context.ts";

/** A base that this run may write to. `state` null: the disk has no room for one. */
export interface Opened {
  readonly ref: BaseRef;
  readonly state: string | null;
  readonly record: StateRecord;
  /** False where this system or disk gives no lock. */
  readonly locked: boolean;
  readonly close: () => void;
}

/**
 * Makes the state where there is none and takes the lock. Throws `foreign-owner`, `state-*`, and `locked` with who has
 * it. A full disk is why people come: without room for a state a run by hand goes on without one, and without a lock.
 */
export async function openBase(ref: BaseRef, wait: number, context: Context): Promise<Opened> {
  refuseForeignHome(ref, context);
  const state = stateOrNull(ref);
  if (state === null) return { ref, state, record: NO_RECORD, locked: false, close: () => undefined };
  const record = readRecord(state);
  const lock = await lockIn(state, wait, context);
  if (lock.kind === "busy") {
    throw new GcError(
      "locked",
      `another run is at work on ${ref.path}${lock.holder === null ? "" : `: ${lock.holder}`}`,
      {
        hint: "run this again when it has finished",
      },
    );
  }
  // Whoever had the lock may have written in the meantime.
  const fresh = lock.kind === "held" ? readRecord(state) : record;
  const locked = lock.kind === "held";
  return { ref, state, record: fresh, locked, close: locked ? lock.release : () => undefined };
}

function stateOrNull(ref: BaseRef): string | null {
  try {
    return makeState(ref.path);
  } catch (error) {
    if (hasNoRoom(error)) return findState(ref.path);
    throw cannotWrite(ref, error);
  }
}

function cannotWrite(ref: BaseRef, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  return new GcError(
    "state-unusable",
    `cannot write beside ${ref.path} (${code}): nothing can be moved to a trash there`,
    { cause: error },
  );
}

function hasNoRoom(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

async function lockIn(state: string, wait: number, context: Context): Promise<Lock> {
  try {
    return await takeLock({
      state,
      wait,
      holder: `${whoami()}, since ${new Date(context.now()).toISOString()}`,
      signal: context.signal,
    });
  } catch (error) {
    if (hasNoRoom(error)) return { kind: "unavailable" };
    throw error;
  }
}

/** Who runs this, for other runs and for the history. */
export function whoami(): string {
  return `${userName()}@${hostname()}, pid ${process.pid}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A uid without a line in passwd, as containers have.
    if (error instanceof Error) return String(process.getuid?.() ?? "?");
    throw error;
  }
}

/** Where removals may go, best first. Beside the entries only what a person has destroyed at once. */
export function destinationsOf(opened: Opened, besideToo: boolean): Destination[] {
  const trash = trashOf(opened);
  return [...(trash === null ? [] : [trash]), ...(besideToo ? [besideIn(opened.ref.path)] : [])];
}

function trashOf({ state }: Opened): Destination | null {
  if (state === null) return null;
  const directory = `${state}/${TRASH_NAME}`;
  try {
    makePrivate(directory);
    return { directory, prefix: "" };
  } catch (error) {
    if (hasNoRoom(error)) return null;
    throw error;
  }
}

/** Clears away what earlier runs left in the state: half-written files, notes of what is gone, restores long past. */
export async function tidy({ ref, state }: Opened, settings: Settings, now: number): Promise<void> {
  if (state === null) return;
  await turn();
  await clearAway(ref.path, state).catch(leaveOut);
  withoutRoom(() => forgetRestored(state, now - Math.max(settings.retention_days, 7) * DAY, now));
}

async function clearAway(base: string, state: string): Promise<void> {
  const trash = `${state}/${TRASH_NAME}`;
  for (const name of names(bytePath(state))) if (isLeftOver(name)) unlink(bytePath(`${state}/${name}`));
  for (const name of namesOrNone(bytePath(trash))) if (isLeftOver(name)) unlink(bytePath(`${trash}/${name}`));
  await turn();
  const items = await inSlices(findTrash(base, state));
  await turn();
  dropNotes(trash, new Set(items.map((item) => item.id)));
}

/** A half-written file of a killed run, or a notice that a hook died over. */
function isLeftOver(name: string): boolean {
  return name.startsWith(TEMPORARY_PREFIX) || /^notice\..+\.taken$/.test(name);
}

/** Writes the record where there is room for it; what depends on it is only ever kept longer without. */
export function saveRecord({ state }: Opened, record: StateRecord): void {
  if (state !== null) withoutRoom(() => writeRecord(state, record));
}

/** What is only ever of use later is left out where there is no room for it. */
export function withoutRoom(act: () => void): void {
  try {
    act();
  } catch (error) {
    leaveOut(error);
  }
}

/** The same of a promise, as what catches it. */
export function leaveOut(error: unknown): void {
  if (errnoOf(error) === null) throw error;
}
