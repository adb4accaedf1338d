/**
 * Examines entries: inspect, resolve, and a walk of those that need one. One function for the entries of a base, for
 * what lies in its trash, and for the one entry that is verified before it is taken, so that they cannot differ.
 */
import { pace } from "../fs/breathe.ts";
import { makeReady } from "../fs/crew.ts";
import type { Entry } from "../model/entry.ts";
import { type Examined, type Inspection, type Measurement, subjectOf } from "../model/inspection.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import { newAncestors, type RemoteAnswers } from "../resolve/ancestors.ts";
import { presenceOf, type Witnesses } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { inPortions, inspectAll, isLarge } from "./look.ts";
import { type Inspected, type Looked, type Measuring, measureWanted } from "./measure.ts";
import { adapterOf } from "../stores/index.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

export interface Survey {
  readonly stores: readonly StoreAdapter[];
  /** Somebody else works on this thread too. */
  readonly sharesLoop: boolean;
  readonly scene: Scene;
  /** The clock of the run (ms). */
  readonly now: number;
  /** A use at or after this time (ms) ends the question of age; null: tell the newest of all the places. */
  readonly freshAfter: number | null;
  /** Whether an entry has to be walked whole before it can be judged. */
  readonly needsWalk: (inspection: Inspection, presence: Presence) => boolean;
  /** Read every claim about each subject. */
  readonly claims: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onStage: (stage: "scan" | "measure", done: number, total: number, bytes: number) => void;
}

/**
 * How many entries are examined together. What is found out on the way to a judgement is then held for these alone and
 * not for ten thousand, and there is still enough for every thread to walk.
 */
const PORTION = 256;

/** A store of a thousand projects costs a minute to measure by git: after this the rest stays unmeasured, and is kept. */
const MEASURING_MS = 20_000;

/**
 * An entry of a store that nobody knows here is left out: it can be neither judged nor touched. While threads walk one
 * portion, the next one is looked at here.
 */
export async function* examineAll(
  entries: readonly Entry[],
  survey: Survey,
): AsyncGenerator<readonly Examined[], void> {
  // Whoever wants all places told wants all entries walked.
  if (survey.freshAfter === null) makeReady(entries.length);
  const remotes: RemoteAnswers[] = [];
  const witnesses: Witnesses = { ...survey.scene, ancestors: newAncestors(remotes) };
  const progress: Progress = { total: entries.length, bytes: 0 };
  const patience = { left: MEASURING_MS };
  const sharesLoop = survey.sharesLoop && isLarge(entries);
  let walking: Promise<readonly Examined[]> | null = null;
  let before = 0;
  for (const portion of inPortions(entries, PORTION)) {
    const told = tellers(before, survey, progress);
    const inspected = await inspectEach(portion, { ...survey, sharesLoop }, told);
    await askAbout(inspected, remotes, survey);
    const looked = await lookAtAll(inspected, witnesses, survey.signal);
    if (walking !== null) yield await walking;
    walking = measured(looked, survey, { ...survey, patience, onWalked: told.walked });
    // What goes wrong in there is thrown where it is awaited.
    walking.catch(() => undefined);
    before += portion.length;
  }
  if (walking !== null) yield await walking;
}

interface Progress {
  readonly total: number;
  bytes: number;
}

/** How far one portion is, as part of the whole. */
interface Tellers {
  readonly scanned: (done: number) => void;
  readonly walked: (done: number, bytes: number) => void;
}

function tellers(before: number, { onStage }: Survey, progress: Progress): Tellers {
  return {
    scanned: (done) => onStage("scan", before + done, progress.total, progress.bytes),
    walked: (done, bytes) => {
      progress.bytes += bytes;
      onStage("measure", before + done, progress.total, progress.bytes);
    },
  };
}

async function measured(looked: readonly Looked[], { scene }: Survey, run: Measuring): Promise<readonly Examined[]> {
  const measurements = await measureWanted(looked, run);
  return looked.map((one, index) => finished(one, measurements.get(index) ?? null, scene.ledger));
}

/** From where subjects are looked at: the machine, the base, and what earlier runs saw. */
export type Scene = Omit<Witnesses, "ancestors">;

async function inspectEach(entries: readonly Entry[], survey: Survey, told: Tellers): Promise<Inspected[]> {
  const { freshAfter, claims, stores, sharesLoop, now, signal } = survey;
  const inspections = await inspectAll(entries, { freshAfter, locks: false, claims, now }, stores, {
    sharesLoop,
    signal,
    onDone: told.scanned,
  });
  return entries.flatMap((entry, at): Inspected[] => {
    const inspection = inspections[at] ?? null;
    const store = adapterOf(stores, entry.store);
    return inspection === null || store === null ? [] : [{ entry, store, inspection }];
  });
}

/** Subjects on mounts that may not answer are asked about first, by a child process. */
async function askAbout(
  inspected: readonly { readonly inspection: Inspection }[],
  remotes: RemoteAnswers[],
  { scene, signal }: { readonly scene: Scene; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const paths = inspected.flatMap(({ inspection }) => subjectOf(inspection.reading)?.value ?? []);
  const answers = await askRemote(paths, scene.base, scene.machine, signal);
  if (answers !== null) remotes.push(answers);
}

async function lookAtAll(
  inspected: readonly Inspected[],
  witnesses: Witnesses,
  signal: AbortSignal | undefined,
): Promise<Looked[]> {
  const breathe = pace(signal);
  const looked: Looked[] = [];
  for (const one of inspected) {
    looked.push({ ...one, presence: subjectPresence(one.inspection, witnesses) });
    await breathe();
  }
  return looked;
}

function subjectPresence({ reading, parent = null }: Inspection, witnesses: Witnesses): Presence {
  const subject = subjectOf(reading);
  return subject === null ? { kind: "not-applicable" } : presenceOf(subject.value, witnesses, parent);
}

function finished(
  { entry, inspection, presence }: Pick<Looked, "entry" | "inspection" | "presence">,
  measurement: Measurement | null,
  ledger: Ledger,
): Examined {
  const subject = subjectOf(inspection.reading);
  const missingSince = subject === null ? null : ledger.missingSince(subject.value);
  return { entry, inspection, presence, measurement, missingSince };
}

/**
 * Examines one entry again, without a walk: the places that every use touches, the usual locks, and its subject.
 * `known` is the walk it was judged by.
 */
export async function examineAgain(
  entry: Entry,
  known: Measurement | null,
  survey: Pick<Survey, "stores" | "scene" | "now">,
): Promise<Examined | null> {
  const store = adapterOf(survey.stores, entry.store);
  if (store === null) return null;
  const inspection = store.inspect(entry, { freshAfter: null, locks: true, claims: false, now: survey.now });
  const remotes: RemoteAnswers[] = [];
  await askAbout([{ inspection }], remotes, survey);
  const witnesses = { ...survey.scene, ancestors: newAncestors(remotes) };
  return finished({ entry, inspection, presence: subjectPresence(inspection, witnesses) }, known, survey.scene.ledger);
}
