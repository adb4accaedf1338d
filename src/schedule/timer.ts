/** What every kind of timer of this machine can tell and do; the kinds are in timers/. */
import type { Every } from "./every.ts";
import type { Hands } from "./hands.ts";
import type { Step } from "./steps.ts";

export const MACHINE_KINDS = ["systemd", "launchd", "cron", "windows"] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];
/** Kubernetes is no machine: its text is printed, and people apply it. */
export type Kind = MachineKind | "kubernetes";
export const KINDS: readonly Kind[] = [...MACHINE_KINDS, "kubernetes"];

/** This machine and user, as far as timers ask. */
export interface Place {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
  readonly userName: string;
  readonly uid: number;
  /** For a file that a program takes its input from. */
  readonly temporary: string;
}

export interface File {
  /** Null: no file of its own. */
  readonly path: string | null;
  readonly text: string;
}

/** The text of a timer for a command line, an interval and a machine's number (see `timesOf`). */
export type Render = (argv: readonly string[], every: Every, spread: number) => readonly File[];

export interface Found {
  /** Null where it cannot be told any more. */
  readonly argv: readonly string[] | null;
  /** Comparable with what `essence` gives for the files of `render`. */
  readonly essence: string;
  /** The system knows of it, and will start it. */
  readonly active: boolean;
}

export interface Timer {
  readonly kind: MachineKind;
  /** For people. */
  readonly name: string;
  readonly render: Render;
  essence(files: readonly File[]): string;
  /** Why this machine has no such thing; null where it has. Asks, and changes nothing. */
  lacks(hands: Hands): Promise<string | null>;
  find(hands: Hands): Promise<Found | null>;
  install(files: readonly File[], hands: Hands): Promise<readonly Step[]>;
  remove(hands: Hands): Promise<readonly Step[]>;
  /** What a person should know of it on this machine. */
  notes(hands: Hands): Promise<readonly string[]>;
}

export function allText(files: readonly File[]): string {
  return files.map(({ text }) => text).join("\n");
}
