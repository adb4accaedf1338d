/**
 * Runs many tasks of one kind: in worker threads where there is enough work to pay for them, else on the main thread in
 * slices. Work is handed out task by task, so that one large tree does not delay the rest of a thread's share.
 */
import { availableParallelism } from "node:os";
import { GcError } from "../errors.ts";
import { runCooperatively } from "./cooperative.ts";
import { type Answer, type JobType, isShut, newGate, shut, shutAndWait } from "./worker-messages.ts";
import { release, acquire, type Thread } from "./worker-thread.ts";

/** More threads than this wait for the disk, not for a processor. */
const MAX_THREADS = 4;

/** Two threads cost 30 ms until their code is loaded: as much as walking about sixteen repos of 450 files. */
const MIN_TASKS = 16;

/** One running task and one queued: a thread does not wait until a busy host has read its answer. */
const PREFETCH = 2;

export interface PoolOptions<Product> {
  readonly signal: AbortSignal | undefined;
  /**
   * A signal stops between two tasks: what has begun is finished, the others have no result, and nothing is thrown. The
   * first step of a task is then never cut off by the end of this process either.
   */
  readonly whole?: boolean;
  /** From how many tasks on threads pay. */
  readonly enough?: number;
  /** Called on the main thread as each task ends, in any order. */
  readonly onProduct: (index: number, product: Product) => void;
}

/** How many threads to use for so many tasks; 0: none. */
function threadsFor(tasks: number, enough: number): number {
  // A test with an attached failpoint sees only its own thread.
  const watched = globalThis.__checkpointGcTap !== undefined;
  const threads = Math.min(MAX_THREADS, availableParallelism(), Math.max(2, Math.floor(tasks / 8)));
  return watched || tasks < enough || threads < 2 ? 0 : threads;
}

/** So many tasks will follow soon: threads load their code while this one determines them. */
export function warmUp(tasks: number): void {
  release(acquire(threadsFor(tasks, MIN_TASKS)));
}

/** Runs all tasks. Throws `interrupted` when the signal is aborted; the results until then have been passed on. */
export async function runAll<Task, Product>(
  jobType: JobType<Task, Product>,
  tasks: readonly Task[],
  { signal, whole = false, enough = MIN_TASKS, onProduct }: PoolOptions<Product>,
): Promise<void> {
  const threads = acquire(threadsFor(tasks.length, enough));
  if (threads.length === 0) {
    for (const [index, task] of tasks.entries()) {
      if (whole && signal?.aborted === true) return;
      onProduct(index, await runCooperatively(jobType.work(task), whole ? undefined : signal));
    }
    return;
  }
  await runInThreads(threads, jobType, tasks, { signal, whole, onProduct });
}

async function runInThreads<Task, Product>(
  threads: readonly Thread[],
  jobType: JobType<Task, Product>,
  tasks: readonly Task[],
  { signal, whole = false, onProduct }: PoolOptions<Product>,
): Promise<void> {
  const gate = newGate();
  const halt = (): void => shut(gate);
  const leave = (): void => shutAndWait(gate);
  if (whole) process.once("exit", leave);
  signal?.addEventListener("abort", halt, { once: true });
  if (signal?.aborted === true) halt();
  let next = 0;
  const work = async (thread: Thread): Promise<void> => {
    for (;;) {
      const id = next++;
      if (id >= tasks.length || isShut(gate)) return;
      const product = resultOf(await thread.give({ id, jobType: jobType.name, task: tasks[id], gate, whole }));
      if (product === null) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the jobType of this name made it, from the same build
      onProduct(id, product.made as Product);
    }
  };
  // Every thread is awaited also where one failed: it works in trees that the caller would consider unchanged.
  const slots = threads.flatMap((thread) => Array.from({ length: PREFETCH }, () => settled(work(thread), halt)));
  const failure = (await Promise.all(slots)).find((one) => one !== null);
  signal?.removeEventListener("abort", halt);
  process.off("exit", leave);
  release(threads);
  if (failure !== undefined) throw failure.error;
  if (!whole && signal?.aborted === true) throw new GcError("interrupted", "interrupted before it was finished");
}

async function settled(work: Promise<void>, failed: () => void): Promise<{ readonly error: unknown } | null> {
  try {
    await work;
    return null;
  } catch (error) {
    failed();
    return { error };
  }
}

/** The result of a thread, or null where it was stopped before. */
function resultOf(answer: Answer): { readonly made: unknown } | null {
  if (answer.kind === "broken") throw new GcError("internal", answer.message);
  return answer.kind === "done" ? { made: answer.product } : null;
}
