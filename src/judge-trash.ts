/** Judges the trash items of a base where they lie, for the plan. */
import { expectErrno, UNREADABLE } from "./errors.ts";
import { createYielder } from "./fs/cooperative.ts";
import { bytePath, lstat } from "./fs/syscalls.ts";
import { type JudgeContext, judgeAll } from "./judge.ts";
import type { Judged } from "./model/judgement.ts";
import type { TrashItem } from "./model/plan.ts";
import { DAY } from "./model/time.ts";
import { type JudgedTrash, periodBegin } from "./plan/trash.ts";
import { destinationStates } from "./reclaim/restore-members.ts";
import { restoreMoves } from "./reclaim/process-trash.ts";
import { entryOf } from "./reclaim/trash.ts";

/** Judges items where they lie; a marked or incomplete one has nothing left to judge. */
export async function judgeTrash(
  items: readonly TrashItem[],
  context: JudgeContext,
  bytesOf: (item: TrashItem) => number | null,
  { claims, walk }: { readonly claims: boolean; readonly walk: boolean },
): Promise<JudgedTrash[]> {
  const whole = items.filter((item) => item.complete && !item.marked);
  const entries = whole.map(entryOf).filter((entry) => entry !== null);
  const judged = await judgeAll(entries, context, walk ? { walk: "all", included: [] } : { walk: "none" }, claims);
  const byPath = new Map(judged.map((one) => [one.entry.members[0].path, one]));
  // An expired orphan whose absence cannot be proved now may have become stale: only those have to be walked.
  const doubtful = whole.filter((item) => isDoubtful(item, byPath.get(item.members[0]?.path ?? ""), context));
  const aged = await judgeAll(
    doubtful.map(entryOf).filter((entry) => entry !== null),
    context,
    { walk: "needed", included: [] },
    false,
  );
  for (const one of aged) byPath.set(one.entry.members[0].path, one);
  const yieldIfDue = createYielder(context.signal);
  const found: JudgedTrash[] = [];
  for (const item of items) {
    await yieldIfDue();
    const { complete, placeTaken, restored, dangling } = await itemState(item);
    found.push({
      // What a copy frees is its own file, and not what its project has in the store.
      item: { ...item, complete, bytes: restored ? fileBytes(item) : bytesOf(item) },
      judged: complete ? (byPath.get(item.members[0]?.path ?? "") ?? null) : null,
      placeTaken,
      restored,
      dangling,
    });
  }
  return found;
}

interface Standing {
  readonly complete: boolean;
  readonly placeTaken: boolean;
  readonly restored: boolean;
  readonly dangling: boolean;
}

/** Whether an item is whole where it lies, and who is where it would go back to. */
async function itemState(item: TrashItem): Promise<Standing> {
  try {
    const states = await destinationStates(restoreMoves(item));
    return {
      complete: item.complete && !states.includes("restored") && !states.includes("dangling"),
      placeTaken: states.includes("occupied"),
      restored: states.every((state) => state === "restored"),
      dangling: states.includes("dangling"),
    };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // A place that cannot be read is not free.
    return { complete: item.complete, placeTaken: true, restored: false, dangling: false };
  }
}

function fileBytes({ members }: TrashItem): number | null {
  try {
    return members.reduce((sum, { path }) => sum + lstat(bytePath(path)).bytes, 0);
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

function isDoubtful(item: TrashItem, judged: Judged | undefined, { settings, now }: JudgeContext): boolean {
  const expired = periodBegin(item, now) + settings.trash_days * DAY <= now;
  return expired && item.rule === "orphan" && judged?.presence.kind !== "absent";
}
