/**
 * Yields to the event loop of the host between synchronous calls, and notices an abort.
 *
 * 8 ms of work a turn keeps the delay a host sees far under the 50 ms that count as a bug, and costs under one percent.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { GcError } from "../errors.ts";

const TIME_SLICE_MS = 8;

/**
 * When the event loop last had its turn from here (ms of the monotonic clock). All that runs in this thread shares it: many
 * short pieces of work, each awaited after the other, would never use up a slice of their own, and block as one long one.
 */
let turn = -Infinity;

/** Runs a stepwise computation to its end, yielding in between. Throws `interrupted` when the signal is aborted. */
export async function runCooperatively<T>(steps: Iterator<void, T>, signal?: AbortSignal): Promise<T> {
  try {
    for (;;) {
      throwIfAborted(signal);
      const step = steps.next();
      if (step.done === true) return step.value;
      if (isDue()) await yieldToEventLoop();
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
  return () => {
    throwIfAborted(signal);
    return isDue() ? yieldToEventLoop() : undefined;
  };
}

function isDue(): boolean {
  return performance.now() - turn > TIME_SLICE_MS;
}

/** One turn of the event loop, in which a pending signal is delivered. */
export async function yieldToEventLoop(): Promise<void> {
  await nextTurn();
  turn = performance.now();
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GcError("interrupted", "interrupted before it was finished");
}
