/**
 * Examines entries: inspect, resolve, and a walk of those that need one. One function for the entries of a base, for
 * what lies in its trash, and for the one entry that is verified before it is taken, so that they cannot differ.
 */
import { pace, throwIfAborted } from "../fs/breathe.ts";
import { doAll } from "../fs/crew.ts";
import type { Task } from "../fs/crew-protocol.ts";
import type { Entry } from "../model/entry.ts";
import { type Examined, type Inspection, type Measurement, subjectOf } from "../model/inspection.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Presence } from "../model/presence.ts";
import { newAncestors } from "../resolve/ancestors.ts";
import { presenceOf, type Witnesses } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { adapterOf } from "../stores/index.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

export interface Survey {
  readonly stores: readonly StoreAdapter[];
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

/** An entry of a store that nobody knows here is left out: it can be neither judged nor touched. */
export async function examineAll(entries: readonly Entry[], survey: Survey): Promise<Examined[]> {
  const inspected = await inspectAll(entries, survey);
  const witnesses = await witnessesFor(
    inspected.map((one) => one.inspection),
    survey.scene,
    survey.signal,
  );
  const looked = await lookAtAll(inspected, witnesses, survey.signal);
  const wanted = [...looked.entries()].filter(([, one]) => survey.needsWalk(one.inspection, one.presence));
  const measured = await measureAll(wanted, survey);
  const walked = await walkAll(
    wanted.filter(([index]) => !measured.has(index)),
    survey,
  );
  return looked.map((one, index) =>
    finished(one, measured.get(index) ?? walked.get(index) ?? null, survey.scene.ledger),
  );
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

async function inspectAll(entries: readonly Entry[], survey: Survey): Promise<Inspected[]> {
  const breathe = pace(survey.signal);
  const { freshAfter, claims, now } = survey;
  const inspected: Inspected[] = [];
  for (const entry of entries) {
    const store = adapterOf(survey.stores, entry.store);
    if (store !== null)
      inspected.push({ entry, store, inspection: store.inspect(entry, { freshAfter, locks: false, claims, now }) });
    survey.onStage("scan", inspected.length, entries.length, 0);
    await breathe();
  }
  return inspected;
}

/** Subjects on mounts that may not answer are asked about first, by a child process. */
async function witnessesFor(
  inspections: readonly Inspection[],
  scene: Scene,
  signal: AbortSignal | undefined,
): Promise<Witnesses> {
  const paths = inspections.flatMap(({ reading }) => subjectOf(reading)?.value ?? []);
  const remote = await askRemote(paths, scene.base, scene.machine, signal);
  return { ...scene, ancestors: newAncestors(remote) };
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
async function measureAll(wanted: readonly Wanted[], survey: Survey): Promise<ReadonlyMap<number, Measurement | null>> {
  const until = performance.now() + MEASURING_MS;
  const measured = new Map<number, Measurement | null>();
  for (const { measure } of survey.stores) {
    if (measure === undefined) continue;
    const own = wanted.filter(([, { store }]) => store.measure === measure);
    if (own.length === 0) continue;
    const found = await measure(
      own.map(([, { entry }]) => entry),
      until,
    );
    throwIfAborted(survey.signal);
    for (const [index, { entry }] of own) {
      const one = found.get(entry) ?? null;
      if (one !== "walk") measured.set(index, one);
    }
  }
  return measured;
}

async function walkAll(wanted: readonly Wanted[], survey: Survey): Promise<ReadonlyMap<number, Measurement>> {
  const indexes = wanted.map(([index]) => index);
  const tasks = wanted.map(([, one]) => taskOf(one));
  const measured = new Map<number, Measurement>();
  let bytes = 0;
  await doAll(tasks, {
    signal: survey.signal,
    onProduct: (task, product) => {
      const index = indexes[task];
      if (product.kind !== "walked" || index === undefined) return;
      measured.set(index, product.measurement);
      bytes += product.measurement.bytes;
      survey.onStage("measure", measured.size, tasks.length, bytes);
    },
  });
  return measured;
}

function taskOf({ entry, store }: Looked): Task {
  return { kind: "walk", paths: entry.members.map((member) => member.path), locks: store.lockNames };
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
  const witnesses = await witnessesFor([inspection], survey.scene, undefined);
  return finished({ entry, inspection, presence: subjectPresence(inspection, witnesses) }, known, survey.scene.ledger);
}
