/**
 * The loop: check, sweep what is due, wait, check again. It knows nothing about files and processes.
 *
 * Two things keep it from spinning and from sleeping for ever. It never waits longer than a few minutes at a time and
 * then asks the wall clock anew, so neither a clock that was set nor a suspend (during which timers stand still) costs
 * more than that, and `setTimeout` never sees more than the 24.8 days it can count. And what it has to wait out by
 * itself (the random delay at the start, pauses after failures) is counted in time slept, which no clock change touches.
 */
import { HOUR } from "../model/time.ts";

/** The result of a check. */
export type DueStatus =
  | { readonly kind: "off" }
  /** `next`: when something will be due (ms), or null where that is unknown. */
  | { readonly kind: "checked"; readonly due: boolean; readonly next: number | null };

export interface LoopOptions {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Not to sweep in the first this many ms. */
  readonly jitter: number;
  readonly check: () => DueStatus;
  /** Never rejects. */
  readonly sweep: () => Promise<"done" | "failed">;
}

export interface Loop {
  readonly stopped: Promise<void>;
  /** When the next sweep is expected (ms). */
  next(): number | null;
}

/** Two system calls a base every five minutes cost nothing, and a changed setting takes effect within minutes. */
const MAX_SLEEP_MS: number = 5 * 60_000;
/** A sweep due in a moment is not worth a check each ms. */
const MIN_SLEEP_MS = 1000;
/**
 * A sweep after which one is due again at once (`min_interval_hours: 0`, a state that cannot be written, a command that
 * dies) is not repeated for an hour; after failures twice as long each time, at most a day.
 */
const PAUSE_MS: number = HOUR;
const MAX_PAUSE_MS: number = 24 * PAUSE_MS;

export function startLoop(options: LoopOptions): Loop {
  let next: number | null = options.now() + options.jitter;
  const stopped = runLoop(options, (at) => {
    next = at;
  }).finally(() => {
    next = null;
  });
  return { stopped, next: () => next };
}

async function runLoop(options: LoopOptions, expect: (at: number | null) => void): Promise<void> {
  const { now, signal, sleep, check, sweep } = options;
  let pause = options.jitter;
  let failures = 0;
  while (!isAborted(signal)) {
    let status = check();
    if (isDue(status) && pause <= 0) {
      expect(now());
      failures = (await sweep()) === "failed" ? failures + 1 : 0;
      if (isAborted(signal)) return;
      status = check();
      if (isDue(status)) pause = pauseAfter(failures);
    }
    expect(expectedSweep(status, now(), pause));
    const sleepMs = sleepTime(status, now(), pause);
    await sleep(sleepMs, signal);
    pause = Math.max(0, pause - sleepMs);
  }
}

/** Called anew each time, because TypeScript assumes that a value checked before is unchanged. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function isDue(status: DueStatus): boolean {
  return status.kind === "checked" && status.due;
}

function pauseAfter(failures: number): number {
  return Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** Math.min(Math.max(failures - 1, 0), 10));
}

function expectedSweep(status: DueStatus, now: number, pause: number): number | null {
  if (status.kind === "off") return null;
  if (status.due) return now + pause;
  return status.next === null ? null : Math.max(status.next, now + pause);
}

function sleepTime(status: DueStatus, now: number, pause: number): number {
  const ahead = status.kind === "checked" && !status.due && status.next !== null ? status.next - now : MAX_SLEEP_MS;
  const wanted = Math.min(MAX_SLEEP_MS, ahead, pause > 0 ? pause : MAX_SLEEP_MS);
  return Math.max(MIN_SLEEP_MS, wanted);
}
