/**
 * Walks and destroys many trees: in worker threads where there is enough to do to pay for them, else on the main thread
 * in slices. Work is handed out tree by tree, so that one large tree does not keep a thread's share waiting.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { GcError } from "../errors.ts";
import { inSlices } from "./breathe.ts";
import { type Answer, type Product, type Shared, type Task, work } from "./crew-protocol.ts";

/** More threads than this wait for the disk, not for a processor. */
const MOST_THREADS = 4;

/** Two threads cost 30 ms until their code is loaded: as much as walking about sixteen repos of 450 files. */
const ENOUGH_TASKS = 16;

export interface CrewOptions {
  readonly signal: AbortSignal | undefined;
  /** Called on the main thread as each task ends, in any order. */
  readonly onProduct: (index: number, product: Product) => void;
}

/** Does all tasks. Throws `interrupted` when the signal is aborted; what was done until then has been told. */
export async function doAll(tasks: readonly Task[], options: CrewOptions): Promise<void> {
  // A test that listens at the doors hears only its own thread.
  const watched = globalThis.__checkpointGcTap !== undefined;
  const threads = Math.min(MOST_THREADS, availableParallelism(), Math.floor(tasks.length / (ENOUGH_TASKS / 2)));
  if (watched || tasks.length < ENOUGH_TASKS || threads < 2) {
    for (const [index, task] of tasks.entries()) options.onProduct(index, await inSlices(work(task), options.signal));
    return;
  }
  await inThreads(tasks, threads, options);
}

async function inThreads(tasks: readonly Task[], count: number, { signal, onProduct }: CrewOptions): Promise<void> {
  const shared: Shared = { stop: new Int32Array(new SharedArrayBuffer(4)) };
  const stop = (): void => {
    Atomics.store(shared.stop, 0, 1);
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  let next = 0;
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./worker.js", __DIST__), { workerData: shared }),
  );
  try {
    await Promise.all(
      workers.map((worker) => keepBusy(worker, () => (next < tasks.length ? next++ : null), tasks, onProduct)),
    );
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives one thread a task after the other until there is none left. */
async function keepBusy(
  worker: Worker,
  take: () => number | null,
  tasks: readonly Task[],
  onProduct: CrewOptions["onProduct"],
): Promise<void> {
  const { promise, resolve, reject } = deferred();
  const give = (): void => {
    const index = take();
    const task = index === null ? undefined : tasks[index];
    if (index === null || task === undefined) resolve();
    else worker.postMessage({ id: index, task });
  };
  worker.on("message", (answer: Answer) => {
    switch (answer.kind) {
      case "done":
        onProduct(answer.id, answer.product);
        give();
        return;
      case "stopped":
        reject(new GcError("interrupted", "interrupted before it was finished"));
        return;
      case "broken":
        reject(new GcError("internal", answer.message));
    }
  });
  worker.on("error", reject);
  give();
  await promise;
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = (): void => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}
