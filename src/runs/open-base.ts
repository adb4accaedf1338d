/** What every writing run does around its work on one base: state, lock, places to move entries to, and the record. */
import { hostname } from "node:os";
import type { Agent } from "../agents/agent.ts";
import { errnoOf, GcError, hasNoRoom, messageOf, systemCode } from "../errors.ts";
import { accountName } from "../fs/account.ts";
import { runCooperatively, yieldToEventLoop } from "../fs/cooperative.ts";
import { bytePath, unlinkIfThere } from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import { dropSideFiles } from "../fs/spelled-name.ts";
import { isAbandoned, TEMPORARY_PREFIX } from "../fs/write-atomic.ts";
import { type Lock, acquireLock } from "../gate/lock.ts";
import { DAY } from "../model/time.ts";
import type { BaseRef } from "../model/home.ts";
import type { RunWarning } from "../model/result.ts";
import { DEFAULT_SETTINGS, retentionsOf, type Settings } from "../model/settings.ts";
import { besideIn, type Destination } from "../reclaim/trash.ts";
import { existingTrashPlaces, findTrash } from "../scan/trash-places.ts";
import { dropNotes } from "../state/notes.ts";
import { findState, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord, writeRecord } from "../state/record.ts";
import { forgetRestored } from "../state/restored.ts";
import { existingTrashDirectories, makeTrash } from "../state/trash-directory.ts";
import { agentOf, stateOptions } from "./agents.ts";
import { type RunContext, refuseForeignHome } from "./context.ts";
import { noteCopied, seenCopied } from "./copied.ts";

/** A base that this run may write to. `state` is null where the disk has no room for one. */
export interface BaseHandle {
  readonly agent: Agent;
  readonly ref: BaseRef;
  readonly state: string | null;
  readonly record: StateRecord;
  /** False where this system or disk supports no lock. */
  readonly locked: boolean;
  /** What could not be written, in order. */
  readonly warnings: readonly RunWarning[];
  /** Adds to `warnings`, and to the log. */
  readonly warn: (warning: RunWarning) => void;
  readonly close: () => void;
}

/**
 * Creates the state where there is none and takes the lock. Throws `foreign-owner`, `state-*`, and `locked` with the
 * holder. Freeing a full disk must work, so without room for a state a manual run continues without one, and without a
 * lock.
 */
export async function openBase(ref: BaseRef, wait: number, context: RunContext): Promise<BaseHandle> {
  refuseForeignHome(ref, context);
  const agent = agentOf(ref, context);
  // Read before anything is written: the state may have to be created in the base.
  const copied = seenCopied(ref.path);
  const state = stateOrNull(ref, context);
  const warnings = warningsOf(ref, context);
  if (state === null)
    return { agent, ref, state, record: NO_RECORD, locked: false, ...warnings, close: () => undefined };
  const record = readRecord(state);
  const lock = await lockIn(state, wait, context);
  if (lock.kind === "busy") {
    throw new GcError(
      "locked",
      `another run is in progress on ${ref.path}${lock.holder === null ? "" : `: ${lock.holder}`}`,
      {
        hint: "Run this again when it has finished.",
      },
    );
  }
  const locked = lock.kind === "held";
  const close = locked ? lock.release : () => undefined;
  try {
    // The run that had the lock may have written in the meantime.
    const fresh = locked ? readRecord(state) : record;
    remember(copied, state, ref);
    return { agent, ref, state, record: fresh, locked, ...warnings, close };
  } catch (error) {
    // A process that lives on, as a gateway does, would keep every other run out.
    close();
    throw error;
  }
}

/** Without room it is not recorded; this run uses it all the same. */
function remember(copied: number | null, state: string, ref: BaseRef): void {
  try {
    noteCopied(state, copied);
  } catch (error) {
    if (!hasNoRoom(error)) throw cannotWrite(ref, error);
  }
}

function warningsOf({ path }: BaseRef, { logger }: RunContext): Pick<BaseHandle, "warnings" | "warn"> {
  const warnings: RunWarning[] = [];
  const warn = (warning: RunWarning): void => {
    // The same file fails at the beginning and at the end of a run, and is reported once.
    if (warnings.some(({ message }) => message === warning.message)) return;
    warnings.push(warning);
    logger.warn({ event: "not-written", base: path, code: warning.code }, warning.message);
  };
  return { warnings, warn };
}

function stateOrNull(ref: BaseRef, context: RunContext): string | null {
  try {
    return makeState(ref.path, stateOptions(ref, context));
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
    `cannot write beside ${ref.path} (${code}): the state and the trash must be there`,
    { cause: error, hint: code === "EROFS" ? REMOUNT : CHANGE_USER },
  );
}

const REMOUNT = "Remount its file system for writing first.";
const CHANGE_USER = "Run it as the user who owns that directory, or let this user write there.";

async function lockIn(state: string, wait: number, context: RunContext): Promise<Lock> {
  try {
    return await acquireLock({
      state,
      wait,
      holder: `${processLabel()}, since ${new Date(context.now()).toISOString()}`,
      signal: context.signal,
    });
  } catch (error) {
    if (hasNoRoom(error)) return { kind: "unavailable" };
    throw error;
  }
}

/** The label of this process, for other runs and for the history. */
export function processLabel(): string {
  return `${accountName()}@${hostname()}, pid ${process.pid}`;
}

/**
 * Where removals may be moved to, best first. Only a run that destroys at once, as the user asked, moves them beside
 * the entries.
 */
export function destinationsOf(opened: BaseHandle, besideToo: boolean): Destination[] {
  const trash = trashOf(opened);
  return [...(trash === null ? [] : [trash]), ...(besideToo ? [besideIn(opened.ref.path)] : [])];
}

function trashOf({ state }: BaseHandle): Destination | null {
  if (state === null) return null;
  try {
    return { directory: makeTrash(state), prefix: "" };
  } catch (error) {
    if (hasNoRoom(error)) return null;
    throw error;
  }
}

/**
 * Removes what earlier runs left in the state: partial files, notes of items that no longer exist, expired records of
 * restores.
 */
export async function cleanUpState(opened: BaseHandle, settings: Settings, now: number): Promise<void> {
  const { state } = opened;
  if (state === null) return;
  await yieldToEventLoop();
  await recordLater(opened, "what earlier runs left in the state could not be cleared away", () =>
    clearAway(opened, state),
  );
  recordNow(opened, "the notes of what was put back long ago could not be cleared away", () =>
    forgetRestored(state, now - Math.max(...retentionsOf(settings), DEFAULT_SETTINGS.retention_days) * DAY, now),
  );
}

async function clearAway({ agent, ref, locked }: BaseHandle, state: string): Promise<void> {
  const trash = existingTrashDirectories(state);
  for (const directory of [state, ...trash]) {
    for (const name of namesOrNone(bytePath(directory))) {
      const path = bytePath(`${directory}/${name}`);
      if (isLeftOver(name) && (locked || isAbandoned(path))) unlinkIfThere(path);
    }
  }
  await yieldToEventLoop();
  const items = await runCooperatively(findTrash(ref.path, state, agent));
  await yieldToEventLoop();
  const present = new Set(items.map((item) => item.id));
  for (const directory of trash) dropNotes(directory, present);
  for (const place of await runCooperatively(existingTrashPlaces(ref.path, state, agent)))
    dropSideFiles(place, (path) => locked || isAbandoned(path));
}

/** A partial file of a killed run, or a notice that a hook failed to delete. */
function isLeftOver(name: string): boolean {
  return name.startsWith(TEMPORARY_PREFIX) || /^notice\..+\.taken$/.test(name);
}

/** Writes the record, or reports that it could not. */
export function saveRecord(opened: BaseHandle, record: StateRecord): void {
  const { state } = opened;
  if (state === null) return;
  recordNow(opened, "what this run did is not in the history, and undo knows it by the names in the trash alone", () =>
    writeRecord(state, record),
  );
}

/**
 * Writes what later runs depend on. What was already done must still be reported, so an errno in here never ends the
 * run: it becomes a warning, with `cost`, a sentence about the consequence. A full disk is expected; every other errno
 * marks the run as failed. False where it was not written.
 */
export function recordNow(opened: Pick<BaseHandle, "warn">, cost: string, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    opened.warn(warningOf(error, cost));
    return false;
  }
}

/** The same for an asynchronous write. */
export async function recordLater(
  opened: Pick<BaseHandle, "warn">,
  cost: string,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    opened.warn(warningOf(error, cost));
  }
}

function warningOf(error: unknown, cost: string): RunWarning {
  const code = error instanceof GcError ? error.code : systemCode(error);
  return { code, message: `${cost}: ${messageOf(error)}`, failed: !hasNoRoom(error) };
}
