/**
 * Examines entries: inspect, resolve, and a walk of those that need one. One function for the entries of a base, for
 * what lies in its trash, and for the one entry that is verified before it is taken, so that they cannot differ.
 */
import { pace } from "../fs/breathe.ts";
import { doAll } from "../fs/crew.ts";
import type { Task } from "../fs/crew-protocol.ts";
import type { Entry } from "../model/entry.ts";
import type { Examined, Inspection, Measurement } from "../model/inspection.ts";
import type { Presence } from "../model/presence.ts";
import { presenceOf, type Witnesses } from "../resolve/presence.ts";
import { adapterOf } from "../stores/index.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

export interface Survey {
  readonly stores: readonly StoreAdapter[];
  readonly witnesses: Witnesses;
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
  const looked = await lookAtAll(entries, survey);
  const walked = await walkAll(looked, survey);
  return looked.map((one, index) => finished(one, walked.get(index) ?? null));
}

interface Looked {
  readonly entry: Entry;
  readonly store: StoreAdapter;
  readonly inspection: Inspection;
  readonly presence: Presence;
}

async function lookAtAll(entries: readonly Entry[], survey: Survey): Promise<Looked[]> {
  const breathe = pace(survey.signal);
  const looked: Looked[] = [];
  for (const entry of entries) {
    const store = adapterOf(survey.stores, entry.store);
    if (store !== null) looked.push(lookAt(entry, store, survey));
    survey.onStage("scan", looked.length, entries.length, 0);
    await breathe();
  }
  return looked;
}

function lookAt(entry: Entry, store: StoreAdapter, { freshAfter, claims, witnesses }: Survey): Looked {
  const inspection = store.inspect(entry, { freshAfter, locks: false, claims });
  return { entry, store, inspection, presence: subjectPresence(inspection, witnesses) };
}

function subjectPresence({ reading }: Inspection, witnesses: Witnesses): Presence {
  return reading.kind === "identified" ? presenceOf(reading.subject.value, witnesses) : { kind: "not-applicable" };
}

async function walkAll(looked: readonly Looked[], survey: Survey): Promise<ReadonlyMap<number, Measurement>> {
  const indexes = [...looked.keys()].filter((index) => {
    const one = looked[index];
    return one !== undefined && survey.needsWalk(one.inspection, one.presence);
  });
  const tasks = indexes.flatMap((index): Task[] => {
    const one = looked[index];
    return one === undefined ? [] : [taskOf(one)];
  });
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

function finished({ entry, inspection, presence }: Looked, measurement: Measurement | null): Examined {
  return { entry, inspection, presence, measurement, missingSince: null };
}

/**
 * Examines one entry again, without a walk: the places that every use touches, the usual locks, and its subject.
 * `known` is the walk it was judged by.
 */
export function examineAgain(entry: Entry, known: Measurement | null, survey: Pick<Survey, "stores" | "witnesses">): Examined | null {
  const store = adapterOf(survey.stores, entry.store);
  if (store === null) return null;
  const inspection = store.inspect(entry, { freshAfter: null, locks: true, claims: false });
  return { entry, inspection, presence: subjectPresence(inspection, survey.witnesses), measurement: known, missingSince: null };
}
