/** What `doctor` has to know of this machine. Starts `git --version` and what timers are asked with; writes nothing. */
import { ineffectiveSwitch, isSwitchedOff } from "../../gate/off-switch.ts";
import type { HookFacts, MachineFacts, TimerFacts } from "../../model/doctor.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { missingForCompact } from "../../runs/programs.ts";
import type { FoundTimer } from "../../schedule/choose.ts";
import { gitNote } from "../../schedule/program-path.ts";
import { foreignHere, type System } from "../../schedule/system.ts";
import type { TimerHost } from "../../schedule/timer.ts";
import type { Shared } from "../parse.ts";
import { timersHere } from "../scheduled.ts";
import { hookChoices, OPT_IN, programHere, type ShownHook, shownHooks } from "./hook-places.ts";
import { placeHere, systemHere } from "./schedule-place.ts";

/** As in package.json. */
const NEEDED_NODE = [20, 19] as const;

export interface ExaminedMachine {
  readonly facts: MachineFacts;
  readonly timers: readonly FoundTimer[];
  readonly hooks: readonly {
    readonly home: string;
    readonly isWorking: boolean;
    readonly isConsented: boolean;
  }[];
}

export async function examineMachine(shared: Shared, look: RenderContext): Promise<ExaminedMachine> {
  const place = placeHere();
  const system = systemHere(place);
  const missingPrograms = await missingForCompact(place.env, foreignHere(), place.platform);
  const timers = await timersHere();
  const hooks = await hooksHere(shared, place);
  return {
    facts: {
      node: nodeFacts(process.versions.node),
      missingPrograms,
      gitVersion: missingPrograms.includes("git") ? null : await gitVersion(system),
      isSwitchedOff: isSwitchedOff(place.env),
      ineffectiveSwitch: ineffectiveSwitch(place.env),
      timers: await Promise.all(timers.map(async (timer) => timerFacts(timer, place, system))),
      hooks: hooks.map(hookFacts),
      terminal: terminalText(look),
    },
    timers,
    hooks: hooks.map(({ site, state, gone, argv }) => ({
      home: site.home,
      isWorking: (state === "installed" || state === "outdated") && gone.length === 0,
      isConsented: argv?.includes(OPT_IN) === true,
    })),
  };
}

function nodeFacts(version: string): MachineFacts["node"] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [least, leastMinor] = NEEDED_NODE;
  const isTooOld = major < least || (major === least && minor < leastMinor);
  return { version, needed: `${least}.${leastMinor} or newer`, isTooOld };
}

async function gitVersion(system: System): Promise<string | null> {
  const { code, stdout } = await system.run(["git", "--version"]);
  return code === 0 ? stdout.trim().replace(/^git version /, "") : null;
}

async function timerFacts(
  { timer, found, every, gone }: FoundTimer,
  place: TimerHost,
  system: System,
): Promise<TimerFacts> {
  return {
    name: timer.name,
    every,
    isActive: found.active,
    gone,
    trouble: (await timer.trouble?.(system)) ?? null,
    git: found.argv === null ? null : await gitNote(found.argv, place, system),
  };
}

/** Of the agents that are used here and were not left out. A base has no hook of its own. */
async function hooksHere(shared: Shared, { platform }: TimerHost): Promise<readonly ShownHook[]> {
  if (shared.bases.length > 0 || platform === "win32") return [];
  const chosen = (await hookChoices(shared, { isStrict: false })).filter(({ isThere }) => isThere);
  return chosen.length === 0 ? [] : shownHooks(chosen, await programHere(), null);
}

function hookFacts({ host, place, state, gone, message }: ShownHook): HookFacts {
  return { title: host.title, path: place.path, state, gone, message };
}

function terminalText({ columns, unicode, colour }: RenderContext): string {
  return [
    columns === null ? "no terminal" : `${columns} columns`,
    unicode ? "UTF-8" : "ASCII alone",
    colour ? "colors" : "no colors",
  ].join(", ");
}
