/**
 * Examines entries: inspect, resolve, and a walk of those that need one. One function for the entries of a base, for
 * what lies in its trash, and for the one entry that is verified before it is taken, so that they cannot differ.
 */
import { pace, throwIfAborted } from "../fs/breathe.ts";
import { doAll } from "../fs/crew.ts";
import { WALK, type WalkTask } from "../fs/crafts.ts";
import type { Entry } from "../model/entry.ts";
import { type Examined, type Inspection, type Measurement, subjectOf } from "../model/inspection.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import { newAncestors, type RemoteAnswers } from "../resolve/ancestors.ts";
import { presenceOf, type Witnesses } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { inPortions, inspectAll, isLarge } from "./look.ts";
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

/** An entry of a store that nobody knows here is left out: it can be neither judged nor touched. */
export async function* examineAll(
  entries: readonly Entry[],
  survey: Survey,
): AsyncGenerator<readonly Examined[], void> {
  const remotes: RemoteAnswers[] = [];
  const witnesses: Witnesses = { ...survey.scene, ancestors: newAncestors(remotes) };
  const progress = { before: 0, total: entries.length, bytes: 0 };
  const until = performance.now() + MEASURING_MS;
  const sharesLoop = survey.sharesLoop && isLarge(entries);
  for (const portion of inPortions(entries, PORTION)) {
    const inspected = await inspectEach(portion, { ...survey, sharesLoop }, progress);
    await askAbout(inspected, remotes, survey);
    const looked = await lookAtAll(inspected, witnesses, survey.signal);
    const wanted = [...looked.entries()].filter(([, one]) => survey.needsWalk(one.inspection, one.presence));
    const measured = await measureAll(wanted, survey, until);
    const left = wanted.filter(([index]) => !measured.has(index));
    const walked = await walkAll(left, survey, progress);
    yield looked.map((one, index) =>
      finished(one, measured.get(index) ?? walked.get(index) ?? null, survey.scene.ledger),
    );
    progress.before += portion.length;
    survey.onStage("scan", progress.before, progress.total, progress.bytes);
  }
}

interface Walked {
  /** Entries examined by now, and how many there are in all. */
  before: number;
  readonly total: number;
  bytes: number;
}

/** From where subjects are looked at: the machine, the base, and what earlier runs saw. */
export type Scene = Omit<Witnesses, "ancestors">;

interface Inspected {
  readonly entry: Entry;
  readonly store: StoreAdapter;
  readonly inspection: Inspection;
}

interface Looked extends Inspected {
  readonly presence: Presence;
}

async function inspectEach(entries: readonly Entry[], survey: Survey, progress: Walked): Promise<Inspected[]> {
  const { freshAfter, claims, stores, sharesLoop, now, signal } = survey;
  const inspections = await inspectAll(entries, { freshAfter, locks: false, claims, now }, stores, {
    sharesLoop,
    signal,
    onDone: (done) => survey.onStage("scan", progress.before + done, progress.total, progress.bytes),
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

type Wanted = readonly [index: number, looked: Looked];

/** A store of a thousand projects costs a minute to measure by git: after this the rest stays unmeasured, and is kept. */
const MEASURING_MS = 20_000;

/** Those that their kind measures itself; null where it could not. */
async function measureAll(
  wanted: readonly Wanted[],
  survey: Survey,
  until: number,
): Promise<ReadonlyMap<number, Measurement | null>> {
  const measured = new Map<number, Measurement | null>();
  for (const { measure } of survey.stores) {
    if (measure === undefined) continue;
    const own = wanted.filter(([, { store }]) => store.measure === measure);
    if (own.length === 0) continue;
    const entries = own.map(([, { entry }]) => entry);
    const found = await measure(entries, until);
    throwIfAborted(survey.signal);
    for (const [index, { entry }] of own) {
      const one = found.get(entry) ?? null;
      if (one !== "walk") measured.set(index, one);
    }
  }
  return measured;
}

async function walkAll(
  wanted: readonly Wanted[],
  survey: Survey,
  progress: Walked,
): Promise<ReadonlyMap<number, Measurement>> {
  const indexes = wanted.map(([index]) => index);
  const tasks = wanted.map(([, one]) => taskOf(one));
  const measured = new Map<number, Measurement>();
  await doAll(WALK, tasks, {
    signal: survey.signal,
    onProduct: (task, measurement) => {
      const index = indexes[task];
      if (index === undefined) return;
      measured.set(index, measurement);
      progress.bytes += measurement.bytes;
      const done = progress.before + measured.size;
      survey.onStage("measure", done, progress.total, progress.bytes);
    },
  });
  return measured;
}

function taskOf({ entry, store }: Looked): WalkTask {
  return { paths: entry.members.map((member) => member.path), locks: store.lockNames };
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
