/** What `schedule` prints. */
import * as z from "zod";
import { TIMER_KINDS } from "../../model/timer-kinds.ts";
import { type DeepReadonly, error, path, sentence, time } from "./values.ts";

const timer = z.strictObject({
  kind: z.enum(TIMER_KINDS),
  installed: z.boolean(),
  active: z.boolean().describe("the system knows of it, and will start it"),
  every: z.string().nullable().describe("null: modified, or written by another version"),
  argv: z.array(z.string()).nullable(),
  gone: z.array(path).describe("paths of argv that are not there"),
  notes: z.array(sentence),
  files: z.array(z.strictObject({ path: path.nullable().describe("null: no file of its own"), text: z.string() })),
});
export type TimerDocument = DeepReadonly<z.infer<typeof timer>>;

export const step = z.strictObject({
  kind: z.enum(["write", "edit", "remove", "tidy", "run"]),
  text: sentence,
  outcome: z.enum(["done", "failed"]).nullable().describe("null: nothing was done"),
  message: z.string().nullable(),
});
export type StepDocument = DeepReadonly<z.infer<typeof step>>;

const lastSweep = z.strictObject({
  base: path,
  at: time.nullable().describe("null: never"),
  text: sentence.nullable(),
  error: error.nullable(),
});
export type LastSweepDocument = DeepReadonly<z.infer<typeof lastSweep>>;

export const schedule = z.strictObject({
  timers: z
    .array(timer)
    .describe("install: the one it is about; print: the text; status and remove: all that are installed"),
  steps: z.array(step).describe("what was to be written and run, and what became of it"),
  lastSweeps: z.array(lastSweep).describe("status: of every base that the timers sweep"),
});
