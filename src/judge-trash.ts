/** Judges what is in the trash of a base, each where it lies, for the plan. */
import { errnoOf } from "./errors.ts";
import { pace } from "./fs/breathe.ts";
import { type Bench, judgeAll } from "./judge.ts";
import type { Judged } from "./model/judgement.ts";
import type { TrashItem } from "./model/plan.ts";
import { DAY } from "./model/time.ts";
import type { JudgedTrash } from "./plan/trash.ts";
import { isHalfHome, takenPlace } from "./reclaim/put-back.ts";
import { movesHome } from "./reclaim/settle-trash.ts";
import { entryOf } from "./reclaim/trash.ts";

/** What is in the trash is judged where it lies; what is marked or half there has nothing left to judge. */
export async function judgeTrash(
  items: readonly TrashItem[],
  bench: Bench,
  bytesOf: (item: TrashItem) => number | null,
  { claims, walk }: { readonly claims: boolean; readonly walk: boolean },
): Promise<JudgedTrash[]> {
  const whole = items.filter((item) => item.complete && !item.marked);
  const entries = whole.map(entryOf).filter((entry) => entry !== null);
  const judged = await judgeAll(entries, bench, walk ? { walk: "all", included: [] } : { walk: "none" }, claims);
  const byPath = new Map(judged.map((one) => [one.entry.members[0].path, one]));
  // An orphan past its date whose absence is not proved now may have become stale: only those have to be walked.
  const doubtful = whole.filter((item) => isDoubtful(item, byPath.get(item.members[0]?.path ?? ""), bench));
  const aged = await judgeAll(
    doubtful.map(entryOf).filter((entry) => entry !== null),
    bench,
    { walk: "needed", included: [] },
    false,
  );
  for (const one of aged) byPath.set(one.entry.members[0].path, one);
  const breathe = pace(bench.signal);
  const found: JudgedTrash[] = [];
  for (const item of items) {
    await breathe();
    const { complete, placeTaken } = await standingOf(item);
    found.push({
      item: { ...item, complete, bytes: bytesOf(item) },
      judged: complete ? (byPath.get(item.members[0]?.path ?? "") ?? null) : null,
      placeTaken,
    });
  }
  return found;
}

/** Whether an item is whole where it lies, and somebody is where it would go back to. */
async function standingOf(item: TrashItem): Promise<{ readonly complete: boolean; readonly placeTaken: boolean }> {
  try {
    const moves = movesHome(item);
    const complete = item.complete && !(await isHalfHome(moves));
    return { complete, placeTaken: (await takenPlace(moves)) !== null };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    // Whatever is there cannot be looked at: it is not free.
    return { complete: item.complete, placeTaken: true };
  }
}

function isDoubtful(item: TrashItem, judged: Judged | undefined, { settings, now }: Bench): boolean {
  const expired = item.since + settings.trash_days * DAY <= now;
  return expired && item.rule === "orphan" && judged?.presence.kind !== "absent";
}
