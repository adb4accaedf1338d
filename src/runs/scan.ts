/** Makes a plan: reads, judges, decides, and writes nothing. */
import { allSettled, isSettingsError } from "../config/mistakes.ts";
import { expectErrno, type GcError, UNREADABLE } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import type { ScanOptions } from "../options.ts";
import type { Request } from "../plan/request.ts";
import { selectionWithin } from "../plan/selection.ts";
import { keptWhole, withoutLimits } from "../plan/unsettled.ts";
import { bytePath } from "../fs/byte-path.ts";
import { runSync } from "../fs/cooperative.ts";
import { names } from "../fs/listing.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import type { DetailOptions, SurveyedBase } from "../survey.ts";
import { failureOf } from "./prune.ts";
import { checkSaveTarget, saveTargetOf } from "./save-target.ts";
import { agentOf, kindsNamed } from "./agents.ts";
import { basesOf, contextOf, type FoundBase, isSkippable, type RunContext } from "./context.ts";
import { defaultsFor, settingsFor } from "./settings.ts";
import {
  type Candidate,
  candidateOf,
  type Purpose,
  type ResolvedWord,
  selectionOf,
  trashCandidateOf,
} from "./candidates.ts";
import { resolveWords } from "./resolve-words.ts";
import { surveyBaseAt } from "./survey-base.ts";
import { wholeProgress } from "./whole-progress.ts";

/**
 * The action and reason for every entry and every trash item. Throws `GcError`: `usage`, `settings-*`, `base-*`,
 * `state-*`, `not-found` where an argument of `what` matches nothing, `interrupted`.
 */
export async function scan(options: ScanOptions = {}): Promise<Plan> {
  return (await scanNamed(options)).plan;
}

/** The same, with what each argument of `what` names. */
export async function scanNamed(
  options: ScanOptions,
  purpose: Purpose = "remove",
): Promise<{ readonly plan: Plan; readonly words: readonly ResolvedWord[] }> {
  const context = await contextOf(options);
  const now = context.now();
  const what = options.what ?? [];
  const asked = requestOf(options, what.length === 0 ? null : () => true, context, now);
  const wanted = detailOptionsOf(options);
  // Settings first: where one home's are broken, nothing runs.
  const found = await settled(await basesOf(context), options.onlyShow === true, context);
  const surveys: SurveyedPlace[] = [];
  // Only a bar needs to know how large the bases are, and only where there are several.
  const isShown = options.onProgress !== undefined && found.length > 1;
  const weights = found.map((one) => (isShown ? weightOf(one) : 1));
  const progressOf = wholeProgress(context.onProgress, weights, { exact: false });
  for (const [at, one] of found.entries())
    surveys.push(await surveyPlace(one, asked, wanted, { ...context, onProgress: progressOf(at) }));
  const words = await resolveWords(what, candidatesIn(surveys), {
    purpose,
    unread: unreadIn(surveys),
    context,
    cwd: options.cwd,
  });
  // What is shown is what a run on everything would do: an entry may go only together with one that was not named.
  const selects = words.length === 0 || purpose === "show" ? null : selectionOf(words);
  const request = requestOf(options, selects, context, now);
  const bases: PlannedBase[] = [];
  for (const one of surveys) {
    const planned = await orSkipped(one, () => one.planFor(request), context);
    bases.push(one.settingsError === null ? planned : keptWhole(planned, failureOf(one.settingsError)));
  }
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

/** About how much there is to read in a base: its children, of which most are entries. */
function weightOf({ ref, exists, error }: FoundBase): number {
  return exists && error === null ? 1 + namesIn(ref.path) : 0;
}

function namesIn(directory: string): number {
  try {
    return names(bytePath(directory)).length;
  } catch (error) {
    // Where it is read, that is said.
    expectErrno(error, ...UNREADABLE);
    return 0;
  }
}

type SettledBase = FoundBase & { readonly settings: Settings; readonly settingsError: GcError | null };

/** A base that was read, or why it was not; then it has no rows. */
type SurveyedPlace = SettledBase & SurveyedBase;

async function surveyPlace(
  found: SettledBase,
  request: Request,
  wanted: DetailOptions,
  context: RunContext,
): Promise<SurveyedPlace> {
  const { ref, exists, error, settings } = found;
  const empty = { ...found, judged: [], trash: [], planFor: async () => emptyBase(ref, settings) };
  if (error !== null) return { ...empty, planFor: async () => failedBase(found, error) };
  if (!exists && findState(ref.path) === null) return empty;
  try {
    return { ...found, ...(await surveyBaseAt({ ref, exists }, settings, request, wanted, context)) };
  } catch (failure) {
    if (!isSkippable(ref, failure, context)) throw failure;
    return { ...empty, error: failure, planFor: async () => failedBase(found, failure) };
  }
}

async function orSkipped(
  found: SettledBase,
  plan: () => Promise<PlannedBase>,
  context: RunContext,
): Promise<PlannedBase> {
  try {
    return await plan();
  } catch (failure) {
    if (!isSkippable(found.ref, failure, context)) throw failure;
    return failedBase(found, failure);
  }
}

function failedBase({ ref, settings }: SettledBase, error: GcError): PlannedBase {
  return { ...emptyBase(ref, settings), exists: true, error: failureOf(error) };
}

function candidatesIn(surveys: readonly SurveyedPlace[]): readonly Candidate[] {
  return surveys.flatMap(({ ref, judged, trash }) => [
    ...judged.map((one) => candidateOf(ref.path, one)),
    ...trash.map((one) => trashCandidateOf(one.item, (one.judged?.subject ?? one.subject)?.value ?? null)),
  ]);
}

function unreadIn(surveys: readonly SurveyedPlace[]): readonly string[] {
  return surveys.flatMap(({ error }) => (error === null ? [] : [error.message]));
}

async function settled(
  found: readonly FoundBase[],
  onlyShow: boolean,
  context: RunContext,
): Promise<readonly SettledBase[]> {
  return allSettled(found, async (one) => {
    // Where the base cannot be read, its settings cannot be read either.
    if (one.error !== null) return { ...one, settings: defaultsFor(one.ref, context), settingsError: null };
    try {
      return { ...one, settings: (await settingsFor(one.ref, context)).values, settingsError: null };
    } catch (error) {
      if (!onlyShow || !isSettingsError(error)) throw error;
      return { ...one, settings: withoutLimits(defaultsFor(one.ref, context)), settingsError: error };
    }
  });
}

export function requestOf(
  options: ScanOptions,
  selects: Request["selects"],
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
    selects: selectionWithin(selects, options, now),
  };
}

export function detailOptionsOf(options: ScanOptions): DetailOptions {
  return {
    everything: options.everything ?? false,
    claims: options.claims ?? false,
    snapshots: { rows: options.snapshots ?? "removals", askGit: options.askGit ?? 20 },
    onJudged: options.onJudged,
  };
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
