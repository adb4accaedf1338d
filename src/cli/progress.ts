/**
 * One line on a terminal that shows the progress of a run, erased before anything else is written. Nothing is shown for
 * the first half second, where it would only flicker; at most ten updates a second, so that a slow connection keeps up.
 */
import type { Progress } from "../model/surroundings.ts";
import { number, size, span } from "../report/format.ts";

const APPEARS_AFTER_MS = 500;
const EVERY_MS = 100;
const ERASE = "\r\u001b[K";

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  /** Erases it until the next tick. */
  readonly erase: () => void;
  /** Erases it for good. */
  readonly end: () => void;
}

export const NO_PROGRESS: ProgressLine = { show: () => undefined, erase: () => undefined, end: () => undefined };

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Read at every update, since a window can be resized. */
  readonly columns: () => number;
  /** Ends in an ellipsis of one column, or of three. */
  readonly unicode: boolean;
}

/** Before the first `show` there are no numbers yet, so only the activity is named. */
export function progressLine({ write, columns, unicode }: ProgressOptions): ProgressLine {
  const started = performance.now();
  let latest: Progress = { stage: "scan", done: 0, total: null, bytes: 0 };
  let shown = "";
  const erase = (): void => {
    if (shown !== "") write(ERASE);
    shown = "";
  };
  const draw = (): void => {
    // The last column stays empty: some terminals wrap as soon as it is written.
    const width = Math.max(0, columns() - 1);
    const text = lineOf(latest, { unicode, width, elapsed: performance.now() - started }).slice(0, width);
    if (text === shown) return;
    write(ERASE + text);
    shown = text;
  };
  let ticking: NodeJS.Timeout | null = null;
  const starting = setTimeout(() => {
    draw();
    ticking = setInterval(draw, EVERY_MS);
    ticking.unref();
  }, APPEARS_AFTER_MS);
  starting.unref();
  return {
    show(progress) {
      // It never goes back: a base may turn out to have more in it than its share was.
      const whole = Math.max(latest.whole ?? 0, progress.whole ?? 0);
      latest = { ...progress, whole };
    },
    erase,
    end() {
      clearTimeout(starting);
      if (ticking !== null) clearInterval(ticking);
      erase();
    },
  };
}

const VERBS = {
  scan: "Looking",
  measure: "Measuring",
  remove: "Removing",
  trash: "Checking the trash",
  pack: "Packing",
} as const;

const BAR_WIDTH = 20;
/** Below this the numbers need the room. */
const WITH_BAR = 70;
/** Before that an estimate would only jump. */
const ESTIMATE_AFTER_MS = 2000;
const ESTIMATE_FROM = 0.03;

export interface LineOptions {
  readonly unicode: boolean;
  /** Columns. */
  readonly width: number;
  /** Since the beginning (ms). */
  readonly elapsed: number;
}

/**
 * `Measuring 43% [########............] 120 of 1,104, 3.1 GB, 12 seconds left...`; ASCII but for the ellipsis, so that columns
 * are characters.
 */
export function lineOf(progress: Progress, { unicode, width, elapsed }: LineOptions): string {
  const { stage, done, total, bytes, whole = 0 } = progress;
  const percent = whole > 0 ? ` ${Math.floor(whole * 100)}%` : "";
  const bar = whole > 0 && width >= WITH_BAR ? ` ${barOf(whole)}` : "";
  const counts = [
    ...(done === 0 && total === null ? [] : [number(done) + (total === null ? "" : ` of ${number(total)}`)]),
    ...(bytes > 0 ? [size(bytes)] : []),
    ...timeLeft(whole, elapsed),
  ].join(", ");
  const said = counts === "" ? "" : `${bar === "" ? ":" : ""} ${counts}`;
  return `${VERBS[stage]}${percent}${bar}${said}${unicode ? "…" : "..."}`;
}

function barOf(whole: number): string {
  const full = Math.floor(Math.min(1, whole) * BAR_WIDTH);
  return `[${"#".repeat(full)}${".".repeat(BAR_WIDTH - full)}]`;
}

function timeLeft(whole: number, elapsed: number): readonly string[] {
  if (whole < ESTIMATE_FROM || whole >= 1 || elapsed < ESTIMATE_AFTER_MS) return [];
  // Less than a second is rounded up, not down to nothing.
  return [`${span(Math.max(1000, (elapsed * (1 - whole)) / whole))} left`];
}
