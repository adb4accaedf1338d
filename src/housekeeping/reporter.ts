/**
 * Reports to the host through its own logger: a sweep that did something, each entry, and a failure once: not again at
 * every turn, but again when it changes, or when it comes back after a turn without it.
 */
import type { Logger } from "../model/surroundings.ts";

/** The result of a sweep of one base. Bytes are allocated ones. */
export interface Sweep {
  readonly base: string;
  readonly scanned: number;
  readonly removedByRule: Readonly<Record<string, number>>;
  readonly bytesTrashed: number;
  readonly bytesReclaimed: number;
  readonly failed: number;
  readonly durationMs: number;
}

type LogFields = Readonly<Record<string, unknown>>;
/** What kinds of turns there are: a failure is remembered until the next turn of its kind goes without it. */
type Phase = "check" | "sweep";

export type Warn = (kind: Phase, fields: LogFields, message: string) => void;

export interface Reporter {
  readonly warn: Warn;
  readonly log: (level: "debug" | "info", fields: LogFields, message?: string) => void;
  readonly reportSweep: (sweep: Sweep) => void;
  /** A turn of this kind begins. */
  readonly startPhase: (kind: Phase) => void;
}

export function createReporter(logger: Logger | undefined, onSweep: ((sweep: Sweep) => void) | undefined): Reporter {
  const reported: Record<Phase, { before: ReadonlySet<string>; now: Set<string> }> = {
    check: { before: new Set(), now: new Set() },
    sweep: { before: new Set(), now: new Set() },
  };
  const log = (level: keyof Logger, fields: LogFields, message?: string): void =>
    ignoreHostErrors(() => logger?.[level](fields, message));
  return {
    log,
    startPhase: (kind) => {
      reported[kind] = { before: reported[kind].now, now: new Set() };
    },
    warn: (kind, fields, message) => {
      const { before, now } = reported[kind];
      if (!before.has(message) && !now.has(message)) log("warn", fields, message);
      now.add(message);
    },
    reportSweep: (sweep) => ignoreHostErrors(() => onSweep?.(sweep)),
  };
}

/** An error thrown by the host's own functions cannot be reported anywhere, and must not stop the loop. */
function ignoreHostErrors(act: () => void): void {
  try {
    act();
  } catch {
    // See above.
  }
}
