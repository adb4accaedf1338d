/** Which timer to use on this machine, and which ones are installed. */
import { GcError } from "../errors.ts";
import { EVERY, type Every } from "./every.ts";
import type { System } from "./system.ts";
import { pathsIn, type Task } from "./task.ts";
import type { MachineKind, TimerKind } from "../model/timer-kinds.ts";
import type { InstalledTimer, Timer } from "./timer.ts";

/** The named one, else the first that this machine supports. Throws `usage` where there is none. */
export async function chooseTimer(timers: readonly Timer[], kind: TimerKind | null, system: System): Promise<Timer> {
  if (kind === "kubernetes") {
    throw new GcError("usage", "a CronJob is not installed from here: expected a kind of this machine", {
      hint: "To print one: checkpoints schedule print --kind kubernetes",
    });
  }
  const wanted = timers.filter((timer) => kind === null || timer.kind === kind);
  const reasons: string[] = [];
  for (const timer of wanted) {
    const lack = await timer.unavailableReason(system);
    if (lack === null) return timer;
    if (kind !== null) throw new GcError("usage", `--kind is "${kind}": ${lack}`, ELSEWHERE);
    reasons.push(lack);
  }
  throw new GcError("usage", `this machine has no timer: ${reasons.join("; ")}`, ELSEWHERE);
}

const ELSEWHERE = {
  hint:
    "checkpoints schedule print shows each kind for other machines. Without any, checkpoints housekeeping sweeps for " +
    "as long as it runs.",
};

/** The usual kind on this platform, without checking the machine. */
export function usualKind(platform: string): MachineKind {
  if (platform === "darwin") return "launchd";
  return platform === "win32" ? "windows" : "systemd";
}

export interface FoundTimer {
  readonly timer: Timer;
  readonly found: InstalledTimer;
  /** Null: modified, or written by another version. */
  readonly every: Every | null;
  /** Paths of its command line that do not exist. */
  readonly gone: readonly string[];
}

/** Every timer of ours on this machine. */
export async function findTimers(
  timers: readonly Timer[],
  spread: number,
  system: System,
): Promise<readonly FoundTimer[]> {
  const all: FoundTimer[] = [];
  for (const timer of timers) {
    const found = await timer.find(system);
    if (found === null) continue;
    const argv = found.argv ?? [];
    const gone = await system.missing(pathsIn(argv));
    all.push({ timer, found, every: everyOf(timer, found, spread), gone });
  }
  return all;
}

/** The interval for which the rendered timer would be identical. */
function everyOf(timer: Timer, found: InstalledTimer, spread: number): Every | null {
  const { argv } = found;
  if (argv === null) return null;
  return EVERY.find((every) => timer.essence(timer.render(argv, every, spread)) === found.essence) ?? null;
}

/** Nothing to do: it exists, with the current contents, and is enabled. */
export function isCurrent({ timer, found }: FoundTimer, argv: readonly string[], { every, spread }: Task): boolean {
  return found.active && found.essence === timer.essence(timer.render(argv, every, spread));
}
