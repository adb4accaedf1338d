/**
 * Lets the host's event loop have its turn between synchronous calls, and notices an abort.
 *
 * 8 ms of work a turn keeps the delay a host sees far under the 50 ms that count as a bug, and costs under one percent.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { GcError } from "../errors.ts";

const SLICE_MS = 8;

/** Runs a stepwise computation to its end, in slices. Throws `interrupted` when the signal is aborted. */
export async function inSlices<T>(steps: Iterator<void, T>, signal?: AbortSignal): Promise<T> {
  let turn = performance.now();
  try {
    for (;;) {
      throwIfAborted(signal);
      const step = steps.next();
      if (step.done === true) return step.value;
      if (performance.now() - turn > SLICE_MS) {
        await nextTurn();
        turn = performance.now();
      }
    }
  } finally {
    // One that is left in the middle closes what it has open.
    steps.return?.();
  }
}

/** The same at one go, for whoever has nobody to keep waiting. */
export function atOnce<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A pace for loops over many cheap things: await it after each, and it gives up the turn when one is over. */
export function pace(signal?: AbortSignal): () => Promise<void> | void {
  let turn = performance.now();
  return () => {
    throwIfAborted(signal);
    if (performance.now() - turn <= SLICE_MS) return undefined;
    return nextTurn().then(() => {
      turn = performance.now();
    });
  };
}

/** One turn of the event loop: a signal that came meanwhile is heard. */
export async function turn(): Promise<void> {
  await nextTurn();
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GcError("interrupted", "interrupted before it was finished");
}
