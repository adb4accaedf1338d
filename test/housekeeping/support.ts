// A loop on a world, with what it logged, and a clock that stands still between turns unless the test lets it continue.

import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { type Housekeeping, type HousekeepingOptions, startHousekeeping, type Sweep } from "../../src/housekeeping.ts";
import type { World } from "../support/world.ts";

export interface Told {
  readonly level: "debug" | "info" | "warn";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface Running extends Housekeeping {
  readonly told: readonly Told[];
  readonly sweeps: readonly Sweep[];
  readonly stop: () => void;
  /** Resolves when the loop has gone to sleep after its n-th turn; turns start as soon as they are asked for. */
  readonly turn: (nth: number) => Promise<void>;
}

/** Starts the loop on a world at once; it is stopped when the test ends. */
export function keepHouse(w: World, options: Partial<HousekeepingOptions> = {}): Running {
  const controller = new AbortController();
  const told: Told[] = [];
  const sweeps: Sweep[] = [];
  const log =
    (level: Told["level"]) =>
    (fields: Told["fields"], message = "") =>
      told.push({ level, fields, message });
  const napping = new Map<number, () => void>();
  const waiting = new Map<number, () => void>();
  let turns = 0;
  let slept = 0;
  const running = startHousekeeping({
    home: w.home,
    env: { HOME: w.root, PATH: process.env["PATH"], TZ: "UTC" },
    jitterMs: 0,
    logger: { debug: log("debug"), info: log("info"), warn: log("warn") },
    onSweep: (sweep) => sweeps.push(sweep),
    now: () => Date.now() + slept,
    sleep: (ms, signal) =>
      new Promise((wake) => {
        const nth = (turns += 1);
        const stopped = (): void => wake();
        signal.addEventListener("abort", stopped, { once: true });
        napping.set(nth, () => {
          signal.removeEventListener("abort", stopped);
          slept += ms;
          wake();
        });
        waiting.get(nth)?.();
      }),
    ...options,
    signal: controller.signal,
  });
  onTestFinished(async () => {
    controller.abort();
    await running.stopped;
  });
  const turn = async (nth: number): Promise<void> => {
    napping.get(nth - 1)?.();
    if (turns < nth) await new Promise<void>((done) => waiting.set(nth, done));
  };
  return {
    told,
    sweeps,
    turn,
    stopped: running.stopped,
    stop: () => controller.abort(),
    get next(): Date | null {
      return running.next;
    },
  };
}

/** A program in place of the command, as the option `command` takes it. */
export function fakeCommand(w: World, program: string): readonly string[] {
  const file = join(w.root, `fake-${Math.random().toString(16).slice(2)}.mjs`);
  writeFileSync(file, program);
  return [process.execPath, file];
}
