/**
 * `auto --detach`: what the start-up hook does, for a shell. Loads little, because the start of an agent waits for it.
 */
import { resolve } from "node:path";
import { GcError } from "../../errors.ts";
import { checkDue } from "../../hook/check-due.ts";
import { isSwitchedOff } from "../../gate/off-switch.ts";
import { childEnvironment, isStartedByHook } from "../../hook/environment.ts";
import { launch } from "../../hook/launch.ts";
import { takeNotice } from "../../hook/notice.ts";
import { findLocations, type Location } from "../../agents/locations.ts";
import { FIRST_AGENT } from "../../agents/other-bases.ts";
import { settingsFileOf } from "../../locations/settings-file.ts";
import { findProgram } from "../../hook/program.ts";
import type { Invocation } from "../invocation.ts";
import { namedPlaces, parseDetach, type AutoCall, type Shared } from "../parse.ts";
import { repeatedArguments } from "../suggested-command.ts";
import { inSession, type Session } from "../session.ts";

/** 0 also where nothing is due or automatic sweeps are off. Throws where a sweep is due and cannot be started. */
export async function autoDetach(call: Invocation): Promise<number> {
  const asked = parseDetach(call);
  return inSession(call, async (session) => {
    if (isSwitchedOff(process.env) || isStartedByHook(process.env)) return 0;
    startWhereDue(await placesOf(session.shared), asked, session);
    return 0;
  });
}

/** Where to look, and the flags of `auto` that mean the same. */
interface Places {
  readonly locations: readonly Location[];
  readonly flags: readonly string[];
}

async function placesOf(shared: Shared): Promise<Places> {
  const isOther = shared.agents.some((name) => name !== FIRST_AGENT);
  if (isOther) {
    const { detachPlaces } = await import("../../runs/detach-places.ts");
    return detachPlaces(namedPlaces(shared));
  }
  const named = [...shared.homes.map((home) => ({ home })), ...shared.bases.map((base) => ({ base }))];
  const locations = (named.length === 0 ? [{}] : named).flatMap((one) => findLocations(one, process.env));
  return { locations, flags: locations.flatMap(({ kind, path }) => [`--${kind}`, path]) };
}

function startWhereDue(places: Places, asked: AutoCall, session: Session): void {
  const { shared } = session;
  const ownFile = settingsFileOf(process.env, process.platform);
  const question = { now: Date.now(), consented: asked.optIn, ownFile };
  const looked = places.locations.map((place) => checkDue(place, question));
  if (!shared.quiet) for (const { pendingNotices } of looked) printNotice(pendingNotices, session);
  const isDue = asked.force || looked.some(({ kind }) => kind === "due");
  if (isDue) start(places, asked, session);
  const broken = looked.find(({ kind }) => kind === "unavailable");
  if (broken !== undefined) throw new GcError("state-unusable", `cannot sweep: ${broken.reason ?? "unknown"}`);
}

/** Reports once what an earlier unattended sweep did. */
function printNotice(states: readonly string[], session: Session): void {
  for (const state of states) {
    const notice = takeNotice(state);
    if (notice !== null) session.say(`${notice}\n`);
  }
}

function start({ flags: where }: Places, asked: AutoCall, { shared }: Session): void {
  const clean = childEnvironment(process.env);
  const program = findProgram(undefined, clean, process);
  const flags = [
    ...where,
    ...(asked.force ? ["--now"] : []),
    ...(asked.optIn ? ["--opt-in"] : []),
    ...(asked.metricsFile === null ? [] : ["--metrics-file", resolve(asked.metricsFile)]),
    ...repeatedArguments(shared),
  ];
  launch([...program.argv, "auto", ...flags], { ...clean, ...program.env });
}
