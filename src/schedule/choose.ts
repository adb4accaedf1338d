/** Which timer of this machine, and which of them are there. */
import { GcError } from "../errors.ts";
import { EVERY, type Every } from "./every.ts";
import type { Hands } from "./hands.ts";
import { pathsIn, type Task } from "./task.ts";
import type { Found, Kind, MachineKind, Timer } from "./timer.ts";

/** The one that was named, else the first that this machine has. Throws `usage` where there is none. */
export async function chooseTimer(timers: readonly Timer[], kind: Kind | null, hands: Hands): Promise<Timer> {
  if (kind === "kubernetes") {
    throw new GcError("usage", "a CronJob is not installed from here: expected a kind of this machine", {
      hint: "checkpoints schedule print --kind kubernetes prints one; fill in what it marks, then kubectl apply -f it",
    });
  }
  const wanted = timers.filter((timer) => kind === null || timer.kind === kind);
  const reasons: string[] = [];
  for (const timer of wanted) {
    const lack = await timer.lacks(hands);
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

/** The kind that a machine of this platform has as a rule, without asking it. */
export function usualKind(platform: string): MachineKind {
  if (platform === "darwin") return "launchd";
  return platform === "win32" ? "windows" : "systemd";
}

export interface FoundTimer {
  readonly timer: Timer;
  readonly found: Found;
  /** Null: changed by hand, or written by another version. */
  readonly every: Every | null;
  /** Paths of its command line that are not there. */
  readonly gone: readonly string[];
}

/** Every timer of ours on this machine. */
export async function findTimers(
  timers: readonly Timer[],
  spread: number,
  hands: Hands,
): Promise<readonly FoundTimer[]> {
  const all: FoundTimer[] = [];
  for (const timer of timers) {
    const found = await timer.find(hands);
    if (found === null) continue;
    const argv = found.argv ?? [];
    const gone = pathsIn(argv).filter((path) => !hands.isThere(path));
    all.push({ timer, found, every: everyOf(timer, found, spread), gone });
  }
  return all;
}

/** The interval with which we would have written the very same thing. */
function everyOf(timer: Timer, found: Found, spread: number): Every | null {
  const { argv } = found;
  if (argv === null) return null;
  return EVERY.find((every) => timer.essence(timer.render(argv, every, spread)) === found.essence) ?? null;
}

/** Nothing is to be done: it is there, as we would write it now, and the system starts it. */
export function isCurrent({ timer, found }: FoundTimer, argv: readonly string[], { every, spread }: Task): boolean {
  return found.active && found.essence === timer.essence(timer.render(argv, every, spread));
}
