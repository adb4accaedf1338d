/**
 * The one judgement: inspect, resolve, walk where needed, classify. What is shown, what is planned, and what is checked
 * again at the moment of a removal all come from here.
 */
import { cutoff } from "./classify/age.ts";
import { classify } from "./classify/classify.ts";
import { needsWalk, type Question } from "./classify/needs.ts";
import type { Entry } from "./model/entry.ts";
import type { Measurement } from "./model/inspection.ts";
import type { Judged } from "./model/judgement.ts";
import type { Ledger } from "./model/ledger.ts";
import type { Rule } from "./model/reasons.ts";
import type { Settings } from "./model/settings.ts";
import type { Machine, Progress } from "./model/surroundings.ts";
import { readMounts } from "./resolve/machine.ts";
import type { Neighbour } from "./scan/borrowing.ts";
import { examineAgain, examineAll } from "./scan/survey.ts";
import type { StoreAdapter } from "./stores/adapter.ts";

/** Who judges, and by which rules. */
export interface Bench {
  readonly base: string;
  readonly settings: Settings;
  /** ms since the epoch. */
  readonly now: number;
  readonly machine: Machine;
  readonly stores: readonly StoreAdapter[];
  /** Somebody else works on this thread too. */
  readonly sharesLoop: boolean;
  /** What earlier runs saw. */
  readonly ledger: Ledger;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** Other bases of the same homes, whose entries may borrow from those of this one. */
  readonly neighbours: readonly Neighbour[];
}

/** What is walked whole: everything (`status`), what cannot be judged without, or nothing. */
export type Walks = { readonly walk: "all" | "needed"; readonly included: readonly Rule[] } | { readonly walk: "none" };

/** `claims`: read every claim about each subject, also when the first one settles it. */
export async function judgeAll(
  entries: readonly Entry[],
  bench: Bench,
  walks: Walks,
  claims: boolean,
): Promise<Judged[]> {
  const { settings, now, base, machine, stores, sharesLoop, ledger, signal } = bench;
  const included = walks.walk === "none" ? [] : walks.included;
  const question: Question = { settings, now, everything: walks.walk === "all", included };
  const judged: Judged[] = [];
  const portions = examineAll(entries, {
    stores,
    sharesLoop,
    signal,
    claims,
    scene: { machine, base, ledger },
    now,
    freshAfter: question.everything ? null : cutoff(settings, now),
    needsWalk: (inspection, presence) => walks.walk !== "none" && needsWalk(inspection, presence, question),
    onStage: (stage, done, total, bytes) => bench.onProgress({ stage, done, total, bytes }),
  });
  for await (const portion of portions) for (const one of portion) judged.push(classify(one, { settings, now }));
  return judged;
}

/**
 * Judges one entry again, wherever it lies now: nothing that was looked at before is believed, but the walk is not made
 * a second time. A use since then shows at the places that every use touches.
 */
export async function judgeAgain(entry: Entry, before: Judged | null, bench: Bench): Promise<Judged | null> {
  const { settings, now, base, machine, stores, ledger } = bench;
  const scene = { machine: { ...machine, mounts: readMounts(machine.platform) }, base, ledger };
  const examined = await examineAgain(entry, before === null ? null : walkOf(before), { stores, scene, now });
  return examined === null ? null : classify(examined, { settings, now });
}

function walkOf(judged: Judged): Measurement | null {
  if (judged.bytes === null) return null;
  return {
    newest: judged.lastUsed,
    newestPath: judged.newestPath,
    bytes: judged.bytes,
    files: judged.files ?? 0,
    locks: judged.locks,
    troubles: judged.troubles,
  };
}
