/**
 * Yields to the event loop of the host between synchronous calls, and notices an abort.
 *
 * 8 ms of work a turn keeps the delay a host sees far under the 50 ms that count as a bug, and costs under one percent.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { GcError } from "../errors.ts";

const TIME_SLICE_MS = 8;

/** Runs a stepwise computation to its end, yielding in between. Throws `interrupted` when the signal is aborted. */
export async function runCooperatively<T>(steps: Iterator<void, T>, signal?: AbortSignal): Promise<T> {
  let turn = performance.now();
  try {
    for (;;) {
      throwIfAborted(signal);
      const step = steps.next();
      if (step.done === true) return step.value;
      if (performance.now() - turn > TIME_SLICE_MS) {
        await nextTurn();
        turn = performance.now();
      }
    }
  } finally {
    // An abandoned generator closes its files in `finally`.
    steps.return?.();
  }
}

/** The same without yielding, where nothing else is waiting. */
export function runSync<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** For loops over many cheap things: await it after each; it yields to the event loop when a time slice is over. */
export function createYielder(signal?: AbortSignal): () => Promise<void> | void {
  let turn = performance.now();
  return () => {
    throwIfAborted(signal);
    if (performance.now() - turn <= TIME_SLICE_MS) return undefined;
    return nextTurn().then(() => {
      turn = performance.now();
    });
  };
}

/** One turn of the event loop, in which a pending signal is delivered. */
export async function yieldToEventLoop(): Promise<void> {
  await nextTurn();
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GcError("interrupted", "interrupted before it was finished");
}
