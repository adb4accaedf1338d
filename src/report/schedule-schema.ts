/** schedule-document.ts as zod schemas, with what schema.ts has already. */
import { z } from "zod";
import type { LastSweepDocument, StepDocument, TimerDocument } from "./schedule-document.ts";

interface Parts {
  readonly path: z.ZodString;
  readonly time: z.ZodType<string>;
  readonly error: z.ZodType<{ code: string; message: string }>;
}

interface Fields {
  readonly timers: z.ZodArray<z.ZodType<TimerDocument>>;
  readonly steps: z.ZodArray<z.ZodType<StepDocument>>;
  readonly lastSweeps: z.ZodArray<z.ZodType<LastSweepDocument>>;
}

export function scheduleFields({ path, time, error }: Parts): Fields {
  const sentence = z.string().describe("a sentence for people; may change");
  const timer: z.ZodType<TimerDocument> = z.strictObject({
    kind: z.enum(["systemd", "launchd", "cron", "windows", "kubernetes"]),
    installed: z.boolean(),
    active: z.boolean().describe("the system knows of it, and will start it"),
    every: z.string().nullable().describe("null: changed by hand, or written by another version"),
    argv: z.array(z.string()).nullable(),
    gone: z.array(path).describe("paths of argv that are not there"),
    notes: z.array(sentence),
    files: z.array(z.strictObject({ path: path.nullable(), text: z.string() })),
  });
  const step: z.ZodType<StepDocument> = z.strictObject({
    kind: z.enum(["write", "remove", "tidy", "run"]),
    text: sentence,
    outcome: z.enum(["done", "failed"]).nullable().describe("null: nothing was done"),
    message: z.string().nullable(),
  });
  const lastSweep: z.ZodType<LastSweepDocument> = z.strictObject({
    base: path,
    at: time.nullable().describe("null: never"),
    text: sentence.nullable(),
    error: error.nullable(),
  });
  return { timers: z.array(timer), steps: z.array(step), lastSweeps: z.array(lastSweep) };
}
