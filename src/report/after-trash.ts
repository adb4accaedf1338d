/** After a run that moved something to the trash: what that frees, when, and by what. */
import type { PlannedBase } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import type { Scheduled } from "../model/scheduled.ts";
import { DAY } from "../model/time.ts";
import { nextLines } from "./notices.ts";
import { command, type RenderContext } from "./render-context.ts";
import { withOutcome } from "./totals.ts";
import { ago, day, size } from "./format.ts";

/** What is known beside the result. */
export interface AfterRun {
  /** What runs by itself, so that it will empty the trash; null: not looked for. */
  readonly scheduled: Scheduled | null;
  /** Free bytes on the disk of the bases; null where they cannot be read, or are on several disks. */
  readonly free: { readonly before: number; readonly after: number } | null;
}

/** `That frees nothing yet. With trash_days 7 the first run after 27 Nov deletes it, and nothing is scheduled to run.` */
export function freesLine(result: RunResult, after: AfterRun | undefined, look: RenderContext): string {
  const { plan } = result;
  const days = trashedBases(result).map(({ settings }) => settings.trash_days);
  const few = Math.min(...days);
  const same = days.every((one) => one === few);
  // The next run may have another setting: then it is another day.
  const when =
    few <= 0
      ? `With trash_days ${few} the next run deletes it`
      : same
        ? `With trash_days ${few} the first run after ${day(plan.now + few * DAY, look)} deletes it`
        : `With trash_days ${few} and more, runs after ${day(plan.now + few * DAY, look)} delete it`;
  const who = after?.scheduled === undefined || after.scheduled === null ? "" : whoWords(after.scheduled, look);
  return `That frees nothing yet. ${when}${who}.`;
}

function whoWords(scheduled: Scheduled, look: RenderContext): string {
  switch (scheduled.kind) {
    case "timer":
      return `: the ${scheduled.name} starts one${scheduled.every === null ? "" : ` every ${scheduled.every}`}`;
    case "sweeps":
      return `: automatic sweeps run here, the last one ${ago(scheduled.last, look)}`;
    case "enabled":
      return ": automatic sweeps are on, and none has run lately, so a timer, a hook or housekeeping has to start one";
    case "none":
      return ", and nothing is scheduled to run: until you run prune again, it stays";
  }
}

/** `Free on this disk: 12.3 GB before, 12.4 GB now.` */
export function freeLine(after: AfterRun | undefined): readonly string[] {
  const free = after?.free ?? null;
  return free === null ? [] : [`Free on this disk: ${size(free.before)} before, ${size(free.after)} now.`];
}

export function trashSteps(bytes: number, look: RenderContext): readonly string[] {
  return [
    ...nextLines({ what: "To put it back", how: command("undo", look) }, look),
    ...nextLines({ what: `To free ${size(bytes)} now`, how: command("trash empty", look) }, look),
  ];
}

/** Those of which the run moved something to the trash. */
export function trashedBases({ plan, bases }: RunResult): readonly PlannedBase[] {
  const took = bases.filter(({ entries }) => withOutcome(entries, "trashed").length > 0);
  const paths = new Set(took.map(({ path }) => path));
  return plan.bases.filter(({ ref }) => paths.has(ref.path));
}
