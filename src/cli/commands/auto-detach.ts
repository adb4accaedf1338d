/**
 * `auto --detach`: what the start-up hook does, for a shell. Loads little, because the start of an agent waits for it.
 */
import { resolve } from "node:path";
import { GcError } from "../../errors.ts";
import { checkDue, nextAhead } from "../../hook/check-due.ts";
import { ineffectiveSwitch, isSwitchedOff } from "../../gate/off-switch.ts";
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
    if (session.shared.verbose) await explainSwitch(session);
    if (isSwitchedOff(process.env) || isStartedByHook(process.env)) return 0;
    const idle = startWhereDue(await placesOf(session.shared), asked, session);
    if (session.shared.verbose) await explainIdle(idle, asked, session);
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

/** What a hook that starts nothing keeps to itself. */
async function explainSwitch(session: Session): Promise<void> {
  const { ineffectiveWords, SWITCHED_OFF_LINE } = await import("../../report/idle.ts");
  const ineffective = ineffectiveSwitch(process.env);
  if (ineffective !== null) session.say(`${ineffectiveWords(ineffective, session.look)}\n`);
  if (isSwitchedOff(process.env)) session.say(`${SWITCHED_OFF_LINE}\n`);
  else if (isStartedByHook(process.env)) session.say("A sweep that a hook started does not start another one.\n");
}

/** Null: a sweep was started. */
async function explainIdle(idle: readonly Location[] | null, { optIn }: AutoCall, session: Session): Promise<void> {
  const { look } = session;
  if (idle === null) {
    session.say("Started a sweep in the background.\n");
    return;
  }
  const { idleSentence, NO_BASE_LINE } = await import("../../report/idle.ts");
  const lines = idle.map((location) => {
    const next = nextAhead(location, look.now);
    if (next?.disabled === true) return idleSentence({ kind: "disabled" }, look);
    return idleSentence({ kind: "not-due", at: next?.at ?? null, optIn }, look);
  });
  for (const line of new Set(lines.length === 0 ? [NO_BASE_LINE] : lines)) session.say(`${line}\n`);
}

/** Where nothing is due; null: a sweep was started. */
function startWhereDue(places: Places, asked: AutoCall, session: Session): readonly Location[] | null {
  const { shared } = session;
  const ownFile = settingsFileOf(process.env, process.platform);
  const question = { now: Date.now(), consented: asked.optIn, ownFile };
  const looked = places.locations.map((place) => checkDue(place, question));
  if (!shared.quiet) for (const { pendingNotices } of looked) printNotice(pendingNotices, session);
  const isDue = asked.force || looked.some(({ kind }) => kind === "due");
  if (isDue) start(places, asked, session);
  const broken = looked.find(({ kind }) => kind === "unavailable");
  if (broken !== undefined) throw new GcError("state-unusable", `cannot sweep: ${broken.reason ?? "unknown"}`);
  return isDue ? null : places.locations.filter((_, at) => looked[at]?.kind === "not-due");
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
