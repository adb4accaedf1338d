/**
 * Where its homes (state directories) and bases (folders of sessions) are. Named ones alone, where any was named; else
 * `$OPENCLAW_STATE_DIR`, else `.openclaw` in `$OPENCLAW_HOME` or in the home directory, or `.clawdbot` where that has no
 * agents. Each agent of a home has a base, `<home>/agents/<agent>/sessions`, or where `session.store` says.
 */
import { basename } from "node:path";
import { stateBeside } from "../../locations/state.ts";
import { pathOf, resolveTyped, variableOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";
import { movedFolder, sessionSettings } from "./config.ts";
import { CONFIG_NAMES, DEFAULT_AGENT, STATE_DIRECTORIES } from "./names.ts";
import { OPENCLAW_VARIABLES } from "./variables.ts";

const [TODAY, BEFORE] = STATE_DIRECTORIES;
const [STATE_DIR, USER_HOME] = OPENCLAW_VARIABLES;

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const homes = input.homes.map((home) => typedPath(home, "--home", input));
  const bases = input.bases.map((base) => typedPath(base, "--base", input));
  const isNamed = homes.length + bases.length > 0;
  const found = isNamed
    ? homes.flatMap((home) => basesOfHome(home, "home", input))
    : basesOfHome(usualHome(input), null, input);
  const all = [...found, ...bases.map((base) => namedBase(base, input))];
  return [...new Map(all.map((ref) => [ref.path, ref])).values()];
}

/** Homes of this agent share nothing with each other. */
export function relatedHomes(homes: readonly string[]): readonly string[] {
  return [...new Set(homes)];
}

/** The directory that a home of a usual name is in. */
export function userHomesAround(home: string): readonly string[] {
  const path = pathOf(process.platform);
  return isUsualName(path.basename(home)) ? [path.dirname(home)] : [];
}

function isUsualName(name: string): boolean {
  return STATE_DIRECTORIES.some((usual) => usual === name);
}

export function usualHome(input: FindBases): string {
  const { env, platform } = input;
  const path = pathOf(platform);
  const named = variableOf(env, STATE_DIR, platform)?.trim() ?? "";
  if (named !== "") return resolveTyped(named, input);
  const [today, before] = [path.join(userHomeOf(input), TODAY), path.join(userHomeOf(input), BEFORE)];
  const isBefore = agentsOf(today, input).length === 0 && agentsOf(before, input).length > 0;
  return isBefore ? before : today;
}

/** What `~` stands for in its settings. */
function userHomeOf(input: FindBases): string {
  const named = variableOf(input.env, USER_HOME, input.platform)?.trim() ?? "";
  return named === "" ? input.osHome : resolveTyped(named, input);
}

function agentsOf(home: string, { listDirectories, platform }: FindBases): readonly string[] {
  // Sorted by code unit: the order of a directory, and that of a locale, differs from machine to machine.
  return listDirectories(pathOf(platform).join(home, "agents")).toSorted();
}

function basesOfHome(home: string, named: BaseRef["named"], input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const listed = agentsOf(home, input);
  const { store, agents } = sessionSettings(settingsText(home, input));
  const usual = listed.flatMap((agent): BaseRef[] => {
    const folders = namesOrUnknown(path.join(home, "agents", agent), input);
    // Where the sessions are gone, their trash is beside them still.
    const names = new Set(["sessions", basename(stateBeside("", "sessions"))]);
    const isBase = folders === null || folders.some((name) => names.has(name));
    return isBase ? [refOf(path.join(home, "agents", agent, "sessions"), home, agent, null)] : [];
  });
  // A home that was named has to be there; of another one that is not, nothing is shown.
  const isMissing = usual.length === 0 && named !== null;
  const found = isMissing
    ? [refOf(path.join(home, "agents", DEFAULT_AGENT, "sessions"), home, DEFAULT_AGENT, named)]
    : usual;
  if (store.kind !== "moved") return found;
  const moved = [...new Set([...listed, ...agents])].flatMap((agent): BaseRef[] => {
    const folder = movedFolder(store.template, agent, userHomeOf(input));
    return folder === null ? [] : [refOf(folder, home, agent, null)];
  });
  return [...found, ...moved];
}

function settingsText(home: string, { read, platform }: FindBases): string | null {
  const texts = CONFIG_NAMES.map((name) => read?.(pathOf(platform).join(home, name)) ?? null);
  return texts.find((text) => text !== null) ?? null;
}

function refOf(path: string, home: string, agent: string, named: BaseRef["named"]): BaseRef {
  return { agent: "openclaw", path, home, profile: null, label: agent, named };
}

/** A folder of a home is known by where it is: its agent is the directory around it. */
function namedBase(base: string, { platform }: FindBases): BaseRef {
  const path = pathOf(platform);
  const agent = path.dirname(base);
  const agents = path.dirname(agent);
  const isUsual = path.basename(base) === "sessions" && path.basename(agents) === "agents";
  return refOf(base, isUsual ? path.dirname(agents) : agent, path.basename(agent), "base");
}
