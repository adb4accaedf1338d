/** After a run that moved something to the trash: what that frees, when, and by what. */
import type { PlannedBase } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import type { Scheduled } from "../model/scheduled.ts";
import { DAY } from "../model/time.ts";
import { nextLines } from "./notices.ts";
import { command, type RenderContext } from "./render-context.ts";
import type { Sum } from "./sums.ts";
import { withOutcome } from "./totals.ts";
import { ago, day, days, number, size } from "./format.ts";

/** What is known beside the result. */
export interface AfterRun {
  /** What runs by itself, so that it will empty the trash; null: not looked for. */
  readonly scheduled: Scheduled | null;
  /** Free bytes on the disk of the bases; null where they cannot be read, or are on several disks. */
  readonly free: { readonly before: number; readonly after: number } | null;
}

/** `No space is freed yet: the trash keeps it for 7 days.`, `The first run after 27 Nov deletes it; none is scheduled.` */
export function freesLines(result: RunResult, after: AfterRun | undefined, look: RenderContext): readonly string[] {
  const { plan } = result;
  const periods = trashedBases(result).map(({ settings }) => settings.trash_days);
  const [few, most] = [Math.min(...periods), Math.max(...periods)];
  const who = after?.scheduled === undefined || after.scheduled === null ? "" : whoWords(after.scheduled, look);
  if (most <= 0) return ["No space is freed yet: it is in the trash.", `The next run deletes it${who}.`];
  const period = few === most ? days(few) : `${number(few)} to ${days(most)}`;
  const when = few <= 0 ? "The next run" : `The first run after ${day(plan.now + few * DAY, look)}`;
  return [
    `No space is freed yet: the trash keeps it for ${period}.`,
    `${when} ${few === most ? "deletes it" : "begins to delete it"}${who}.`,
  ];
}

function whoWords(scheduled: Scheduled, look: RenderContext): string {
  switch (scheduled.kind) {
    case "timer":
      return `; the ${scheduled.name} starts one${scheduled.every === null ? "" : ` every ${scheduled.every}`}`;
    case "sweeps":
      return `; the last automatic one was ${ago(scheduled.last, look)}`;
    case "enabled":
      return "; automatic sweeps are on, but none has run lately";
    case "none":
      return "; none is scheduled";
  }
}

/** `Free on this disk: 12.3 GB before, 12.4 GB now.` */
export function freeLine(after: AfterRun | undefined): readonly string[] {
  const free = after?.free ?? null;
  return free === null ? [] : [`Free on this disk: ${size(free.before)} before, ${size(free.after)} now.`];
}

/** `before`: what was in the trash already and is there still, which the second command deletes as well. */
export function trashSteps(moved: Sum, before: Sum, look: RenderContext): readonly string[] {
  const all = before.count === 0 ? "" : `, of all ${number(moved.count + before.count)} in the trash`;
  const what = `To free ${size(moved.bytes + before.bytes)} now${all}`;
  return [
    ...nextLines({ what: "To put it back", how: command("undo", look) }, look),
    ...nextLines({ what, how: command("trash empty", look) }, look),
  ];
}

/** Those of which the run moved something to the trash. */
export function trashedBases({ plan, bases }: RunResult): readonly PlannedBase[] {
  const took = bases.filter(({ entries }) => withOutcome(entries, "trashed").length > 0);
  const paths = new Set(took.map(({ path }) => path));
  return plan.bases.filter(({ ref }) => paths.has(ref.path));
}
