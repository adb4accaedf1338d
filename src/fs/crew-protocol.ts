/** What travels between the main thread and those that walk, destroy and look. */
import { messageOf } from "../errors.ts";

/**
 * Something a thread can be told to do, by its name; the same function runs on the main thread where threads would not
 * pay. Stepwise, so that it can be stopped; task and product must survive a structured clone.
 */
export interface Craft<Task, Product> {
  readonly name: string;
  readonly work: (task: Task) => Generator<void, Product>;
}

export interface Job {
  readonly id: number;
  readonly craft: string;
  readonly task: unknown;
  /** One number, not zero once the run is to stop. */
  readonly stop: Int32Array;
}

export type Answer =
  | { readonly id: number; readonly kind: "done"; readonly product: unknown }
  | { readonly id: number; readonly kind: "stopped" }
  | { readonly id: number; readonly kind: "broken"; readonly message: string };

/** Runs a job to its end or until it is to stop; a fault of ours becomes an answer too, so that no promise waits for ever. */
export function answer({ id, task, stop }: Job, work: (task: unknown) => Generator<void, unknown>): Answer {
  try {
    const steps = work(task);
    for (;;) {
      if (Atomics.load(stop, 0) !== 0) {
        // It closes what it has open.
        steps.return(undefined);
        return { id, kind: "stopped" };
      }
      const step = steps.next();
      if (step.done === true) return { id, kind: "done", product: step.value };
    }
  } catch (error) {
    return { id, kind: "broken", message: messageOf(error) };
  }
}
