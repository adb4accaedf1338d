/** What a person needs to know after a removal: what frees the trash by itself, and the free space of the disk. */
import { ifReadable } from "../errors.ts";
import { bytePath, freeBytes, lstatOrNull } from "../fs/syscalls.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import { type AfterRun, trashedBases } from "../report/after-trash.ts";
import { scheduledFor, timersHere } from "./scheduled.ts";

/** Reads the free space now, and gives what tells the rest once the run is done. */
export function watchRun(plan: Plan): (result: RunResult) => Promise<AfterRun> {
  const bases = plan.bases.filter(({ entries, trash }) =>
    [...entries.map(({ ruling }) => ruling.action), ...trash.map(({ action }) => action)].some((one) => one !== "keep"),
  );
  const before = freeOn(bases);
  return async (result) => {
    const after = before === null ? null : freeOn(bases);
    const trashed = trashedBases(result);
    return {
      free: before === null || after === null ? null : { before, after },
      scheduled: trashed.length > 0 ? scheduledFor(trashed, await timersHere(), plan.now) : null,
    };
  };
}

/** Null where it cannot be read, or where the bases are on several disks. */
function freeOn(bases: readonly PlannedBase[]): number | null {
  return ifReadable(() => {
    const disks = new Map<string, number>();
    for (const { ref } of bases) {
      const path = bytePath(ref.path);
      const stat = lstatOrNull(path);
      if (stat !== null) disks.set(stat.identity.dev, freeBytes(path));
    }
    const [only] = disks.values();
    return disks.size === 1 && only !== undefined ? only : null;
  }, "ENOSYS");
}
