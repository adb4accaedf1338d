/**
 * Where its sessions are: in each project in which it ran. Nothing records which these are, so they are looked for around
 * the working directory, and in the directories that entries of other agents are about.
 */
import { pathOf, resolveFrom } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";

/** Its directory in a project, and the base in that. */
const [HOME, NAME] = [".tapps-agents", "sessions"] as const;

/** What is beside a base once a run was there. It outlives the base. */
const STATE = `.${NAME}.gc`;

export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((typed) => {
      const home = typedPath(typed, "--home", input);
      return path.basename(home) === HOME ? refOf(home, "home", input) : baseOfProject(home, "home", input);
    }),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return { ...refOf(path.dirname(base), "base", input), path: base };
    }),
  ];
  if (refs.length > 0) return once(refs);
  return basesAround(directoriesAround(input), input);
}

/** The bases in these directories, where they are projects of its own. */
export function basesAround(directories: readonly string[], input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const projects = directories.filter((directory) => {
    const names = namesIn(path.join(directory, HOME), input);
    return names.includes(NAME) || names.includes(STATE);
  });
  return once(projects.map((project) => baseOfProject(project, null, input)));
}

/** The working directory and those above it, up to the repository that it is in, and never above the user's home. */
function directoriesAround(input: FindBases): readonly string[] {
  const path = pathOf(input.platform);
  const found: string[] = [];
  for (let at = resolveFrom(input, "."); ; at = path.dirname(at)) {
    found.push(at);
    const isLast = at === input.osHome || at === path.dirname(at);
    if (isLast || namesIn(path.join(at, ".git"), input).length > 0) return found;
  }
}

/** What cannot be listed is passed over: it was not named, and may be any directory above. */
function namesIn(directory: string, input: FindBases): readonly string[] {
  return namesOrUnknown(directory, input) ?? [];
}

function baseOfProject(project: string, named: BaseRef["named"], input: FindBases): BaseRef {
  return refOf(pathOf(input.platform).join(project, HOME), named, input);
}

/** `home`: its directory in a project, whose name distinguishes it. */
function refOf(home: string, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  const path = pathOf(platform);
  const label = path.basename(path.basename(home) === HOME ? path.dirname(home) : home);
  return {
    agent: "tapps",
    path: path.join(home, NAME),
    home,
    profile: null,
    label: label === "" ? null : label,
    named,
  };
}

function once(refs: readonly BaseRef[]): readonly BaseRef[] {
  return [...new Map(refs.map((ref) => [ref.path, ref])).values()];
}
