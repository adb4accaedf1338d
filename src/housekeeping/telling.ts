/**
 * What the host is told, through its own logger: a sweep that did something, each entry, and a failure once: not again
 * at every turn, but again when it is another one, or when it is back after a turn without it.
 */
import type { Logger } from "../model/surroundings.ts";

/** What a sweep of one base came to. Bytes are allocated ones. */
export interface Sweep {
  readonly base: string;
  readonly scanned: number;
  readonly removedByRule: Readonly<Record<string, number>>;
  readonly bytesTrashed: number;
  readonly bytesReclaimed: number;
  readonly failed: number;
  readonly durationMs: number;
}

type Fields = Readonly<Record<string, unknown>>;
/** What kinds of turns there are: a failure is remembered until the next turn of its kind goes without it. */
type Kind = "look" | "sweep";

export type Warn = (kind: Kind, fields: Fields, message: string) => void;

export interface Telling {
  readonly warn: Warn;
  readonly log: (level: "debug" | "info", fields: Fields, message?: string) => void;
  readonly swept: (sweep: Sweep) => void;
  /** A turn of this kind begins. */
  readonly turn: (kind: Kind) => void;
}

export function tellingTo(logger: Logger | undefined, onSweep: ((sweep: Sweep) => void) | undefined): Telling {
  const told: Record<Kind, { before: ReadonlySet<string>; now: Set<string> }> = {
    look: { before: new Set(), now: new Set() },
    sweep: { before: new Set(), now: new Set() },
  };
  const log = (level: keyof Logger, fields: Fields, message?: string): void =>
    safely(() => logger?.[level](fields, message));
  return {
    log,
    turn: (kind) => {
      told[kind] = { before: told[kind].now, now: new Set() };
    },
    warn: (kind, fields, message) => {
      const { before, now } = told[kind];
      if (!before.has(message) && !now.has(message)) log("warn", fields, message);
      now.add(message);
    },
    swept: (sweep) => safely(() => onSweep?.(sweep)),
  };
}

/** What the host's own functions throw is the host's: there is nobody left to tell, and the loop goes on. */
function safely(act: () => void): void {
  try {
    act();
  } catch {
    // See above.
  }
}
