/**
 * The judgement of entries: inspect, resolve, walk where needed, classify. What is shown, what is planned, and what is
 * checked again at the moment of a removal all use it.
 */
import { latestCutoff } from "./classify/age.ts";
import { classify } from "./classify/classify.ts";
import { needsWalk, type Question } from "./classify/needs.ts";
import type { Entry } from "./model/entry.ts";
import type { NamedPattern } from "./model/patterns.ts";
import type { Examined, Measurement } from "./model/inspection.ts";
import type { Judged } from "./model/judgement.ts";
import type { Ledger } from "./model/ledger.ts";
import type { Rule } from "./model/reasons.ts";
import { settingsOfKind, type Settings } from "./model/settings.ts";
import type { Machine, Progress } from "./model/surroundings.ts";
import { readMounts } from "./resolve/machine.ts";
import type { Borrowers } from "./scan/borrowing.ts";
import { examineAgain, examineAll } from "./scan/examine.ts";
import { openEntry } from "./scan/open-entry.ts";
import type { Agent } from "./agents/agent.ts";
import type { Witnesses } from "./scan/witness.ts";
import type { Kind } from "./stores/kind.ts";

/** Everything that judging depends on. */
export interface JudgeContext {
  readonly agent: Agent;
  readonly base: string;
  readonly settings: Settings;
  /** What the `keep` patterns of the settings match on the disk: computed once, for the plan and for the last check. */
  readonly keeps: readonly NamedPattern[];
  /** ms since the epoch. */
  readonly now: number;
  /** When the base was copied to where it is (ms), or null. */
  readonly copiedAt: number | null;
  readonly machine: Machine;
  readonly stores: readonly Kind[];
  /** What the agent says of the use of the entries. */
  readonly witnesses: Witnesses;
  /** The host uses this thread too, so yield to it. */
  readonly sharesLoop: boolean;
  /** What earlier runs recorded. */
  readonly ledger: Ledger;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** Entries of other bases of the same homes that may borrow from those of this one. */
  readonly borrowers: Borrowers;
}

/** Which entries are walked whole: all (`status`), those that cannot be judged otherwise, or none. */
export type Walks =
  | {
      readonly walk: "all" | "needed";
      readonly included: readonly Rule[];
      readonly onJudged?: ((judged: readonly Judged[]) => void) | undefined;
    }
  | { readonly walk: "none" };

/** `claims`: read every claim about each subject, also when the first one settles it. */
export async function judgeAll(
  entries: readonly Entry[],
  context: JudgeContext,
  walks: Walks,
  claims: boolean,
): Promise<Judged[]> {
  const { settings, now, copiedAt, base, machine, stores, sharesLoop, ledger, signal, witnesses } = context;
  const included = walks.walk === "none" ? [] : walks.included;
  const question: Question = { settings, now, everything: walks.walk === "all", included };
  const judged: Judged[] = [];
  await witnesses.read(entries);
  const portions = examineAll(entries, {
    stores,
    sharesLoop,
    signal,
    claims,
    scene: { machine, base, ledger },
    now,
    everything: question.everything,
    freshAfter: question.everything ? null : latestCutoff(settings, now),
    needsWalk: ({ entry, inspection, presence }) =>
      walks.walk !== "none" &&
      needsWalk(inspection, presence, { ...question, settings: settingsOfKind(settings, entry.store) }),
    onStage: (stage, done, total, bytes) => context.onProgress({ stage, done, total, bytes }),
  });
  for await (const portion of portions) {
    const some = portion.map((one) =>
      classify({ ...one, ...toldBy(witnesses, one.entry) }, { settings, now, copiedAt }),
    );
    if (walks.walk !== "none") walks.onJudged?.(some);
    judged.push(...some);
  }
  return judged;
}

/**
 * Judges one entry again, wherever it lies now: everything is read again, but the walk is not repeated. A use since
 * then shows at the places that every use touches.
 */
export async function revalidate(entry: Entry, before: Judged | null, context: JudgeContext): Promise<Judged | null> {
  const { settings, now, copiedAt, base, machine, stores, ledger, witnesses } = context;
  const scene = { machine: { ...machine, mounts: readMounts(machine.platform) }, base, ledger };
  await witnesses.read([entry]);
  const examined = await examineAgain(entry, before === null ? null : walkOf(before), { stores, scene, now });
  if (examined === null) return null;
  return withUse(classify({ ...examined, ...toldBy(witnesses, entry) }, { settings, now, copiedAt }), stores);
}

/** The same, in use where another program has it open. Only asked of what may be removed: all processes are looked at. */
export function withUse(judged: Judged, stores: readonly Kind[]): Judged {
  const inUse = judged.inUse === undefined ? openEntry(judged.entry, stores) : null;
  return inUse === null ? judged : { ...judged, inUse };
}

function toldBy({ inUse, lastUse, limits }: Witnesses, entry: Entry): Pick<Examined, "inUse" | "witnessed" | "limits"> {
  return { inUse: inUse(entry), witnessed: lastUse(entry), limits: limits(entry) };
}

/** The walk that it was judged by. What else its last use was taken from is read again, and may say nothing any more. */
function walkOf(judged: Judged): Measurement | null {
  if (judged.bytes === null) return null;
  return {
    newest: judged.walked ?? null,
    newestPath: judged.newestPath,
    bytes: judged.bytes,
    files: judged.files ?? 0,
    locks: judged.locks,
    troubles: judged.troubles,
  };
}
