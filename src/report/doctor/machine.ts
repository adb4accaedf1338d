/** Checks of the machine: programs, the environment, timers, start-up hooks. */
import type { Check, HookFacts, MachineFacts, TimerFacts } from "../../model/doctor.ts";
import { ineffectiveWords, SWITCHED_OFF } from "../idle.ts";
import { pathText } from "../paths.ts";
import { command, type RenderContext } from "../render-context.ts";
import { visible } from "../sanitize.ts";
import { fault, note, ok, warning } from "./check.ts";

type MachineCheck = (facts: MachineFacts, look: RenderContext) => readonly Check[];

/** In the order in which they are shown. */
const CHECKS: readonly MachineCheck[] = [
  nodeCheck,
  gitCheck,
  lockCheck,
  switchCheck,
  timerChecks,
  hookChecks,
  terminalCheck,
];

export function machineChecks(facts: MachineFacts, look: RenderContext): readonly Check[] {
  return CHECKS.flatMap((check) => check(facts, look));
}

function nodeCheck({ node: { version, needed, isTooOld } }: MachineFacts): readonly Check[] {
  return isTooOld
    ? [fault("node", `Node.js ${version} is too old: expected ${needed}`, `Install Node.js ${needed}`)]
    : [ok("node", `Node.js ${version}`)];
}

function gitCheck({ missingPrograms, gitVersion }: MachineFacts): readonly Check[] {
  if (missingPrograms.includes("git"))
    return [warning("git", "git is not in PATH: compact and removals from a shared store need it", "Install git")];
  if (gitVersion === null)
    return [fault("git", "git is in PATH and does not start", "Run git --version, and install git again")];
  return [ok("git", gitVersion)];
}

function lockCheck({ missingPrograms }: MachineFacts): readonly Check[] {
  const missing = missingPrograms.find((name) => name !== "git");
  return missing === undefined
    ? [ok("lock", "flock or perl is there, for the lock of a run")]
    : [warning("lock", `${missing} is not in PATH: compact needs it for its lock`, "Install util-linux, or perl")];
}

function switchCheck({ isSwitchedOff, ineffectiveSwitch: value }: MachineFacts, look: RenderContext): readonly Check[] {
  if (value !== null)
    return [warning("switch", ineffectiveWords(value, look), "export CHECKPOINT_GC=off, or unset it")];
  return isSwitchedOff
    ? [warning("switch", `${SWITCHED_OFF}: hooks and automatic runs do nothing`, "unset CHECKPOINT_GC")]
    : [ok("switch", "CHECKPOINT_GC does not switch anything off")];
}

function timerChecks({ timers }: MachineFacts, look: RenderContext): readonly Check[] {
  if (timers.length === 0) return [note("timer", "no timer is installed")];
  return timers.map((timer) => timerCheck(timer, look));
}

function timerCheck({ name, every, isActive, gone, trouble, git }: TimerFacts, look: RenderContext): Check {
  const install = command("schedule install", look);
  const [missing] = gone;
  if (missing !== undefined)
    return fault("timer", `the ${name} starts nothing, because ${visible(missing, look)} is not there`, install);
  if (!isActive) return fault("timer", `the ${name} is not enabled, so it does not run`, install);
  if (trouble !== null) return fault("timer", `${name}: ${visible(trouble, look)}`, "Start the daemon of cron");
  if (every === null) return warning("timer", `the ${name} was changed, or written by another version`, install);
  if (git !== null) return warning("timer", `${name}: ${visible(git, look)}`, install);
  return ok("timer", `${name}, every ${every}`);
}

function hookChecks({ hooks }: MachineFacts, look: RenderContext): readonly Check[] {
  return hooks.map((hook) => hookCheck(hook, look));
}

function hookCheck({ title, path, state, gone, message }: HookFacts, look: RenderContext): Check {
  const [install, where] = [command("hook install", look), `start-up hook of ${title}, ${pathText(path, look)}`];
  const [missing] = gone;
  if (missing !== undefined && (state === "installed" || state === "outdated"))
    return fault("hook", `${where}: does nothing, because ${visible(missing, look)} is not there`, install);
  const why = message === null ? "" : `: ${visible(message, look)}`;
  switch (state) {
    case "installed":
      return ok("hook", where);
    case "missing":
      return note("hook", `${where}: not installed`);
    case "outdated":
      return warning("hook", `${where}: not up to date`, install);
    case "changed":
    case "foreign":
      return warning("hook", `${where}: left alone${why}`, `Move ${pathText(path, look)} away, then run ${install}`);
    case "unreadable":
      return warning("hook", `${where}: cannot be read${why}`, `Make ${pathText(path, look)} readable and valid`);
  }
}

function terminalCheck({ terminal }: MachineFacts): readonly Check[] {
  return [note("terminal", terminal)];
}
