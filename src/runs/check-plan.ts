/**
 * Whether a plan may be carried out, checked before anything is moved.
 *
 * A plan is data: it may have been written to a file, changed, or made by another version or on another day. So none of
 * its paths is trusted. Every row with an action is checked (check-rows.ts); the judgement of its entry is repeated at
 * the moment of the move (sweep.ts). One invalid row rejects the whole plan: whatever changed that row may have changed
 * others.
 */
import { isAbsolute, resolve } from "node:path";
import { GcError } from "../errors.ts";
import { runCooperatively, createYielder } from "../fs/cooperative.ts";
import type { CompactionPlan } from "../model/compaction.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import { DAY, HOUR } from "../model/time.ts";
import { isToChange } from "../plan/trash.ts";
import { resolveBase } from "../scan/base.ts";
import { trashPlaces } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { kindNamed } from "../stores/kind.ts";
import { type CheckedBase, checkEntry, checkEntryRow, checkTrashRow, listIn } from "./check-rows.ts";
import { fits, invalid, isObject, schemas } from "./row-schemas.ts";
import type { RunContext } from "./context.ts";
import { agentOf, kindsOf } from "./agents.ts";

/**
 * The longest time between planning and carrying out. Within a day the second check of each entry covers what changed;
 * after that settings, mounts and the user's intent may have changed as well.
 */
const OLDEST: number = DAY;
/** Tolerates a clock that was set back a little, as gate/clock.ts does. */
const CLOCK_SKEW: number = HOUR;

/** Throws `plan-outdated`, `plan-invalid`, `base-*`, and `state-unusable`. */
export async function checkPlan(plan: Plan, context: RunContext): Promise<void> {
  const mode: string = plan.mode;
  if (mode !== "manual" && mode !== "automatic") throw invalid("mode", mode, `"manual" or "automatic"`);
  checkAge(plan, context.now(), "checkpoints prune, or scan() of the library");
  const yieldIfDue = createYielder(context.signal);
  listIn(plan.bases, "bases");
  for (const base of plan.bases) {
    checkLists(base);
    const removals = base.entries.filter(({ ruling }) => ruling.action !== "keep");
    const trash = base.trash.filter(isToChange);
    if (removals.length + trash.length === 0) continue;
    const facts = await factsOf(base.ref, context);
    for (const row of removals) {
      checkEntryRow(row, facts);
      await yieldIfDue();
    }
    for (const row of trash) {
      checkTrashRow(row, facts);
      await yieldIfDue();
    }
  }
}

function checkLists({ ref, entries, trash, alsoCollects }: PlannedBase): void {
  checkRef(ref);
  fits(schemas().kinds, alsoCollects, `alsoCollects of ${ref.path}`);
  listIn(entries, `entries of ${ref.path}`);
  listIn(trash, `trash of ${ref.path}`);
  const odd = entries.find(({ ruling }) => !isObject(ruling));
  if (odd !== undefined) throw invalid(`ruling of an entry of ${ref.path}`, odd.ruling, "an action and its reason");
}

/** The same for a plan of packing, which moves nothing, but writes where the plan says. */
export async function checkCompaction(plan: CompactionPlan, context: RunContext): Promise<void> {
  checkAge(plan, context.now(), "checkpoints compact, or planCompaction() of the library");
  const yieldIfDue = createYielder(context.signal);
  listIn(plan.bases, "bases");
  for (const { ref, rows } of plan.bases) {
    checkRef(ref);
    listIn(rows, `rows of ${ref.path}`);
    const packed = rows.filter(({ skipReason: leave }) => leave === null);
    if (packed.length === 0) continue;
    const facts = await factsOf(ref, context);
    for (const { judged, gitDirectory } of packed) {
      checkEntry(judged.entry, facts);
      const own = kindNamed(context.kinds, judged.entry.store)?.packable?.(judged.entry) ?? null;
      if (gitDirectory !== own) throw invalid(`git directory of ${judged.entry.id}`, gitDirectory, String(own));
      await yieldIfDue();
    }
  }
}

/** Where the base and its settings are. */
function checkRef(ref: unknown): void {
  if (!isObject(ref) || typeof ref["path"] !== "string" || typeof ref["home"] !== "string")
    throw invalid("ref of a base", ref, "a base with its path and its home");
}

interface Dated {
  readonly version: number;
  readonly now: number;
}

function checkAge({ version, now: made }: Dated, now: number, again: string): void {
  if (version !== 1) throw invalid("version", version, "1");
  if (!Number.isFinite(made)) throw invalid("now", made, "a time in ms since the epoch");
  if (now - made <= OLDEST && made - now <= CLOCK_SKEW) return;
  const when = `${new Date(made).toISOString()}, and it is ${new Date(now).toISOString()} now`;
  const what = made > now ? "one that was made before now" : "one of the last 24 hours";
  throw new GcError("plan-outdated", `the plan was made at ${when}: expected ${what}`, {
    hint: `Nothing was changed. Make a new plan: ${again}`,
  });
}

/** The current state of a base. */
async function factsOf(ref: PlannedBase["ref"], context: RunContext): Promise<CheckedBase> {
  const { path } = ref;
  const agent = agentOf(ref, context);
  if (!isAbsolute(path) || resolve(path) !== path) throw invalid("base", path, "an absolute path without . and ..");
  const found = await resolveBase(ref, context.machine.userHome, context.paths);
  if (found !== null && found.path !== path)
    throw invalid("base", path, `the directory itself, which is ${found.path}`);
  const state = findState(path);
  return {
    base: path,
    agent,
    stores: kindsOf(agent, path, context),
    trash: await runCooperatively(trashPlaces(path, state, agent), context.signal),
  };
}
