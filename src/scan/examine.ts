/**
 * Examines entries: inspect, resolve, and walk those that need it. One function for the entries of a base, for trash
 * items, and for the one entry that is verified before it is moved, so that they cannot differ.
 */
import { createYielder } from "../fs/cooperative.ts";
import { warmUp } from "../fs/worker-pool.ts";
import type { Entry } from "../model/entry.ts";
import { type Examined, type Inspection, type Measurement, subjectOf } from "../model/inspection.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import { newAncestors, type RemoteAnswers } from "../resolve/ancestors.ts";
import { presenceOf, type PresenceContext } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { withRealBorrows } from "./borrowed.ts";
import { withLiveCheckouts } from "./checkouts.ts";
import { inPortions, inspectAll, isLarge } from "./inspect-batch.ts";
import { type Inspected, type ResolvedEntry, type Measuring, measureWanted } from "./measure.ts";
import { withDuplicates } from "./duplicates.ts";
import { withUseOfWalk } from "./use-of-walk.ts";
import { withReflogs } from "./reflogs.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";

export interface ExamineOptions {
  readonly stores: readonly Kind[];
  /** The host uses this thread too, so yield to it. */
  readonly sharesLoop: boolean;
  readonly scene: ResolveContext;
  /** The clock of the run (ms). */
  readonly now: number;
  /** A use at or after this time (ms) settles the question of age; null: find the newest of all places. */
  readonly freshAfter: number | null;
  /** Each entry is walked whole. */
  readonly everything: boolean;
  /** Whether an entry has to be walked whole before it can be judged. */
  readonly needsWalk: Measuring["needsWalk"];
  /** Read every claim about each subject. */
  readonly claims: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onStage: (stage: "scan" | "measure", done: number, total: number, bytes: number) => void;
}

/**
 * How many entries are examined together. Intermediate results are held for these alone and not for ten thousand, and
 * there are still enough to keep every thread walking.
 */
const PORTION = 256;

/**
 * Measuring a store of a thousand projects by git takes a minute: after this time the rest stays unmeasured, and is
 * kept.
 */
const MEASURING_MS = 20_000;

/**
 * An entry of an unknown store is left out: it can be neither judged nor touched. While threads walk one batch, the
 * next one is inspected here.
 */
export async function* examineAll(
  entries: readonly Entry[],
  survey: ExamineOptions,
): AsyncGenerator<readonly Examined[], void> {
  // Finding the newest of all places needs a walk of every entry.
  if (survey.freshAfter === null) warmUp(entries.length);
  const remotes: RemoteAnswers[] = [];
  const witnesses: PresenceContext = { ...survey.scene, ancestors: newAncestors(remotes) };
  const progress: ScanProgress = { total: entries.length, bytes: 0 };
  const measuringBudget = { left: MEASURING_MS };
  const sharesLoop = survey.sharesLoop && isLarge(entries);
  let walking: Promise<readonly Examined[]> | null = null;
  let before = 0;
  for (const portion of inPortions(entries, PORTION)) {
    const callbacks = progressCallbacks(before, survey, progress);
    const inspected = await inspectEach(portion, { ...survey, sharesLoop }, callbacks);
    await askRemoteSubjects(inspected, remotes, survey);
    const looked = await resolveSubjects(inspected, witnesses, survey.signal);
    if (walking !== null) yield await walking;
    walking = measured(looked, survey, {
      ...survey,
      measuringBudget,
      all: measuringBudget,
      onWalked: callbacks.walked,
    });
    // A failure in there is thrown where it is awaited.
    walking.catch(() => undefined);
    before += portion.length;
  }
  if (walking !== null) yield await walking;
}

interface ScanProgress {
  readonly total: number;
  bytes: number;
}

/** The progress of one batch, as part of the whole. */
interface ProgressCallbacks {
  readonly scanned: (done: number) => void;
  readonly walked: (done: number, bytes: number) => void;
}

function progressCallbacks(before: number, { onStage }: ExamineOptions, progress: ScanProgress): ProgressCallbacks {
  return {
    scanned: (done) => onStage("scan", before + done, progress.total, progress.bytes),
    walked: (done, bytes) => {
      progress.bytes += bytes;
      onStage("measure", before + done, progress.total, progress.bytes);
    },
  };
}

async function measured(
  looked: readonly ResolvedEntry[],
  { scene, now }: ExamineOptions,
  run: Measuring,
): Promise<readonly Examined[]> {
  const measurements = await measureWanted(looked, run);
  return looked.map((one, index) => {
    const measurement = measurements.get(index) ?? null;
    return toExamined({ ...one, inspection: withUseOfWalk(one, measurement, now) }, measurement, scene.ledger);
  });
}

/** The context for resolving subjects: the machine, the base, and the ledger. */
export type ResolveContext = Omit<PresenceContext, "ancestors">;

async function inspectEach(
  entries: readonly Entry[],
  survey: ExamineOptions,
  callbacks: ProgressCallbacks,
): Promise<Inspected[]> {
  const { freshAfter, everything, claims, stores, sharesLoop, now, signal } = survey;
  const look = { freshAfter, locks: false, claims, justListed: true, isWalked: everything, now };
  const inspected = await inspectAll(entries, look, stores, {
    sharesLoop,
    signal,
    onDone: callbacks.scanned,
  });
  const scene = { ...survey.scene, signal };
  const known = await withLiveCheckouts(await withRealBorrows(inspected, scene), scene);
  const inspections = await withDuplicates(await withReflogs(known, entries, signal), signal);
  return entries.flatMap((entry, at): Inspected[] => {
    const inspection = inspections[at] ?? null;
    const store = kindNamed(stores, entry.store);
    return inspection === null || store === null ? [] : [{ entry, store, inspection }];
  });
}

/** Subjects on mounts that may not answer are checked first, by a child process. */
async function askRemoteSubjects(
  inspected: readonly { readonly inspection: Inspection }[],
  remotes: RemoteAnswers[],
  { scene, signal }: { readonly scene: ResolveContext; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const paths = inspected.flatMap(({ inspection }) => subjectOf(inspection.reading)?.value ?? []);
  const answers = await askRemote(paths, scene.base, scene.machine, signal);
  if (answers !== null) remotes.push(answers);
}

async function resolveSubjects(
  inspected: readonly Inspected[],
  witnesses: PresenceContext,
  signal: AbortSignal | undefined,
): Promise<ResolvedEntry[]> {
  const yieldIfDue = createYielder(signal);
  const looked: ResolvedEntry[] = [];
  for (const one of inspected) {
    looked.push({ ...one, presence: subjectPresence(one.inspection, witnesses) });
    await yieldIfDue();
  }
  return looked;
}

function subjectPresence({ reading, parent = null }: Inspection, witnesses: PresenceContext): Presence {
  const subject = subjectOf(reading);
  return subject === null ? { kind: "not-applicable" } : presenceOf(subject.value, witnesses, parent);
}

function toExamined(
  { entry, store, inspection, presence }: ResolvedEntry,
  measurement: Measurement | null,
  ledger: Ledger,
): Examined {
  const subject = subjectOf(inspection.reading);
  const missingSince = subject === null ? null : ledger.missingSince(subject.value);
  return { entry, isSession: store.session !== undefined, inspection, presence, measurement, missingSince };
}

/**
 * Examines one entry again, without a walk: the places that every use touches, the usual locks, and its subject.
 * `known` is the walk it was judged by.
 */
export async function examineAgain(
  entry: Entry,
  known: Measurement | null,
  survey: Pick<ExamineOptions, "stores" | "scene" | "now">,
): Promise<Examined | null> {
  const store = kindNamed(survey.stores, entry.store);
  if (store === null) return null;
  const look = { freshAfter: null, locks: true, claims: false, now: survey.now };
  const scene = { ...survey.scene, signal: undefined };
  const told = await withLiveCheckouts(await withRealBorrows([store.inspect(entry, look)], scene), scene);
  const [inspection] = await withDuplicates(await withReflogs(told, [entry], undefined), undefined);
  if (inspection === undefined || inspection === null) return null;
  const remotes: RemoteAnswers[] = [];
  await askRemoteSubjects([{ inspection }], remotes, survey);
  const witnesses = { ...survey.scene, ancestors: newAncestors(remotes) };
  return toExamined(
    { entry, store, inspection, presence: subjectPresence(inspection, witnesses) },
    known,
    survey.scene.ledger,
  );
}
