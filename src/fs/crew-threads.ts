/**
 * The threads of this process. They are started when there is enough to do to pay for them, stay a moment for the next
 * stage of a run, and keep nobody's process alive.
 */
import { Worker } from "node:worker_threads";
import type { Answer, Job } from "./crew-protocol.ts";

export interface Thread {
  readonly worker: Worker;
  readonly isAlive: () => boolean;
  /** Hands it a job; the answers come in the order of the jobs. Rejects where the thread itself dies. */
  readonly give: (job: Job) => Promise<Answer>;
}

/** Longer than from one stage of a run to the next, and than the question takes that a person answers at once. */
const IDLE_MS = 2000;

const idle: Thread[] = [];
let ending: NodeJS.Timeout | null = null;

/** `count` threads for one stage; give them back with `giveBack`. */
export function takeThreads(count: number): Thread[] {
  if (ending !== null) clearTimeout(ending);
  ending = null;
  const taken = idle.splice(0, count);
  while (taken.length < count) taken.push(started());
  for (const { worker } of taken) worker.ref();
  return taken;
}

/** Only those whose jobs are all answered. */
export function giveBack(threads: readonly Thread[]): void {
  for (const thread of threads) {
    if (!thread.isAlive()) continue;
    thread.worker.unref();
    idle.push(thread);
  }
  if (ending !== null) clearTimeout(ending);
  ending = setTimeout(end, IDLE_MS).unref();
}

function end(): void {
  ending = null;
  for (const { worker } of idle.splice(0)) void worker.terminate();
}

function started(): Thread {
  // The options of the host's node are not for us: one that preloads something, or takes its program from a string,
  // would do so in every thread.
  const worker = new Worker(new URL("./worker.js", __DIST__), { execArgv: [] });
  let alive = true;
  const waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  worker.on("message", (answer: Answer) => waiting.shift()?.resolve(answer));
  const died = (error: unknown): void => {
    alive = false;
    const at = idle.findIndex((one) => one.worker === worker);
    if (at !== -1) idle.splice(at, 1);
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on("error", died);
  worker.on("exit", () => died(new Error("a thread ended before its work did")));
  const give = (job: Job): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(job);
    });
  return { worker, give, isAlive: () => alive };
}
