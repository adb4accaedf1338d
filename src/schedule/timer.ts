/** The interface of every kind of timer on this machine; the kinds are in timers/. */
import type { MachineKind } from "../model/timer-kinds.ts";
import type { Every } from "./every.ts";
import type { System } from "./system.ts";
import type { TimerStep } from "./steps.ts";

/** The machine and user, as far as timers need them. */
export interface TimerHost {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
  readonly userName: string;
  readonly uid: number;
  /** For a file that a program reads from its input. */
  readonly temporary: string;
}

export interface File {
  /** Null: no file of its own. */
  readonly path: string | null;
  readonly text: string;
}

/** The text of a timer for a command line, an interval and a machine's number (see `timesOf`). */
export type Render = (argv: readonly string[], every: Every, spread: number) => readonly File[];

export interface InstalledTimer {
  /** Null where it can no longer be determined. */
  readonly argv: readonly string[] | null;
  /** Comparable with what `essence` gives for the files of `render`. */
  readonly essence: string;
  /** The system has it enabled and will start it. */
  readonly active: boolean;
}

export interface Timer {
  readonly kind: MachineKind;
  /** Shown to users. */
  readonly name: string;
  readonly render: Render;
  essence(files: readonly File[]): string;
  /** Why this machine does not support it; null where it does. Changes nothing. */
  unavailableReason(system: System): Promise<string | null>;
  find(system: System): Promise<InstalledTimer | null>;
  install(files: readonly File[], system: System): Promise<readonly TimerStep[]>;
  remove(system: System): Promise<readonly TimerStep[]>;
  /** Warnings about it on this machine. */
  notes(system: System): Promise<readonly string[]>;
  /** Why it will not fire although it is installed; null: nothing is known. Also one of the notes. */
  readonly trouble?: (system: System) => Promise<string | null>;
}

export function allText(files: readonly File[]): string {
  return files.map(({ text }) => text).join("\n");
}
