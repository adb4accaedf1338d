/** What a person needs to know after a removal: what frees the trash by itself, and the free space of the disk. */
import { hostname } from "node:os";
import { expectErrno, GcError, UNREADABLE } from "../errors.ts";
import { bytePath, freeBytes, lstatOrNull } from "../fs/syscalls.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import type { Scheduled } from "../model/scheduled.ts";
import { DAY, HOUR } from "../model/time.ts";
import { findTimers } from "../schedule/choose.ts";
import { jitterSeed } from "../schedule/task.ts";
import { timersOf } from "../schedule/timers/index.ts";
import { hasTrashed, type AfterRun } from "../report/after-trash.ts";
import { placeHere, systemHere } from "./commands/schedule-place.ts";

/** Reads the free space now, and gives what tells the rest once the run is done. */
export function watchRun(plan: Plan): (result: RunResult) => Promise<AfterRun> {
  const bases = plan.bases.filter(({ entries, trash }) =>
    [...entries.map(({ ruling }) => ruling.action), ...trash.map(({ action }) => action)].some((one) => one !== "keep"),
  );
  const before = freeOn(bases);
  return async (result) => {
    const after = before === null ? null : freeOn(bases);
    return {
      free: before === null || after === null ? null : { before, after },
      scheduled: hasTrashed(result) ? await scheduledFor(trashedIn(result), plan.now) : null,
    };
  };
}

/** Null where it cannot be read, or where the bases are on several disks. */
function freeOn(bases: readonly PlannedBase[]): number | null {
  try {
    const disks = new Map<string, number>();
    for (const { ref } of bases) {
      const path = bytePath(ref.path);
      const stat = lstatOrNull(path);
      if (stat !== null) disks.set(stat.identity.dev, freeBytes(path));
    }
    const [only] = disks.values();
    return disks.size === 1 && only !== undefined ? only : null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE, "ENOSYS");
    return null;
  }
}

function trashedIn({ plan, bases }: RunResult): readonly PlannedBase[] {
  const took = bases.filter(({ entries }) => entries.some(({ outcome }) => outcome === "trashed"));
  const paths = new Set(took.map(({ path }) => path));
  return plan.bases.filter(({ ref }) => paths.has(ref.path));
}

async function scheduledFor(bases: readonly PlannedBase[], now: number): Promise<Scheduled | null> {
  const timer = await timerFor(bases);
  if (timer !== null) return timer;
  const last = Math.min(...bases.map(({ lastSweep }) => lastSweep?.at ?? -Infinity));
  const isRecent = bases.every(
    ({ lastSweep, settings }) =>
      lastSweep !== null && now - lastSweep.at <= 2 * Math.max(DAY, settings.min_interval_hours * HOUR),
  );
  if (isRecent && bases.length > 0) return { kind: "sweeps", last };
  return bases.every(({ settings }) => settings.auto_prune) ? { kind: "enabled" } : { kind: "none" };
}

/** Of ours, enabled, and about all of these bases; null where there is none that is known. */
async function timerFor(bases: readonly PlannedBase[]): Promise<Scheduled | null> {
  try {
    const place = placeHere();
    const found = await findTimers(timersOf(place), jitterSeed(hostname(), place.userHome), systemHere(place));
    const one = found.find(({ found: { active, argv }, gone }) => {
      const named = (argv ?? []).filter((_, at) => /^--(?:home|base)$/.test(argv?.[at - 1] ?? ""));
      const isAbout = ({ ref }: PlannedBase): boolean =>
        named.length === 0 || named.includes(ref.home) || named.includes(ref.path);
      return active && gone.length === 0 && argv !== null && bases.every(isAbout);
    });
    return one === undefined ? null : { kind: "timer", name: one.timer.name, every: one.every };
  } catch (error) {
    // The removal is done: that timers cannot be looked for must not end it.
    if (error instanceof GcError) return null;
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
