/**
 * Housekeeping for a host that runs for weeks: sweeps when due, for every home and profile, until the signal says stop.
 *
 * It looks every few minutes at what the hook looks at (`next` and config.yaml, two looks a base), so that changed
 * settings, a clock that was set and a night of suspend all show at the next look. What is due is swept by
 * `checkpoints auto` in a process of its own: the host never stutters, and stopping is a signal away.
 *
 * As a library it keeps nobody alive: its timers and its child are not waited for by Node. It imports built-ins alone.
 */
import { flagsOf } from "./hook/arguments.ts";
import { childEnvironment, type Environment, isStarted, isSwitchedOff } from "./hook/environment.ts";
import { type Place, placesOf } from "./hook/place.ts";
import { programOf } from "./hook/program.ts";
import type { StartupSweepOptions } from "./hook.ts";
import { runSweep } from "./housekeeping/child.ts";
import { startLoop } from "./housekeeping/loop.ts";
import { lookAround } from "./housekeeping/look.ts";
import { type Sweep, tellingTo } from "./housekeeping/telling.ts";
import { sleepUnheld } from "./housekeeping/sleep.ts";

export type { Sweep } from "./housekeeping/telling.ts";

export interface HousekeepingOptions extends Omit<StartupSweepOptions, "home" | "base"> {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly home?: string | readonly string[] | undefined;
  readonly base?: string | readonly string[] | undefined;
  /** Called after each sweep, whether it took anything or not. What it throws is dropped. */
  readonly onSweep?: ((sweep: Sweep) => void) | undefined;
  /** The first sweep comes at a random moment within so many ms; default ten minutes. */
  readonly jitterMs?: number | undefined;
  /** Where each sweep leaves numbers for the node exporter's text collector (`*.prom`). */
  readonly metricsFile?: string | undefined;
  /** Further arguments of `checkpoints auto`, as a command line has them. */
  readonly arguments?: readonly string[] | undefined;
  /** The clock, ms since the epoch, and how to wait; for tests. */
  readonly now?: (() => number) | undefined;
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

export interface Housekeeping {
  /** Resolves within five seconds of the signal, and never rejects. */
  readonly stopped: Promise<void>;
  /** When the next sweep is expected; null where it is switched off or stopped, or nobody can tell. */
  readonly next: Date | null;
}

/** A hundred gateways that a cluster starts at once come six seconds apart. */
const JITTER_MS: number = 10 * 60_000;

/** Never throws; what is wrong with the options goes to the logger. */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { signal } = options;
  const telling = tellingTo(options.logger, options.onSweep);
  const now = options.now ?? Date.now;
  const env = options.env ?? process.env;
  const consented = options.enabled === true;
  const isOff = (): boolean =>
    options.enabled === false || [env, process.env].some((each) => isSwitchedOff(each) || isStarted(each));
  const loop = startLoop({
    now,
    signal,
    sleep: options.sleep ?? sleepUnheld,
    jitter: Math.random() * positive(options.jitterMs ?? JITTER_MS),
    look: () => {
      if (isOff()) return { kind: "off" };
      telling.turn("look");
      try {
        const places = placesIn(options, env);
        // A wrong setting is told at the first look, and not when a sweep happens to be due.
        argumentsOf(options, places);
        return lookAround(places, now(), consented, telling.warn);
      } catch (error) {
        telling.warn("look", { event: "housekeeping" }, `checkpoint-gc: cannot sweep: ${reasonOf(error)}`);
        return { kind: "off" };
      }
    },
    sweep: async () => {
      telling.turn("sweep");
      try {
        const clean = childEnvironment(env);
        const program = programOf(options.command, clean, process);
        const argv = [...program.argv, "auto", "--events", ...argumentsOf(options, placesIn(options, env))];
        return await runSweep({ argv, env: { ...clean, ...program.env }, signal, telling });
      } catch (error) {
        telling.warn("sweep", { event: "housekeeping" }, `checkpoint-gc: cannot sweep: ${reasonOf(error)}`);
        return "failed";
      }
    },
  });
  return {
    stopped: loop.stopped,
    get next(): Date | null {
      const at = loop.next();
      return at === null ? null : new Date(at);
    },
  };
}

function placesIn({ home, base }: HousekeepingOptions, env: Environment): readonly Place[] {
  const named = [...listOf(home).map((one) => ({ home: one })), ...listOf(base).map((one) => ({ base: one }))];
  return (named.length === 0 ? [{}] : named).flatMap((one) => placesOf(one, env));
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

function argumentsOf(options: HousekeepingOptions, places: readonly Place[]): readonly string[] {
  return [
    ...places.flatMap(({ kind, path }) => [`--${kind}`, path]),
    ...(options.enabled === true ? ["--opt-in"] : []),
    ...flagsOf(options.settings),
    ...(options.metricsFile === undefined ? [] : ["--metrics-file", options.metricsFile]),
    ...(options.arguments ?? []),
  ];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Anything that is no length of time counts as none. */
function positive(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
