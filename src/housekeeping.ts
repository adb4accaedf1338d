/**
 * Housekeeping for a host that runs for weeks: sweeps when due, for every home, profile and base of other agents,
 * until the signal is aborted.
 *
 * Every few minutes it checks what the hook checks (`next` and the files of settings, four system calls a base), so that changed
 * settings, a changed clock and a night of suspend take effect at the next check. What is due is swept by `checkpoints
 * auto` in a process of its own: the host is never blocked, and a signal stops it.
 *
 * As a library it keeps no process alive: its timers and its child are unreferenced. It imports built-ins alone.
 */
import { settingFlags } from "./hook/arguments.ts";
import { isSwitchedOff } from "./gate/off-switch.ts";
import { childEnvironment, isStartedByHook } from "./hook/environment.ts";
import { settingsFileOf } from "./locations/settings-file.ts";
import { findProgram } from "./hook/program.ts";
import type { StartupSweepOptions } from "./hook.ts";
import { runSweep } from "./housekeeping/child.ts";
import { startLoop } from "./housekeeping/loop.ts";
import { checkLocations } from "./housekeeping/check-locations.ts";
import { type NamedPlaces, type Places, placesOf } from "./housekeeping/places.ts";
import { type Sweep, createReporter } from "./housekeeping/reporter.ts";
import { sleepUnref } from "./housekeeping/sleep.ts";

export type { Sweep } from "./housekeeping/reporter.ts";

export interface HousekeepingOptions extends Omit<StartupSweepOptions, "home" | "base"> {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Names of agents; default: all, and the first one for a named home or base. */
  readonly agent?: NamedPlaces["agent"];
  readonly home?: NamedPlaces["home"];
  readonly base?: NamedPlaces["base"];
  /** Called after each sweep, whether it removed anything or not. An error that it throws is ignored. */
  readonly onSweep?: ((sweep: Sweep) => void) | undefined;
  /** The first sweep comes at a random moment within this many ms; default ten minutes. */
  readonly jitterMs?: number | undefined;
  /** Where each sweep writes metrics for the node exporter's textfile collector (`*.prom`). */
  readonly metricsFile?: string | undefined;
  /** Further arguments of `checkpoints auto`. */
  readonly arguments?: readonly string[] | undefined;
  /** The clock, ms since the epoch, and how to wait; for tests. */
  readonly now?: (() => number) | undefined;
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

export interface Housekeeping {
  /** Resolves within five seconds of the signal, and never rejects. */
  readonly stopped: Promise<void>;
  /** When the next sweep is expected; null where it is switched off or stopped, or that is unknown. */
  readonly next: Date | null;
}

/** A hundred gateways that a cluster starts at once are then six seconds apart. */
const JITTER_MS: number = 10 * 60_000;

/** Never throws; what is wrong with the options goes to the logger. */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { signal } = options;
  const reporter = createReporter(options.logger, options.onSweep);
  const now = options.now ?? Date.now;
  const env = options.env ?? process.env;
  const consented = options.enabled === true;
  const isOff = (): boolean =>
    options.enabled === false || [env, process.env].some((each) => isSwitchedOff(each) || isStartedByHook(each));
  let last: number | null = null;
  const loop = startLoop({
    now,
    signal,
    sleep: options.sleep ?? sleepUnref,
    jitter: Math.random() * positive(options.jitterMs ?? JITTER_MS),
    check: () => {
      if (isOff()) return { kind: "off" };
      reporter.startPhase("check");
      try {
        const places = placesOf(options, env);
        // A wrong setting is reported at the first check, and not when a sweep happens to be due.
        argumentsOf(options, places);
        return checkLocations(
          places,
          { now: now(), consented, ownFile: settingsFileOf(env, process.platform), last },
          reporter.warn,
        );
      } catch (error) {
        reporter.warn("check", { event: "housekeeping" }, `checkpoint-gc: cannot sweep: ${reasonOf(error)}`);
        return { kind: "off" };
      }
    },
    sweep: async () => {
      reporter.startPhase("sweep");
      try {
        const clean = childEnvironment(env);
        const program = findProgram(options.command, clean, process);
        const argv = [...program.argv, "auto", "--events", ...argumentsOf(options, placesOf(options, env))];
        last = now();
        return await runSweep({ argv, env: { ...clean, ...program.env }, signal, reporter });
      } catch (error) {
        reporter.warn("sweep", { event: "housekeeping" }, `checkpoint-gc: cannot sweep: ${reasonOf(error)}`);
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

function argumentsOf(options: HousekeepingOptions, { argv }: Places): readonly string[] {
  return [
    ...argv,
    ...(options.enabled === true ? ["--opt-in"] : []),
    ...settingFlags(options.settings),
    ...(options.metricsFile === undefined ? [] : ["--metrics-file", options.metricsFile]),
    ...(options.arguments ?? []),
  ];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Anything that is not a duration counts as 0. */
function positive(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
