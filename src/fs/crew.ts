/**
 * Does many tasks of one kind: in worker threads where there is enough to do to pay for them, else on the main thread
 * in slices. Work is handed out task by task, so that one large tree does not keep a thread's share waiting.
 */
import { availableParallelism } from "node:os";
import { GcError } from "../errors.ts";
import { inSlices } from "./breathe.ts";
import type { Answer, Craft } from "./crew-protocol.ts";
import { giveBack, takeThreads, type Thread } from "./crew-threads.ts";

/** More threads than this wait for the disk, not for a processor. */
const MOST_THREADS = 4;

/** Two threads cost 30 ms until their code is loaded: as much as walking about sixteen repos of 450 files. */
const ENOUGH_TASKS = 16;

/** One task at work and one at hand: a thread does not wait until a busy host has read its answer. */
const AT_HAND = 2;

export interface CrewOptions<Product> {
  readonly signal: AbortSignal | undefined;
  /** From how many tasks on threads pay. */
  readonly enough?: number;
  /** Called on the main thread as each task ends, in any order. */
  readonly onProduct: (index: number, product: Product) => void;
}

/** How many threads so many tasks are worth; 0: none. */
function threadsFor(tasks: number, enough: number): number {
  // A test that listens at the doors hears only its own thread.
  const watched = globalThis.__checkpointGcTap !== undefined;
  const threads = Math.min(MOST_THREADS, availableParallelism(), Math.max(2, Math.floor(tasks / 8)));
  return watched || tasks < enough || threads < 2 ? 0 : threads;
}

/** So many tasks will come in a moment: threads load their code while this one finds out which. */
export function makeReady(tasks: number): void {
  giveBack(takeThreads(threadsFor(tasks, ENOUGH_TASKS)));
}

/** Does all tasks. Throws `interrupted` when the signal is aborted; what was done until then has been told. */
export async function doAll<Task, Product>(
  craft: Craft<Task, Product>,
  tasks: readonly Task[],
  { signal, enough = ENOUGH_TASKS, onProduct }: CrewOptions<Product>,
): Promise<void> {
  const threads = threadsFor(tasks.length, enough);
  if (threads === 0) {
    for (const [index, task] of tasks.entries()) onProduct(index, await inSlices(craft.work(task), signal));
    return;
  }
  await inThreads(takeThreads(threads), craft, tasks, { signal, onProduct });
}

async function inThreads<Task, Product>(
  threads: readonly Thread[],
  craft: Craft<Task, Product>,
  tasks: readonly Task[],
  { signal, onProduct }: CrewOptions<Product>,
): Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const halt = (): void => {
    Atomics.store(stop, 0, 1);
  };
  signal?.addEventListener("abort", halt, { once: true });
  if (signal?.aborted === true) halt();
  let next = 0;
  const work = async (thread: Thread): Promise<void> => {
    for (;;) {
      const id = next++;
      if (id >= tasks.length || Atomics.load(stop, 0) !== 0) return;
      const product = productOf(await thread.give({ id, craft: craft.name, task: tasks[id], stop }));
      if (product === null) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the craft of this name made it, from the same build
      onProduct(id, product.made as Product);
    }
  };
  // Every thread is waited for also where one failed: it is at work in trees that the caller thinks are left alone.
  const lanes = threads.flatMap((thread) => Array.from({ length: AT_HAND }, () => guarded(work(thread), halt)));
  const failure = (await Promise.all(lanes)).find((one) => one !== null);
  signal?.removeEventListener("abort", halt);
  giveBack(threads);
  if (failure !== undefined) throw failure.error;
  if (signal?.aborted === true) throw new GcError("interrupted", "interrupted before it was finished");
}

async function guarded(work: Promise<void>, failed: () => void): Promise<{ readonly error: unknown } | null> {
  try {
    await work;
    return null;
  } catch (error) {
    failed();
    return { error };
  }
}

/** What a thread made, or null where it was stopped before. */
function productOf(answer: Answer): { readonly made: unknown } | null {
  if (answer.kind === "broken") throw new GcError("internal", answer.message);
  return answer.kind === "done" ? { made: answer.product } : null;
}
