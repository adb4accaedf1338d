/**
 * What `doctor` has to know of each base. Reads only, takes no lock, and decides nothing: every answer is that of the
 * function which a run asks. Nothing is walked, so sizes are known only as far as they were recorded.
 */
import { dirname } from "node:path";
import { expectErrno, GcError, ifReadable, messageOf, UNREADABLE, withoutCall } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { bytePath, freeBytes, lstatOrNull } from "../fs/syscalls.ts";
import { readNext } from "../gate/next.ts";
import type { BaseFacts, KindCount, RunFacts, TrashFacts } from "../model/doctor.ts";
import type { BaseRef } from "../model/home.ts";
import { keepProblemsOf } from "../model/patterns.ts";
import type { BaseError, PlannedBase } from "../model/plan.ts";
import type { ResolvedSettings } from "../model/settings.ts";
import type { CommonOptions } from "../options.ts";
import { expiresAt } from "../plan/trash.ts";
import { discover, outside } from "../scan/discover.ts";
import { baseObstacle, nameOf } from "../scan/obstacles.ts";
import { isOverSize } from "../report/size-warning.ts";
import { sizeCheckOf } from "../scan/size-check.ts";
import { findTrash } from "../scan/trash-places.ts";
import { readKeeps } from "../state/keep.ts";
import { readLedger } from "../state/ledger.ts";
import { lastLogged } from "../state/log.ts";
import { noteIn } from "../state/notes.ts";
import { findState } from "../state/place.ts";
import { examineRecord, NO_RECORD, type StateRecord } from "../state/record.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import { agentOf, kindsOf } from "./agents.ts";
import { contextOf, existing, type FoundBase, type RunContext } from "./context.ts";
import { keepsFor } from "./patterns.ts";
import { failureOf } from "./prune.ts";
import { detailOptionsOf, requestOf } from "./scan.ts";
import { defaultsFor, settingsFor } from "./settings.ts";
import { planBaseAt, rememberedOf } from "./survey-base.ts";

/** `error`: why the bases could not be found at all. */
export interface ExaminedBases {
  readonly bases: readonly BaseFacts[];
  readonly error: BaseError | null;
}

/** Throws `usage` and `interrupted` alone. */
export async function examineBases(options: CommonOptions): Promise<ExaminedBases> {
  try {
    const context = await contextOf(options);
    const bases = new Map<string, BaseFacts>();
    for (const ref of context.refs) {
      const found = await foundAt(ref, context);
      if (!bases.has(found.ref.path)) bases.set(found.ref.path, await factsOf(found, context));
    }
    for (const { ref, error } of context.unlisted)
      bases.set(ref.path, await factsOf({ ref, exists: false, error }, context));
    return { bases: [...bases.values()], error: null };
  } catch (error) {
    return { bases: [], error: reportable(error) };
  }
}

/** One that cannot be used does not hold up the others, named or not. */
async function foundAt(ref: BaseRef, context: RunContext): Promise<FoundBase> {
  try {
    return await existing(ref, context);
  } catch (error) {
    reportable(error);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- anything else was thrown above
    return { ref, exists: false, error: error as GcError };
  }
}

function reportable(error: unknown): BaseError {
  if (!(error instanceof GcError) || ["usage", "interrupted", "internal"].includes(error.code)) throw error;
  return failureOf(error);
}

async function attempt<T>(act: () => T | Promise<T>): Promise<readonly [T | null, BaseError | null]> {
  try {
    return [await act(), null];
  } catch (error) {
    if (error instanceof GcError) return [null, reportable(error)];
    expectErrno(error, ...UNREADABLE);
    return [null, { code: "base-unreadable", message: `cannot be read: ${withoutCall(messageOf(error))}`, hint: null }];
  }
}

async function factsOf(found: FoundBase, context: RunContext): Promise<BaseFacts> {
  const { ref, exists, error } = found;
  const agent = agentOf(ref, context);
  const [settings, settingsError] = error === null ? await attempt(() => settingsFor(ref, context)) : [null, null];
  const usualKinds = kindsOf(agent, ref.path, context).flatMap(({ kind, optIn }) => (optIn === true ? [] : [kind]));
  const none: BaseFacts = {
    ref,
    exists,
    error: error === null ? null : failureOf(error),
    owner: error === null ? null : await ownerInTheWay(ref, context),
    obstacle: null,
    settings,
    settingsError,
    keepProblems: [],
    state: null,
    stateError: null,
    stateDamage: [],
    runs: null,
    trash: null,
    freeBytes: null,
    kinds: [],
    usualKinds,
    oversized: null,
  };
  if (error !== null) return none;
  const [state, stateError] = await attempt(() => findState(ref.path));
  const [kinds, listError] = exists ? await attempt(() => kindsIn(ref, settings, context)) : [[], null];
  const withPlace: BaseFacts = {
    ...none,
    error: listError,
    owner: listError === null ? null : ownerOf(ref.path),
    obstacle: exists && listError === null ? obstacleOf(ref, state) : null,
    state,
    stateError,
    kinds: kinds ?? [],
  };
  if (listError !== null || stateError !== null || (!exists && state === null)) return withPlace;
  const [examined, recordError] = await attempt(() => (state === null ? null : examineRecord(state)));
  const [, protectionError] = await attempt(() => readProtections(state, context));
  const [trash, trashError] = await attempt(() => trashOf(found, state, settings, context));
  return {
    ...withPlace,
    stateError: recordError ?? protectionError ?? trashError,
    keepProblems: settings === null ? [] : keepProblemsOf(await keepsFor(ref, null, settings.values, context)),
    stateDamage: examined?.damaged ?? [],
    runs: recordError === null ? runsOf(found, state, examined?.record ?? NO_RECORD, settings, context) : null,
    trash,
    freeBytes: ifReadable(() => freeBytes(bytePath(exists ? ref.path : dirname(ref.path))), "ENOSYS"),
    oversized: exists ? await oversizedAt(found, settings, context) : null,
  };
}

/** Every run reads them, and none goes on without one that is there. */
async function readProtections(state: string | null, { machine }: RunContext): Promise<void> {
  if (state === null) return;
  readKeeps(state);
  await readLedger(state, machine.observer);
}

/** Whose the directory is that denies the way to a base; null where it is this user's, or something else is wrong. */
async function ownerInTheWay({ path }: BaseRef, { paths }: RunContext): Promise<string | null> {
  const found = (await paths.resolve([path])).get(path);
  return found?.end.kind === "trouble" && found.end.code === "EACCES" ? ownerOf(dirname(found.at)) : null;
}

function ownerOf(path: string): string | null {
  const uid = ifReadable(() => lstatOrNull(bytePath(path)))?.uid;
  return uid === undefined || uid === process.geteuid?.() ? null : nameOf(uid);
}

function obstacleOf({ path }: BaseRef, state: string | null): BaseFacts["obstacle"] {
  const uid = process.geteuid?.() ?? null;
  return uid === null ? null : baseObstacle({ base: path, state }, uid);
}

async function trashOf(
  { ref }: FoundBase,
  state: string | null,
  settings: ResolvedSettings | null,
  context: RunContext,
): Promise<TrashFacts> {
  const items = await runCooperatively(findTrash(ref.path, state, agentOf(ref, context)), context.signal);
  const notes = state === null ? [] : existingTrashDirectories(state);
  const now = context.now();
  const unfinished = items.filter(({ marked, complete }) => marked || !complete);
  const waiting = items.filter((item) => !unfinished.includes(item) && item.returned !== true);
  const expired = settings === null ? [] : waiting.filter((item) => expiresAt(item, settings.values, now) <= now);
  return {
    count: items.length,
    bytes: items.reduce((sum, { id, bytes }) => sum + (bytes ?? noteIn(notes, id) ?? 0), 0),
    expired: expired.length,
    unfinished: unfinished.length,
  };
}

/** By their names: nothing in them is read. Throws the errno where the base cannot be listed. */
async function kindsIn(
  ref: BaseRef,
  settings: ResolvedSettings | null,
  context: RunContext,
): Promise<readonly KindCount[]> {
  const agent = agentOf(ref, context);
  const { collect } = settings?.values ?? defaultsFor(ref, context);
  const stores = outside(kindsOf(agent, ref.path, context), collect);
  const run = { sharesLoop: context.sharesLoop, signal: context.signal, now: context.now(), agent };
  const { entries } = await discover(ref.path, stores, run);
  const counts = new Map<string, number>();
  for (const { store } of entries) counts.set(store, (counts.get(store) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

function runsOf(
  found: FoundBase,
  state: string | null,
  record: StateRecord,
  settings: ResolvedSettings | null,
  context: RunContext,
): RunFacts {
  const { ref } = found;
  const values = settings?.values ?? defaultsFor(ref, context);
  const memory = rememberedOf(found, agentOf(ref, context), state, record, values, context.now());
  const next = state === null ? null : ifReadable(() => readNext(state));
  return {
    nextDue: memory.nextDue,
    lastSweep: memory.lastSweep,
    lastError: state === null ? null : lastLogged(state),
    failures: record.failures,
    wasOff: next?.disabled === true,
    clockDoubt: memory.clockDoubt,
  };
}

/** Only where it is too large the sessions are judged, so that what makes it smaller can be said. */
async function oversizedAt(
  found: FoundBase,
  settings: ResolvedSettings | null,
  context: RunContext,
): Promise<PlannedBase | null> {
  const { ref } = found;
  if (settings === null) return null;
  const check = await sizeCheckOf(ref.path, agentOf(ref, context), [], context.signal);
  if (check === null || !isOverSize(check)) return null;
  const request = requestOf({ mode: "manual" }, null, context, context.now());
  const wanted = detailOptionsOf({ everything: true, snapshots: "none" });
  const [planned] = await attempt(() => planBaseAt(found, settings.values, request, wanted, context));
  return planned;
}
