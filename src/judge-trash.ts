/** Judges the trash items of a base where they lie, for the plan. */
import { expectErrno, messageOf, systemCode, UNREADABLE } from "./errors.ts";
import { createYielder } from "./fs/cooperative.ts";
import { bytePath, lstat } from "./fs/syscalls.ts";
import { type JudgeContext, judgeAll } from "./judge.ts";
import type { IoError } from "./model/entry.ts";
import type { Judged } from "./model/judgement.ts";
import type { TrashItem } from "./model/trash.ts";
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
    const { complete, placeTaken, placeTrouble, restored, dangling } = await itemState(item);
    found.push({
      // What a copy frees is its own file, and not what its project has in the store.
      item: { ...item, complete, bytes: restored ? fileBytes(item) : bytesOf(item) },
      judged: complete ? (byPath.get(item.members[0]?.path ?? "") ?? null) : null,
      placeTaken,
      placeTrouble,
      restored,
      dangling,
    });
  }
  return found;
}

interface Standing {
  readonly complete: boolean;
  readonly placeTaken: boolean;
  readonly placeTrouble: IoError | null;
  readonly restored: boolean;
  readonly dangling: boolean;
}

/** Whether an item is whole where it lies, and who is where it would go back to. */
async function itemState(item: TrashItem): Promise<Standing> {
  const moves = restoreMoves(item);
  try {
    const states = await destinationStates(moves);
    return {
      complete: item.complete && !states.includes("restored") && !states.includes("dangling"),
      placeTaken: states.includes("occupied"),
      placeTrouble: null,
      restored: states.every((state) => state === "restored"),
      dangling: states.includes("dangling"),
    };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // A place that cannot be read is not free, and what is there is not known.
    const placeTrouble = { code: systemCode(error), message: messageOf(error), path: moves[0]?.to ?? item.base };
    return { complete: item.complete, placeTaken: true, placeTrouble, restored: false, dangling: false };
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
