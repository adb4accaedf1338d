/** The progress of one base after the other as the progress of a run. Pure. */
import type { Progress } from "../model/surroundings.ts";

type OnProgress = (progress: Progress) => void;

/** Looking at an entry takes about so much of the time, and measuring it the rest. */
const LOOKING = 0.3;

/**
 * `weights` says how large each base is in comparison; `exact`: they are what is counted, so their sum is the total. Returns
 * what a base is told to report to, by its place in the list.
 */
export function wholeProgress(
  onProgress: OnProgress,
  weights: readonly number[],
  { exact }: { readonly exact: boolean },
): (at: number) => OnProgress {
  const sum = (some: readonly number[]): number => some.reduce((so, each) => so + each, 0);
  const all = sum(weights);
  // The latest of each base: what comes before the present one is complete.
  const latest = weights.map(() => ({ done: 0, bytes: 0 }));
  return (at) => {
    const begun = sum(weights.slice(0, at));
    return (progress) => {
      // What is done in the trash is none of what is counted.
      if (progress.stage === "trash") return onProgress(progress);
      latest[at] = { done: progress.done, bytes: progress.bytes };
      const share = (weights[at] ?? 0) * fractionOf(progress);
      return onProgress({
        ...progress,
        done: sum(latest.map(({ done }) => done)),
        bytes: sum(latest.map(({ bytes }) => bytes)),
        total: exact ? all : null,
        whole: all === 0 ? 0 : (begun + share) / all,
      });
    };
  };
}

/** A stage of a run that takes the part from `from` to `to` of it. */
export function partOfRun(onProgress: OnProgress, from: number, to: number): OnProgress {
  return (progress) =>
    onProgress(progress.whole === undefined ? progress : { ...progress, whole: from + (to - from) * progress.whole });
}

function fractionOf({ stage, done, total }: Progress): number {
  const part = total === null || total === 0 ? 0 : Math.min(1, done / total);
  if (stage === "scan") return LOOKING * part;
  return stage === "measure" ? LOOKING + (1 - LOOKING) * part : part;
}
