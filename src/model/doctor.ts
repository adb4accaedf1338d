/** What `doctor` finds out: facts of the machine and of each base, and the lines that follow from them. */
import type { BaseRef } from "./home.ts";
import type { Obstacle } from "./obstacle.ts";
import type { KeepProblem } from "./patterns.ts";
import type { BaseError, ClockDoubt, PlannedBase } from "./plan.ts";
import type { Scheduled } from "./scheduled.ts";
import type { ResolvedSettings } from "./settings.ts";
import type { SweepRecord } from "./state.ts";

export const CHECK_LEVELS = ["ok", "note", "warning", "fault"] as const;

/** `note`: nothing to do about it, and only shown where everything is. */
export type CheckLevel = (typeof CHECK_LEVELS)[number];

export interface Check {
  /** Stable, for programs. */
  readonly topic: string;
  readonly level: CheckLevel;
  /** A sentence without its end. */
  readonly text: string;
  /** A command, or the one step that mends it; null: nothing to do, or it is not known. */
  readonly fix: string | null;
  /** The base that it is about; null: the machine. */
  readonly base: BaseRef | null;
}

/** Not sized: that would take a walk of each. */
export interface KindCount {
  readonly kind: string;
  readonly count: number;
}

export interface TrashFacts {
  readonly count: number;
  /** As recorded when they were moved there; the rest is not known. */
  readonly bytes: number;
  /** Past their date. */
  readonly expired: number;
  /** Half moved, or half destroyed: a run was killed. */
  readonly unfinished: number;
}

/** A run before this one, as far as it is recorded. */
export interface RunFacts {
  readonly nextDue: number | null;
  readonly lastSweep: SweepRecord | null;
  readonly lastError: { readonly at: number; readonly text: string } | null;
  /** Failed automatic runs in a row. */
  readonly failures: number;
  /** The last automatic run found that they are off. */
  readonly wasOff: boolean;
  readonly clockDoubt: ClockDoubt | null;
}

/** Each null where it could not be found out, or where it does not apply. */
export interface BaseFacts {
  readonly ref: BaseRef;
  readonly exists: boolean;
  /** Why it cannot be read. */
  readonly error: BaseError | null;
  /** Whose it is, where that is another user: a name, or `#` and a number, as `sudo -u` takes it. */
  readonly owner: string | null;
  /** Why nothing in it can be moved. */
  readonly obstacle: Obstacle | null;
  readonly settings: ResolvedSettings | null;
  readonly settingsError: BaseError | null;
  readonly keepProblems: readonly KeepProblem[];
  readonly state: string | null;
  readonly stateError: BaseError | null;
  /** Values of its `state.json` that are damaged, by name; `all`: the file is not JSON. */
  readonly stateDamage: readonly string[];
  readonly runs: RunFacts | null;
  readonly trash: TrashFacts | null;
  readonly freeBytes: number | null;
  readonly kinds: readonly KindCount[];
  /** The kinds that may be in it, those that only `collect` can name left out. */
  readonly usualKinds: readonly string[];
  /** Over the limit of its agent's own check of the size; with what is known of it. */
  readonly oversized: PlannedBase | null;
}

/** What starts runs of a base by itself. */
export interface StarterFacts {
  readonly scheduled: Scheduled | null;
  /** A timer or a hook that needs no `auto_prune`. */
  readonly isConsented: boolean;
  /** A hook of its agent that works. */
  readonly hasHook: boolean;
}

export interface TimerFacts {
  readonly name: string;
  /** Null: it was changed, or another version wrote it. */
  readonly every: string | null;
  readonly isActive: boolean;
  readonly gone: readonly string[];
  /** Why it will not start anything; null: nothing is known. */
  readonly trouble: string | null;
  /** What a run that it starts will not find. */
  readonly git: string | null;
}

export interface HookFacts {
  readonly title: string;
  readonly path: string;
  readonly state: "missing" | "installed" | "outdated" | "changed" | "foreign" | "unreadable";
  readonly gone: readonly string[];
  readonly message: string | null;
}

export interface MachineFacts {
  readonly node: { readonly version: string; readonly needed: string; readonly isTooOld: boolean };
  /** Not in PATH: `git`, `flock or perl`. */
  readonly missingPrograms: readonly string[];
  /** What `git --version` says; null: it does not start, or is not there. */
  readonly gitVersion: string | null;
  /** `CHECKPOINT_GC`. */
  readonly isSwitchedOff: boolean;
  readonly ineffectiveSwitch: string | null;
  readonly timers: readonly TimerFacts[];
  readonly hooks: readonly HookFacts[];
  readonly terminal: string;
}
