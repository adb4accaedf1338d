/**
 * Taking turns: look, sweep what is due, wait, look again. Knows nothing of files and processes.
 *
 * Two things keep it from spinning and from sleeping for ever. It never waits longer than a few minutes at a time and
 * then asks the wall clock anew, so neither a clock that was set nor a suspend (during which timers stand still) costs
 * more than that, and `setTimeout` never sees more than the 24.8 days it can count. And what it has to wait out by
 * itself (the first random while, pauses after failures) is counted in time slept, which no clock change touches.
 */

/** What a look around found. */
export type View =
  | { readonly kind: "off" }
  /** `next`: when something will be due (ms), or null where nobody can tell. */
  | { readonly kind: "seen"; readonly due: boolean; readonly next: number | null };

export interface LoopParts {
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Not to sweep in the first so many ms. */
  readonly jitter: number;
  readonly look: () => View;
  /** Never rejects. */
  readonly sweep: () => Promise<"done" | "failed">;
}

export interface Loop {
  readonly stopped: Promise<void>;
  /** When the next sweep is expected (ms). */
  next(): number | null;
}

/** Two looks a base every five minutes are nothing, and a person who switches it on sees it work the same morning. */
const SLICE_MS: number = 5 * 60_000;
/** Due a moment from now is not worth a look each ms. */
const LEAST_MS = 1000;
/**
 * A sweep after which one is due again at once (`min_interval_hours: 0`, a state that cannot be written, a command that
 * dies) is not repeated for an hour; after failures twice as long each time, at most a day.
 */
const PAUSE_MS: number = 60 * 60_000;
const LONGEST_PAUSE_MS: number = 24 * PAUSE_MS;

export function startLoop(parts: LoopParts): Loop {
  let next: number | null = parts.now() + parts.jitter;
  const stopped = takeTurns(parts, (at) => {
    next = at;
  }).finally(() => {
    next = null;
  });
  return { stopped, next: () => next };
}

async function takeTurns(parts: LoopParts, expect: (at: number | null) => void): Promise<void> {
  const { now, signal, sleep, look, sweep } = parts;
  let pause = parts.jitter;
  let failures = 0;
  while (!isOver(signal)) {
    let view = look();
    if (isDue(view) && pause <= 0) {
      expect(now());
      failures = (await sweep()) === "failed" ? failures + 1 : 0;
      if (isOver(signal)) return;
      view = look();
      if (isDue(view)) pause = pauseAfter(failures);
    }
    expect(expected(view, now(), pause));
    const nap = napOf(view, now(), pause);
    await sleep(nap, signal);
    pause = Math.max(0, pause - nap);
  }
}

/** Asked anew each time: TypeScript believes that what was false a moment ago still is. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

function isDue(view: View): boolean {
  return view.kind === "seen" && view.due;
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.min(Math.max(failures - 1, 0), 10));
}

function expected(view: View, now: number, pause: number): number | null {
  if (view.kind === "off") return null;
  if (view.due) return now + pause;
  return view.next === null ? null : Math.max(view.next, now + pause);
}

function napOf(view: View, now: number, pause: number): number {
  const ahead = view.kind === "seen" && !view.due && view.next !== null ? view.next - now : SLICE_MS;
  const wanted = Math.min(SLICE_MS, ahead, pause > 0 ? pause : SLICE_MS);
  return Math.max(LEAST_MS, wanted);
}
