/** Makes a plan: reads, judges, decides, and writes nothing. */
import type { Agent } from "../agents/agent.ts";
import { clockDoubt, doubtedTimes } from "../gate/clock.ts";
import { dueAt, type Timing } from "../gate/due.ts";
import { readMarker } from "../gate/marker.ts";
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { Plan, PlannedBase, TrashItem } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import type { ScanOptions } from "../options.ts";
import { selectionOf, wordMatcher } from "../plan/patterns.ts";
import { type Request, selectableOf } from "../plan/request.ts";
import { selectionWithin } from "../plan/selection.ts";
import { runSync } from "../fs/cooperative.ts";
import { sizeCheckOf } from "../scan/size-check.ts";
import { findTrash } from "../scan/trash-places.ts";
import { readHeartbeats } from "../state/heartbeats.ts";
import { lastLogged } from "../state/log.ts";
import { readNote } from "../state/notes.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord } from "../state/record.ts";
import { readRestored } from "../state/restored.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import { planOf, type PersistedState, type DetailOptions } from "../sweep.ts";
import { failureOf } from "./prune.ts";
import { checkSaveTarget, saveTargetOf } from "./save-target.ts";
import { agentOf, kindsNamed, markerDirectory } from "./agents.ts";
import { basesOf, contextOf, type FoundBase, isSkippable, judgeContextFor, type RunContext } from "./context.ts";
import { defaultsFor, settingsFor } from "./settings.ts";
import { wordsFor } from "./patterns.ts";

/**
 * The action and reason for every entry and every trash item. Throws `GcError`: `usage`, `settings-*`, `base-*`,
 * `state-*`, `not-found` where an argument of `what` matches nothing, `interrupted`.
 */
export async function scan(options: ScanOptions = {}): Promise<Plan> {
  return (await scanNamed(options)).plan;
}

/** The same, with what the arguments of `what` match on the disk. */
export async function scanNamed(
  options: ScanOptions,
): Promise<{ readonly plan: Plan; readonly words: readonly NamedPattern[] }> {
  const context = await contextOf(options);
  const now = context.now();
  const words = await wordsFor(options.what ?? [], context);
  const request = requestOf(options, words, context, now);
  const wanted = detailOptionsOf(options);
  const bases: PlannedBase[] = [];
  // Settings first: where one home's are broken, nothing runs.
  const found = await settled(await basesOf(context), context);
  for (const { ref, exists, error, settings } of found) {
    const failed = (failure: GcError): PlannedBase => ({
      ...emptyBase(ref, settings),
      exists: true,
      error: failureOf(failure),
    });
    if (error !== null) bases.push(failed(error));
    else if (exists || findState(ref.path) !== null)
      bases.push(
        await planBaseAt({ ref, exists }, settings, request, wanted, context).catch((failure: unknown) => {
          if (isSkippable(ref, failure, context)) return failed(failure);
          throw failure;
        }),
      );
    else bases.push(emptyBase(ref, settings));
  }
  refuseUnmatched(words, bases, context);
  const disposal = request.disposal ?? (request.mode === "automatic" ? "trash" : "destroy");
  const saveTo = saveTargetOf(options);
  if (saveTo !== null)
    await checkSaveTarget(
      saveTo,
      bases.map(({ ref }) => ref),
      context,
    );
  const saved = saveTo === null ? {} : { saveTo };
  return { plan: { version: 1, mode: request.mode, now, disposal, ...saved, bases }, words };
}

async function settled(
  found: readonly FoundBase[],
  context: RunContext,
): Promise<readonly (FoundBase & { readonly settings: Settings })[]> {
  const all: (FoundBase & { readonly settings: Settings })[] = [];
  for (const one of found) {
    // Where the base cannot be read, its settings cannot be read either.
    const settings = one.error === null ? (await settingsFor(one.ref, context)).values : defaultsFor(one.ref, context);
    all.push({ ...one, settings });
  }
  return all;
}

export function requestOf(
  options: ScanOptions,
  words: readonly NamedPattern[],
  context: RunContext,
  now: number,
): Request {
  return {
    mode: options.mode ?? "manual",
    now,
    disposal: options.disposal ?? null,
    include: options.include ?? [],
    only: options.only ?? null,
    alsoCollects: kindsNamed(options.agent, context),
    selects: selectionWithin(words.length === 0 ? null : selectionOf(words, context.machine.userHome), options, now),
  };
}

export function detailOptionsOf(options: ScanOptions): DetailOptions {
  return {
    everything: options.everything ?? false,
    claims: options.claims ?? false,
    snapshots: { rows: options.snapshots ?? "removals", askGit: options.askGit ?? 20 },
  };
}

/** A base that no longer exists has its trash alone: the state beside it is enough. */
export async function planBaseAt(
  found: ExistingOrGone,
  settings: Settings,
  request: Request,
  wanted: DetailOptions,
  context: RunContext,
): Promise<PlannedBase> {
  const { ref } = found;
  const state = findState(ref.path);
  const record = state === null ? NO_RECORD : readRecord(state);
  const judgeContext = await judgeContextFor(ref, state, settings, request.now, context);
  const memory = rememberedOf(found, judgeContext.agent, state, record, settings, request.now);
  const planned = await planOf(ref, judgeContext, request, wanted, memory);
  const { agent, signal } = judgeContext;
  const checked = wanted.everything ? await sizeCheckOf(ref.path, agent, planned.entries, signal) : null;
  const heartbeats = state === null ? [] : readHeartbeats(state, request.now);
  return {
    ...planned,
    ...(checked === null ? {} : { sizeCheck: checked }),
    ...(heartbeats.length === 0 ? {} : { heartbeats }),
    lastError: state === null ? null : lastLogged(state),
  };
}

/** A base, and whether it exists. */
export type ExistingOrGone = Pick<FoundBase, "ref" | "exists">;

export function rememberedOf(
  found: ExistingOrGone,
  agent: Pick<Agent, "sharesMarker">,
  state: string | null,
  record: StateRecord,
  settings: Settings,
  now: number,
): PersistedState {
  const { ref, exists } = found;
  const trash = state === null ? [] : existingTrashDirectories(state);
  return {
    exists,
    state,
    lastSweep: record.sweeps[0] ?? null,
    nextDue: dueAt(timingOf(found, agent, state, record), settings, now),
    clockDoubt: clockDoubt(record, now),
    doubtedTimes: doubtedTimes(record, now),
    restored: state === null ? {} : readRestored(state, ref.path),
    bytesOf: (item) => noteOf(item, trash),
  };
}

/** Beside it, or in the other trash where the two stand side by side. */
function noteOf({ id }: TrashItem, trash: readonly string[]): number | null {
  for (const directory of trash) {
    const bytes = readNote(directory, id);
    if (bytes !== null) return bytes;
  }
  return null;
}

/** Without a base there is no marker in it: then our own last sweep counts alone. */
export function timingOf(
  { ref, exists }: ExistingOrGone,
  agent: Pick<Agent, "sharesMarker">,
  state: string | null,
  record: StateRecord,
): Timing {
  const last = ownLast(record);
  const directory = markerDirectory(agent, ref.path, state);
  if (exists && directory !== null) return { marker: readMarker(directory), ownLast: last };
  return { marker: last === null ? { kind: "missing" } : { kind: "at", at: last }, ownLast: last };
}

/** When our own last sweep reached its end, or, if none did, when a marker was first seen. */
export function ownLast(record: StateRecord): number | null {
  return record.sweeps.find((sweep) => sweep.error === null)?.at ?? record.firstMet;
}

/** Whether the trash of a base holds anything, also of a base that no longer exists. */
export function hasTrash(ref: BaseRef, context: RunContext): boolean {
  const state = findState(ref.path);
  return state !== null && runSync(findTrash(ref.path, state, agentOf(ref, context))).length > 0;
}

export function emptyBase(ref: BaseRef, settings: Settings): PlannedBase {
  return {
    ref,
    exists: false,
    settings,
    error: null,
    state: null,
    lastSweep: null,
    nextDue: null,
    foreign: [],
    entries: [],
    trash: [],
    unreadableBorrows: [],
    clockDoubt: null,
  };
}

/** An argument that matches nothing is a mistake: it must select neither everything nor nothing. */
function refuseUnmatched(words: readonly NamedPattern[], bases: readonly PlannedBase[], context: RunContext): void {
  for (const word of words) {
    const matches = wordMatcher(word, context.machine.userHome);
    const found = bases.some(
      (base) =>
        base.entries.some((row) => matches(selectableOf(row.judged))) ||
        base.trash.some((row) =>
          matches({
            id: row.item.entryId,
            path: `${row.item.base}/${row.item.entryId}`,
            subject: row.subject?.value ?? null,
          }),
        ),
    );
    if (found) continue;
    const unread = bases.flatMap(({ error }) => (error === null ? [] : [`Not searched: ${error.message}`]));
    const [what, how] = context.sessionsOnly
      ? ["session", "an id or the path of its file"]
      : ["checkpoint", "an id, a project directory or a glob"];
    throw new GcError("not-found", `no ${what} matches "${word.pattern}": expected ${how}`, {
      hint: [...unread, "To list every entry: checkpoints status --all"].join("\n"),
    });
  }
}
