/**
 * The start-up hook: what an agent's command line calls each time it starts. It must never make an agent start slower,
 * print anything else, end otherwise or hang, so it
 *
 * 1. ends at once where it is switched off;
 * 2. reads `next`, which `auto` left behind, and the times of the files of settings (hook/check-due.ts);
 * 3. takes the notice that an earlier sweep left, so that it is shown once (hook/notice.ts);
 * 4. if a sweep is due, starts `checkpoints auto` as a process of its own (hook/program.ts, hook/launch.ts).
 *
 * It imports nothing but built-ins, and node:child_process only when it starts something. It decides nothing else:
 * whether there is anything to sweep, and whether that is allowed, is decided by `auto`.
 */
import { settingFlags } from "./hook/arguments.ts";
import { checkDue, type DueCheck } from "./hook/check-due.ts";
import { isSwitchedOff } from "./gate/off-switch.ts";
import { childEnvironment, isStartedByHook } from "./hook/environment.ts";
import { launch } from "./hook/launch.ts";
import { takeNotice } from "./hook/notice.ts";
import type { Environment } from "./locations/paths.ts";
import { settingsFileOf } from "./locations/settings-file.ts";
import { findLocations, type Location } from "./agents/locations.ts";
import { findProgram } from "./hook/program.ts";
import type { SettingsInput } from "./model/settings.ts";
import type { Logger } from "./model/surroundings.ts";

export interface StartupSweepOptions {
  /** The home of the agent, its profiles included; default: where the agent itself looks. */
  readonly home?: string | undefined;
  /** A base, whose home is its parent. With `home` both are checked. */
  readonly base?: string | undefined;
  /** False: does nothing. True: this call is the consent, whatever `auto_prune` says. */
  readonly enabled?: boolean | undefined;
  /** Override the files. An empty `keep` drops none of the patterns in them. */
  readonly settings?: SettingsInput | undefined;
  /**
   * How to start the command, such as `["checkpoints"]` or `["/opt/node/bin/node", "/srv/app/checkpoints.js"]`. It
   * takes precedence over the Node that the host itself runs on. No shell is involved.
   */
  readonly command?: readonly string[] | undefined;
  /** In place of `process.env`; an allow list selects what a sweep is started with. */
  readonly env?: Environment | undefined;
  readonly logger?: Logger | undefined;
}

export interface StartupSweep {
  readonly status: "not-due" | "started" | "disabled" | "unavailable";
  /** Of the sweep, where one was started. */
  readonly pid: number | null;
  /** What an earlier sweep did or why it could not, for the host to print if it likes. Shown once, without a newline at its end. */
  readonly notice: string | null;
}

/** Never throws, never prints, and leaves nothing open; why something is `unavailable` goes to the logger. */
export function startupSweep(options: StartupSweepOptions = {}): StartupSweep {
  let notice: string | null = null;
  try {
    const env = options.env ?? process.env;
    // The user's environment takes effect also where the host passes one of its own.
    const switchedOff = [env, process.env].some((each) => isSwitchedOff(each) || isStartedByHook(each));
    if (options.enabled === false || switchedOff) return { status: "disabled", pid: null, notice };

    // Before the check, so that a wrong setting is reported at the first start and not when a sweep happens to be due.
    const flags = [...(options.enabled === true ? ["--opt-in"] : []), ...settingFlags(options.settings)];
    const locations = findLocations(options, env);
    const consented = options.enabled === true;
    const question = { now: Date.now(), consented, ownFile: settingsFileOf(env, process.platform) };
    const checks = locations.map((location) => checkDue(location, question));
    notice = noticeOf(checks);

    const answer = (["due", "unavailable"] as const).find((one) => checks.some(({ kind }) => kind === one));
    for (const { reason } of checks) if (reason !== null) warn(options, reason);
    if (answer === undefined) return { status: "not-due", pid: null, notice };
    if (answer === "unavailable") return { status: "unavailable", pid: null, notice };

    const pid = start(locations, flags, options, env);
    log(options, "debug", { event: "startup-sweep", pid }, "checkpoint-gc: started a sweep");
    return { status: "started", pid, notice };
  } catch (error) {
    warn(options, error instanceof Error ? error.message : String(error));
    return { status: "unavailable", pid: null, notice };
  }
}

function start(
  locations: readonly Location[],
  flags: readonly string[],
  options: StartupSweepOptions,
  env: Environment,
): number {
  const clean = childEnvironment(env);
  const program = findProgram(options.command, clean, process);
  const where = locations.flatMap(({ kind, path }) => [`--${kind}`, path]);
  return launch([...program.argv, "auto", ...where, ...flags], { ...clean, ...program.env });
}

function noticeOf(checks: readonly DueCheck[]): string | null {
  const notices = checks.flatMap(({ pendingNotices }) => pendingNotices).map((state) => takeNotice(state));
  const texts = notices.filter((text) => text !== null);
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
    // The host's own logger failed: there is no other place to report to, and housekeeping must not break the host.
  }
}
