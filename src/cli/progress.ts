/**
 * One line on a terminal that shows the progress of a run, erased before anything else is written. Nothing is shown for
 * the first half second, where it would only flicker; at most ten updates a second, so that a slow connection keeps up.
 */
import type { Progress } from "../model/surroundings.ts";
import { number, size } from "../report/format.ts";

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
  let latest: Progress = { stage: "scan", done: 0, total: null, bytes: 0 };
  let shown = "";
  const erase = (): void => {
    if (shown !== "") write(ERASE);
    shown = "";
  };
  const draw = (): void => {
    // The last column stays empty: some terminals wrap as soon as it is written.
    const text = lineOf(latest, unicode).slice(0, Math.max(0, columns() - 1));
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
      latest = progress;
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

/** `Measuring: 120 of 1,104, 3.1 GB...`; ASCII but for the ellipsis, so that columns are characters. */
export function lineOf({ stage, done, total, bytes }: Progress, unicode: boolean): string {
  const of = total === null ? "" : ` of ${number(total)}`;
  const counted = done === 0 && total === null ? "" : `: ${number(done)}${of}`;
  return `${VERBS[stage]}${counted}${bytes > 0 ? `, ${size(bytes)}` : ""}${unicode ? "…" : "..."}`;
}
