/** Makes a plan: reads, judges, decides, and writes nothing. */
import { clockDoubt, doubtedTimes } from "../gate/clock.ts";
import { dueAt } from "../gate/due.ts";
import { readMarker } from "../gate/marker.ts";
import { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import type { ScanOptions } from "../options.ts";
import { selectionOf, wordMatcher } from "../plan/patterns.ts";
import { type Request, selectableOf } from "../plan/request.ts";
import { TRASH_NAME } from "../scan/trash-places.ts";
import { lastLogged } from "../state/log.ts";
import { readNote } from "../state/notes.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord } from "../state/record.ts";
import { readRestored } from "../state/restored.ts";
import { planOf, type Remembered, type Wanted } from "../sweep.ts";
import { basesOf, benchFor, type Context, contextOf, settingsFor } from "./context.ts";

/**
 * What would be done to every entry and everything in the trash, and why. Throws `GcError`: `usage`, `settings-*`,
 * `base-*`, `state-*`, `not-found` where a word of `what` names nothing, `interrupted`.
 */
export async function scan(options: ScanOptions = {}): Promise<Plan> {
  const context = await contextOf(options);
  const now = context.now();
  const request = requestOf(options, context, now);
  const wanted = wantedOf(options);
  const bases: PlannedBase[] = [];
  // Settings first: where one home's are broken, nothing runs.
  const found = basesOf(context).map(({ ref, exists }) => ({
    ref,
    exists,
    settings: settingsFor(ref, context).values,
  }));
  for (const { ref, exists, settings } of found) {
    bases.push(exists ? await planExisting(ref, settings, request, wanted, context) : emptyBase(ref, settings));
  }
  refuseUnmatched(options.what ?? [], bases, context);
  return {
    version: 1,
    mode: request.mode,
    now,
    disposal: request.disposal ?? (request.mode === "automatic" ? "trash" : "destroy"),
    bases,
  };
}

export function requestOf(options: ScanOptions, context: Context, now: number): Request {
  const words = options.what ?? [];
  return {
    mode: options.mode ?? "by-hand",
    now,
    disposal: options.disposal ?? null,
    include: options.include ?? [],
    only: options.only ?? null,
    selects: words.length === 0 ? null : selectionOf(words, context.machine.userHome),
  };
}

export function wantedOf(options: ScanOptions): Wanted {
  return {
    everything: options.everything ?? false,
    claims: options.claims ?? false,
    snapshots: { rows: options.snapshots ?? "removals", askGit: options.askGit ?? 20 },
  };
}

export async function planExisting(
  ref: BaseRef,
  settings: Settings,
  request: Request,
  wanted: Wanted,
  context: Context,
): Promise<PlannedBase> {
  const state = findState(ref.path);
  const record = state === null ? NO_RECORD : readRecord(state);
  const memory = rememberedOf(ref, state, record, settings, request.now);
  const bench = await benchFor(ref, state, settings, request.now, context);
  const planned = await planOf(ref, bench, request, wanted, memory);
  return { ...planned, lastError: state === null ? null : lastLogged(state) };
}

export function rememberedOf(
  ref: BaseRef,
  state: string | null,
  record: StateRecord,
  settings: Settings,
  now: number,
): Remembered {
  return {
    state,
    lastSweep: record.sweeps[0] ?? null,
    nextDue: dueAt({ marker: readMarker(ref.path), ownLast: ownLast(record) }, settings, now),
    clockDoubt: clockDoubt(record, now),
    doubtedTimes: doubtedTimes(record, now),
    restored: state === null ? {} : readRestored(state, ref.path),
    bytesOf: (item) => (state === null ? null : readNote(`${state}/${TRASH_NAME}`, item.id)),
  };
}

/** When our own last sweep reached its end, or, if none did, when we first met a marker. */
export function ownLast(record: StateRecord): number | null {
  return record.sweeps.find((sweep) => sweep.error === null)?.at ?? record.firstMet;
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

/** A word that names nothing is a mistake: an empty selection is not everything, and not nothing either. */
function refuseUnmatched(words: readonly string[], bases: readonly PlannedBase[], context: Context): void {
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
    throw new GcError(
      "not-found",
      `nothing here is called "${word}": expected an id, a workdir or a glob of workdirs`,
      {
        hint: "checkpoints status --all lists every entry",
      },
    );
  }
}
