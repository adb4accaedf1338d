/** What runs by itself on this machine, of timers of ours and of what earlier sweeps show. */
import { hostname } from "node:os";
import { expectErrno, GcError, UNREADABLE } from "../errors.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Scheduled } from "../model/scheduled.ts";
import { DAY, HOUR } from "../model/time.ts";
import { findTimers, type FoundTimer } from "../schedule/choose.ts";
import { jitterSeed } from "../schedule/task.ts";
import { timersOf } from "../schedule/timers/index.ts";
import { placeHere, systemHere } from "./commands/schedule-place.ts";

export type ScheduledBase = Pick<PlannedBase, "ref" | "lastSweep" | "settings">;

/** None where they cannot be looked for: a removal is done, and must not end with that. */
export async function timersHere(): Promise<readonly FoundTimer[]> {
  try {
    const place = placeHere();
    return await findTimers(timersOf(place), jitterSeed(hostname(), place.userHome), systemHere(place));
  } catch (error) {
    if (error instanceof GcError) return [];
    expectErrno(error, ...UNREADABLE);
    return [];
  }
}

export function scheduledFor(bases: readonly ScheduledBase[], timers: readonly FoundTimer[], now: number): Scheduled {
  const timer = timerFor(bases, timers);
  if (timer !== null) return { kind: "timer", name: timer.timer.name, every: timer.every };
  const last = Math.min(...bases.map(({ lastSweep }) => lastSweep?.at ?? -Infinity));
  const isRecent = bases.every(
    ({ lastSweep, settings }) =>
      lastSweep !== null && now - lastSweep.at <= 2 * Math.max(DAY, settings.min_interval_hours * HOUR),
  );
  if (isRecent && bases.length > 0) return { kind: "sweeps", last };
  return bases.every(({ settings }) => settings.auto_prune) ? { kind: "enabled" } : { kind: "none" };
}

/** Enabled, and about all of these bases; null where there is none that is known. */
export function timerFor(bases: readonly Pick<PlannedBase, "ref">[], timers: readonly FoundTimer[]): FoundTimer | null {
  const one = timers.find(({ found: { active, argv }, gone }) => {
    const named = (argv ?? []).filter((_, at) => /^--(?:home|base)$/.test(argv?.[at - 1] ?? ""));
    const isAbout = ({ ref }: Pick<PlannedBase, "ref">): boolean =>
      named.length === 0 || named.includes(ref.home) || named.includes(ref.path);
    return active && gone.length === 0 && argv !== null && bases.every(isAbout);
  });
  return one ?? null;
}
