/**
 * One line on a terminal that says how far a run is, erased before anything else is written. None for what takes less
 * than half a second, where it would only flicker; at most ten times a second, so that a slow connection keeps up.
 */
import type { Progress } from "../model/surroundings.ts";

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
  /** Asked every time: a window changes its size. */
  readonly columns: () => number;
  /** Ends in an ellipsis of one column, or of three. */
  readonly unicode: boolean;
}

/** Before the first `show` nothing is known but that it takes long, and that much is said. */
export function progressLine({ write, columns, unicode }: ProgressOptions): ProgressLine {
  let latest: Progress = { stage: "scan", done: 0, total: null, bytes: 0 };
  let shown = "";
  const erase = (): void => {
    if (shown !== "") write(ERASE);
    shown = "";
  };
  const draw = (): void => {
    // The last column stays free: some terminals wrap as soon as it is written.
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
  trash: "Going through the trash",
  pack: "Packing",
} as const;

/** `Measuring: 120 of 1,104, 3.1 GB...`; ASCII but for the ellipsis, so that columns are characters. */
export function lineOf({ stage, done, total, bytes }: Progress, unicode: boolean): string {
  const many = done.toLocaleString("en-US");
  const of = total === null ? "" : ` of ${total.toLocaleString("en-US")}`;
  const counted = done === 0 && total === null ? "" : `: ${many}${of}`;
  return `${VERBS[stage]}${counted}${bytes > 0 ? `, ${sizeText(bytes)}` : ""}${unicode ? "…" : "..."}`;
}

/** One decimal, as in the tables; a word on a line that is gone in a moment needs no more. */
function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? "B"}`;
}
