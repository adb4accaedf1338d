/** The JSON of `schedule`, part of the contract in documents.ts. */
export type ScheduleCommand = "schedule install" | "schedule remove" | "schedule status" | "schedule print";
export type TimerKind = "systemd" | "launchd" | "cron" | "windows" | "kubernetes";

export interface ScheduleFields {
  /** `install`: the one it is about; `print`: the text; `status` and `remove`: all that are installed. */
  readonly timers: readonly TimerDocument[];
  /** What was to be written and run, and what became of it. */
  readonly steps: readonly StepDocument[];
  /** `status`: of every base that the timers sweep. */
  readonly lastSweeps: readonly LastSweepDocument[];
}

export interface TimerDocument {
  readonly kind: TimerKind;
  readonly installed: boolean;
  /** The system knows of it, and will start it. */
  readonly active: boolean;
  /** Null: changed by hand, or written by another version. */
  readonly every: string | null;
  readonly argv: readonly string[] | null;
  /** Paths of `argv` that are not there. */
  readonly gone: readonly string[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** `path` null: no file of its own. */
  readonly files: readonly { readonly path: string | null; readonly text: string }[];
}

export interface StepDocument {
  readonly kind: "write" | "remove" | "tidy" | "run";
  /** A sentence for people. */
  readonly text: string;
  /** Null: its turn never came, or nobody agreed. */
  readonly outcome: "done" | "failed" | null;
  readonly message: string | null;
}

export interface LastSweepDocument {
  readonly base: string;
  /** Null: never. */
  readonly at: string | null;
  /** What it did, as a sentence for people. */
  readonly text: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
