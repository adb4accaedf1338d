/**
 * The start-up hook: what an agent's command line calls each time it starts. It must never be the reason why an agent
 * starts slower, prints something else, ends otherwise or does not end, so it
 *
 *   1. ends at once where it is switched off;
 *   2. looks at `next`, which `auto` left behind, and at the time of config.yaml (hook/due.ts);
 *   3. takes the notice that an earlier sweep left, so that it is told once (hook/notice.ts);
 *   4. if a sweep is due, starts `checkpoints auto` as a process of its own (hook/program.ts, hook/launch.ts).
 *
 * It imports nothing but built-ins, and node:child_process only when it starts something. It judges nothing: whether
 * there is anything to sweep, and whether that is allowed, is for `auto` to find out.
 */
import { flagsOf } from "./hook/arguments.ts";
import { type Looked, lookAt } from "./hook/due.ts";
import { childEnvironment, type Environment, isStarted, isSwitchedOff } from "./hook/environment.ts";
import { launch } from "./hook/launch.ts";
import { takeNotice } from "./hook/notice.ts";
import { type Place, placesOf } from "./hook/place.ts";
import { programOf } from "./hook/program.ts";
import type { Settings } from "./model/settings.ts";
import type { Logger } from "./model/surroundings.ts";

export interface StartupSweepOptions {
  /** The Hermes home, its profiles included; default `$HERMES_HOME`, else the place of the platform. */
  readonly home?: string | undefined;
  /** A base, whose home is its parent. With `home` both are looked at. */
  readonly base?: string | undefined;
  /** False: does nothing. True: this call is the consent, whatever `auto_prune` says. */
  readonly enabled?: boolean | undefined;
  /** Over what the files say. An empty `keep` takes nothing away from what they keep. */
  readonly settings?: Partial<Settings> | undefined;
  /**
   * How to start the command, such as `["checkpoints"]` or `["/opt/node/bin/node", "/srv/app/checkpoints.js"]`. A host
   * that says so knows best: it wins over the Node that the host itself runs on. No shell is involved.
   */
  readonly command?: readonly string[] | undefined;
  /** In place of `process.env`; what a sweep is started with is taken from it by an allow list. */
  readonly env?: Environment | undefined;
  readonly logger?: Logger | undefined;
}

export interface StartupSweep {
  readonly status: "not-due" | "started" | "disabled" | "unavailable";
  /** Of the sweep, where one was started. */
  readonly pid: number | null;
  /** What an earlier sweep did or why it could not, for the host to print if it likes. Told once, without a newline at its end. */
  readonly notice: string | null;
}

/** Never throws, never prints, and leaves nothing open; why something is `unavailable` goes to the logger. */
export function startupSweep(options: StartupSweepOptions = {}): StartupSweep {
  let notice: string | null = null;
  try {
    const env = options.env ?? process.env;
    // What a person has set counts also where the host brings an environment of its own.
    const switchedOff = [env, process.env].some((each) => isSwitchedOff(each) || isStarted(each));
    if (options.enabled === false || switchedOff) return { status: "disabled", pid: null, notice };

    // Before the look, so that a wrong setting is seen at the first start and not when a sweep happens to be due.
    const flags = [...(options.enabled === true ? ["--opt-in"] : []), ...flagsOf(options.settings)];
    const places = placesOf(options, env);
    const now = Date.now();
    const looked = places.map((place) => lookAt(place, now, options.enabled === true));
    notice = noticeOf(looked);

    const answer = (["due", "unavailable"] as const).find((one) => looked.some(({ kind }) => kind === one));
    for (const { reason } of looked) if (reason !== null) warn(options, reason);
    if (answer === undefined) return { status: "not-due", pid: null, notice };
    if (answer === "unavailable") return { status: "unavailable", pid: null, notice };

    const pid = start(places, flags, options, env);
    log(options, "debug", { event: "startup-sweep", pid }, "checkpoint-gc: started a sweep");
    return { status: "started", pid, notice };
  } catch (error) {
    warn(options, error instanceof Error ? error.message : String(error));
    return { status: "unavailable", pid: null, notice };
  }
}

function start(
  places: readonly Place[],
  flags: readonly string[],
  options: StartupSweepOptions,
  env: Environment,
): number {
  const clean = childEnvironment(env);
  const program = programOf(options.command, clean, process);
  const where = places.flatMap(({ kind, path }) => [`--${kind}`, path]);
  return launch([...program.argv, "auto", ...where, ...flags], { ...clean, ...program.env });
}

function noticeOf(looked: readonly Looked[]): string | null {
  const told = looked.flatMap(({ telling }) => telling).map((state) => takeNotice(state));
  const texts = told.filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join("\n");
}

function warn(options: StartupSweepOptions, reason: string): void {
  log(options, "warn", { event: "startup-sweep", reason }, `checkpoint-gc: cannot sweep: ${reason}`);
}

function log(
  options: StartupSweepOptions,
  level: keyof Logger,
  fields: Record<string, unknown>,
  message: string,
): void {
  try {
    options.logger?.[level](fields, message);
  } catch {
    // It is the host's own logger that failed: there is nobody left to tell, and housekeeping must not break the host.
  }
}
