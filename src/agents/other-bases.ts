/**
 * Bases of the agents after the first one, in their usual places, for what must not load more: with built-ins alone. Those
 * of an agent that has to read a file to know where they are (a configuration) are not among them.
 */
import { node } from "../locations/builtins.ts";
import { resolveLocally } from "../locations/links.ts";
import { hasErrno } from "../locations/lookup.ts";
import { type Environment, userHomeOf } from "../locations/paths.ts";
import type { FindBases } from "./agent.ts";
import type { Location } from "./locations.ts";
import { usualBases as miniclawBases } from "./miniclaw/locations.ts";

/** The name of the first agent: all that is named by a home or a base alone is its. */
export const FIRST_AGENT = "hermes";

/** A base of another agent in its usual place. */
export interface OtherBase extends Location {
  readonly agent: string;
}

const OTHERS = [miniclawBases] as const;

/** Those that are there, without what is off the local disks: that only `auto` looks at. Throws no errno. */
export function otherBases(env: Environment, cwd: string | null): readonly OtherBase[] {
  const { platform } = process;
  const osHome = userHomeOf(env, platform);
  const input: FindBases = {
    env,
    osHome,
    platform,
    cwd,
    homes: [],
    bases: [],
    listDirectories: (directory) => directoriesIn(directory, osHome),
  };
  return OTHERS.flatMap((find) => find(input)).map(({ agent, path }) => ({
    kind: "base",
    path,
    userHome: osHome,
    agent,
  }));
}

function directoriesIn(directory: string, userHome: string): readonly string[] {
  try {
    if (resolveLocally(directory, userHome) === "elsewhere") return [];
    const children = node.fs.readdirSync(directory, { withFileTypes: true });
    return children.filter((child) => child.isDirectory() || child.isSymbolicLink()).map(({ name }) => name);
  } catch (error) {
    // What cannot be listed `auto` reports; it must not stop the sweep of others.
    if (hasErrno(error)) return [];
    throw error;
  }
}
