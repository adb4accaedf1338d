/**
 * The threads of this process. They are started when there is enough work to pay for them, stay for the next stage of a
 * run, and keep no process alive.
 */
import type { Worker } from "node:worker_threads";
import type { Answer, Job } from "./worker-messages.ts";
import { ownFile } from "./own-file.ts";

export interface Thread {
  readonly worker: Worker;
  readonly isAlive: () => boolean;
  /** Sends it a job; the answers come in the order of the jobs. Rejects where the thread itself dies. */
  readonly give: (job: Job) => Promise<Answer>;
}

/** Longer than the time between two stages of a run, and than a prompt answer to the question takes. */
const IDLE_MS = 2000;

/** What a thread makes is little and short-lived: by default it would collect it only after 16 MB. */
const YOUNG_MB = 2;

const idle: Thread[] = [];
let ending: NodeJS.Timeout | null = null;

/** Determined once: undefined before that, null where this process can have no threads. */
let program: URL | null | undefined;

/** `count` threads for one stage, or none where a host bundled the library without them; return them with `release`. */
export function acquire(count: number): Thread[] {
  if (count === 0) return [];
  if (program === undefined) program = ownFile(() => new URL("./worker.js", __DIST__));
  if (program === null) return [];
  const script = program;
  if (ending !== null) clearTimeout(ending);
  ending = null;
  const taken = idle.splice(0, count);
  while (taken.length < count) taken.push(started(script));
  for (const { worker } of taken) worker.ref();
  return taken;
}

/** Only those whose jobs are all answered. */
export function release(threads: readonly Thread[]): void {
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

function started(script: URL): Thread {
  // The host's node options must not apply: one that preloads a module, or evaluates a string, would do so in every
  // thread.
  const worker = new (process.getBuiltinModule("node:worker_threads").Worker)(script, {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
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
