/** The messages between the main thread and the workers. */
import { messageOf } from "../errors.ts";

/**
 * A job of a thread, by its name; the same function runs on the main thread where threads would not pay. Stepwise, so
 * that it can be stopped; tasks and results must survive a structured clone.
 */
export interface JobType<Task, Product> {
  readonly name: string;
  readonly work: (task: Task) => Generator<void, Product>;
}

export interface Job {
  readonly id: number;
  readonly jobType: string;
  readonly task: unknown;
  readonly gate: Gate;
  /** A stop takes effect before the job begins, and no longer after. */
  readonly whole: boolean;
}

/** Two numbers shared by all threads of a run: not zero once it must stop; and how many are about to begin a job. */
export type Gate = Int32Array;

const STOP = 0;
const BEGINNING = 1;

export function newGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(8));
}

export function shut(gate: Gate): void {
  Atomics.store(gate, STOP, 1);
}

export function isShut(gate: Gate): boolean {
  return Atomics.load(gate, STOP) !== 0;
}

/**
 * Closes the gate for a process that ends at once, and waits until no thread is between the first step of a job and its
 * end: what is left then has begun, or is unchanged. A first step is a sync and at most a few dozen unlinks.
 */
export function shutAndWait(gate: Gate): void {
  shut(gate);
  const end = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const many = Atomics.load(gate, BEGINNING);
    const left = end - performance.now();
    if (many === 0 || left <= 0) return;
    Atomics.wait(gate, BEGINNING, many, left);
  }
}

/** A disk that does not answer must not delay the second Ctrl-C forever. */
const LONGEST_WAIT_MS = 1000;

export type Answer =
  | { readonly id: number; readonly kind: "done"; readonly product: unknown }
  | { readonly id: number; readonly kind: "stopped" }
  | { readonly id: number; readonly kind: "broken"; readonly message: string };

/** Runs a job to its end or until it must stop; a bug becomes an answer too, so that no promise waits forever. */
export function runJob({ id, task, gate, whole }: Job, work: (task: unknown) => Generator<void, unknown>): Answer {
  try {
    const steps = work(task);
    let step = whole ? begun(steps, gate) : null;
    if (whole && step === null) return { id, kind: "stopped" };
    for (;;) {
      if (step?.done === true) return { id, kind: "done", product: step.value };
      if (!whole && isShut(gate)) {
        // Closes its files in `finally`.
        steps.return(undefined);
        return { id, kind: "stopped" };
      }
      step = steps.next();
    }
  } catch (error) {
    return { id, kind: "broken", message: messageOf(error) };
  }
}

/**
 * The first step; null where the gate is closed, and then nothing was done. Counted before the check, so that none is
 * missed.
 */
function begun(steps: Generator<void, unknown>, gate: Gate): IteratorResult<void, unknown> | null {
  Atomics.add(gate, BEGINNING, 1);
  try {
    return isShut(gate) ? null : steps.next();
  } finally {
    Atomics.sub(gate, BEGINNING, 1);
    Atomics.notify(gate, BEGINNING);
  }
}
