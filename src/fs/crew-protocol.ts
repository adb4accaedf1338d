/** What travels between the main thread and those that walk and destroy. */
import { messageOf } from "../errors.ts";
import type { Measurement } from "../model/inspection.ts";
import { destroy, type Destroyed } from "./destroy.ts";
import { walk } from "./walk.ts";

export type Task =
  | { readonly kind: "walk"; readonly paths: readonly string[]; readonly locks: RegExp | null }
  | { readonly kind: "destroy"; readonly paths: readonly string[] };

export interface Job {
  readonly id: number;
  readonly task: Task;
}

export type Product =
  | { readonly kind: "walked"; readonly measurement: Measurement }
  | { readonly kind: "destroyed"; readonly destroyed: Destroyed };

export type Answer =
  | { readonly id: number; readonly kind: "done"; readonly product: Product }
  | { readonly id: number; readonly kind: "stopped" }
  | { readonly id: number; readonly kind: "broken"; readonly message: string };

/** One number, not zero once the run is to stop. */
export interface Shared {
  readonly stop: Int32Array;
}

export function* work(task: Task): Generator<void, Product> {
  if (task.kind === "walk") return { kind: "walked", measurement: yield* walk(task.paths, task.locks) };
  let total: Destroyed = { bytes: 0, files: 0, troubles: [] };
  for (const path of task.paths) {
    const one = yield* destroy(path);
    total = {
      bytes: total.bytes + one.bytes,
      files: total.files + one.files,
      troubles: [...total.troubles, ...one.troubles],
    };
  }
  return { kind: "destroyed", destroyed: total };
}

/** Runs a job to its end or until it is to stop; a fault of ours becomes an answer too, so that no promise waits for ever. */
export function answer(job: Job, stopped: () => boolean): Answer {
  try {
    const steps = work(job.task);
    for (;;) {
      if (stopped()) return { id: job.id, kind: "stopped" };
      const step = steps.next();
      if (step.done === true) return { id: job.id, kind: "done", product: step.value };
    }
  } catch (error) {
    return { id: job.id, kind: "broken", message: messageOf(error) };
  }
}
