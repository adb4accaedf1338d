/**
 * Takes one entry out of its place: checks that it is what the plan says, renames it, checks again where nobody else
 * looks for it, and puts it back if anything moved.
 */
import { errnoOf, messageOf, troubled } from "../errors.ts";
import { point } from "../fs/tap.ts";
import type { Entry } from "../model/entry.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult } from "../model/result.ts";
import type { Rule } from "../model/reasons.ts";
import { entryResult, isFull, problem } from "./outcomes.ts";
import type { Guarding } from "./guard.ts";
import { putBack } from "./put-back.ts";
import { type Destination, isolate, type Isolated, movesBack, relocated, stillThere } from "./trash.ts";

/** Why an entry is no longer what the plan says, or null. Runs the same stages on the one entry, wherever it lies. */
export type Verify = (planned: PlannedEntry, entry: Entry) => Promise<string | null>;

export interface Isolation {
  readonly verify: Verify;
  /** A mount at or below one of these paths, or null. */
  readonly mountIn: (paths: readonly string[]) => string | null;
  readonly now: number;
  /** Under which lock the members of an entry are moved. */
  readonly guardingOf: (entry: Entry) => Guarding;
  /** Where to, best first; none: there is no place on this disk. */
  readonly destinations: readonly Destination[];
}

export type IsolatedOrNot =
  | { readonly kind: "isolated"; readonly isolated: Isolated }
  /** No room for a name; there may be some when others have gone. */
  | { readonly kind: "no-room"; readonly result: EntryResult }
  | { readonly kind: "not"; readonly result: EntryResult };

export async function isolateEntry(planned: PlannedEntry, rule: Rule, run: Isolation): Promise<IsolatedOrNot> {
  const brief = planned.steps.some(({ kind }) => kind === "destroy");
  try {
    const refused = await refusal(planned, run);
    if (refused !== null) return { kind: "not", result: refused };
    point("verified", planned.judged.entry.members[0].path);
    const isolated = await isolateSomewhere(planned.judged.entry, rule, brief, run);
    point("isolated", planned.judged.entry.members[0].path);
    return await checkedIn(planned, isolated, run);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" && isGone(planned))
      return { kind: "not", result: entryResult(planned, "already-gone") };
    if (errnoOf(error) === "ECHANGED") return { kind: "not", result: changed(planned, messageOf(error)) };
    const result = entryResult(planned, "failed", { error: problem(error) });
    return { kind: isFull(error) ? "no-room" : "not", result };
  }
}

/** From here on it is in the trash: what fails now must say so. */
async function checkedIn(planned: PlannedEntry, isolated: Isolated, run: Isolation): Promise<IsolatedOrNot> {
  try {
    const moved = await changedIn(planned, isolated, run);
    return moved === null
      ? { kind: "isolated", isolated }
      : { kind: "not", result: await returned(planned, isolated, moved, run) };
  } catch (error) {
    return {
      kind: "not",
      result: entryResult(planned, "failed", { trashId: isolated.trashId, error: problem(error) }),
    };
  }
}

/** ENOENT may be about the trash as well as about the entry. */
function isGone({ judged }: PlannedEntry): boolean {
  try {
    return stillThere(judged.entry.members) === "gone";
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

async function refusal(planned: PlannedEntry, run: Isolation): Promise<EntryResult | null> {
  const { entry } = planned.judged;
  const there = stillThere(entry.members);
  if (there === "gone") return entryResult(planned, "already-gone");
  if (there === "replaced") return changed(planned, "something else is in its place now");
  const mount = run.mountIn(entry.members.map(({ path }) => path));
  if (mount !== null)
    return entryResult(planned, "failed", { error: { code: "EBUSY", message: `something is mounted at ${mount}` } });
  const moved = await run.verify(planned, entry);
  if (moved === null) return null;
  // Another process may have taken it while it was looked at: what was then seen is half an entry.
  return isGone(planned) ? entryResult(planned, "already-gone") : changed(planned, moved);
}

async function isolateSomewhere(entry: Entry, rule: Rule, brief: boolean, run: Isolation): Promise<Isolated> {
  const guarding = run.guardingOf(entry);
  let full: unknown = troubled("ENOSPC", "ENOSPC: no trash can be made here");
  for (const destination of run.destinations) {
    try {
      return await isolate(entry, rule, { to: destination, now: run.now, guarding, brief });
    } catch (error) {
      if (!isFull(error)) throw error;
      full = error;
    }
  }
  throw full;
}

/** The check inside the trash: whoever had it open has either left a trace by now or cannot reach it any more. */
async function changedIn(planned: PlannedEntry, isolated: Isolated, run: Isolation): Promise<string | null> {
  const entry = relocated(isolated);
  return stillThere(entry.members) === "same" ? run.verify(planned, entry) : "something else was moved";
}

async function returned(planned: PlannedEntry, isolated: Isolated, why: string, run: Isolation): Promise<EntryResult> {
  try {
    const back = await putBack(movesBack(isolated), run.guardingOf(isolated.entry));
    if (back.kind === "back") return changed(planned, why);
    return entryResult(planned, "conflict", {
      trashId: isolated.trashId,
      error: { code: "EEXIST", message: `${why}, and ${back.path} is taken: it waits in the trash` },
    });
  } catch (error) {
    const trouble = problem(error);
    return entryResult(planned, "failed", { trashId: isolated.trashId, error: trouble });
  }
}

function changed(planned: PlannedEntry, why: string): EntryResult {
  return entryResult(planned, "changed", { error: { code: "ECHANGED", message: why } });
}
