/** `auto --detach`: what the start-up hook does, for a shell. Loads little, because somebody waits for his agent. */
import { resolve } from "node:path";
import { GcError } from "../../errors.ts";
import { lookAt } from "../../hook/due.ts";
import { childEnvironment, isStarted, isSwitchedOff } from "../../hook/environment.ts";
import { launch } from "../../hook/launch.ts";
import { takeNotice } from "../../hook/notice.ts";
import { type Place, placesOf } from "../../hook/place.ts";
import { programOf } from "../../hook/program.ts";
import type { Call } from "../call.ts";
import { parseDetach, type AutoCall } from "../parse.ts";
import { settingArguments } from "../retype.ts";
import { inSession, type Session } from "../session.ts";

/** 0 also where nothing is due or it is switched off. Throws where a sweep is due and nothing can be done there. */
export async function autoDetach(call: Call): Promise<number> {
  const asked = parseDetach(call);
  return inSession(call, (session) => {
    if (!isSwitchedOff(process.env) && !isStarted(process.env)) startWhereDue(asked, session);
    return Promise.resolve(0);
  });
}

function startWhereDue(asked: AutoCall, session: Session): void {
  const { shared } = session;
  const named = [...shared.homes.map((home) => ({ home })), ...shared.bases.map((base) => ({ base }))];
  const places = (named.length === 0 ? [{}] : named).flatMap((one) => placesOf(one, process.env));
  const now = Date.now();
  const looked = places.map((place) => lookAt(place, now, asked.optIn));
  if (!shared.quiet) for (const { telling } of looked) tell(telling, session);
  const isDue = asked.force || looked.some(({ kind }) => kind === "due");
  if (isDue) start(places, asked, session);
  const broken = looked.find(({ kind }) => kind === "unavailable");
  if (broken !== undefined) throw new GcError("state-unusable", `cannot sweep: ${broken.reason ?? "unknown"}`);
}

/** Once, what an earlier sweep did: nobody saw it. */
function tell(states: readonly string[], session: Session): void {
  for (const state of states) {
    const notice = takeNotice(state);
    if (notice !== null) session.say(`${notice}\n`);
  }
}

function start(places: readonly Place[], asked: AutoCall, { shared }: Session): void {
  const clean = childEnvironment(process.env);
  const program = programOf(undefined, clean, process);
  const flags = [
    ...places.flatMap(({ kind, path }) => [`--${kind}`, path]),
    ...(asked.force ? ["--now"] : []),
    ...(asked.optIn ? ["--opt-in"] : []),
    ...(asked.metricsFile === null ? [] : ["--metrics-file", resolve(asked.metricsFile)]),
    ...settingArguments(shared),
  ];
  launch([...program.argv, "auto", ...flags], { ...clean, ...program.env });
}
