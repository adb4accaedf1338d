/**
 * Where its bases are: `snapshot` and, of versions before 1.0, `project` in its directory of data, which is
 * `$XDG_DATA_HOME/opencode`, else `~/.local/share/opencode`, on every system. A fork has a directory of its own name beside
 * it with the same in it, and is found by that.
 */
import { stateBeside } from "../../locations/state.ts";
import { pathOf, xdgDirectory } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";
import { isProjectId, PROJECT, SNAPSHOT } from "./names.ts";

const NAME = "opencode";

/** Their repositories look alike, and they are agents of their own here. */
const OTHERS: ReadonlySet<string> = new Set(["kilo"]);

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const homes = input.homes.map((home) => typedPath(home, "--home", input));
  const bases = input.bases.map((base) => typedPath(base, "--base", input));
  const found = homes.length + bases.length > 0 ? homes.flatMap((home) => named(home, input)) : usual(input);
  const all = [...found, ...bases.map((base) => namedBase(base, input))];
  return [...new Map(all.map((ref) => [ref.path, ref])).values()];
}

/** A home that was named has to be there. */
function named(home: string, input: FindBases): readonly BaseRef[] {
  const found = basesIn(home, "home", input);
  return found.length > 0 ? found : [refOf(home, SNAPSHOT, "home", input)];
}

function usual(input: FindBases): readonly BaseRef[] {
  const data = xdgDirectory("XDG_DATA_HOME", input);
  const path = pathOf(input.platform);
  // Every program keeps something there: that it cannot be listed says nothing of this one.
  const apps = (namesOrUnknown(data, input) ?? []).filter((name) => !OTHERS.has(name));
  // Sorted by code unit: the order of a directory, and that of a locale, differs from machine to machine.
  const forks = apps.filter((name) => name !== NAME && isFork(path.join(data, name), input)).toSorted();
  return [...apps.filter((name) => name === NAME), ...forks].flatMap((name) =>
    basesIn(path.join(data, name), null, input),
  );
}

/** By what it has, since any program may have a directory of that name. */
function isFork(home: string, input: FindBases): boolean {
  const snapshots = pathOf(input.platform).join(home, SNAPSHOT);
  const isThere = namesOrUnknown(home, input)?.includes(SNAPSHOT) === true;
  return isThere && namesOrUnknown(snapshots, input)?.some(isProjectId) === true;
}

function basesIn(home: string, how: BaseRef["named"], input: FindBases): readonly BaseRef[] {
  // Where it cannot be found out whether one is there, looking at it says why.
  const there = namesOrUnknown(home, input) ?? [SNAPSHOT];
  // Where a base is gone, its trash is beside it still.
  const names = [SNAPSHOT, PROJECT].filter((name) => there.includes(name) || there.includes(stateName(name, input)));
  return names.map((name) => refOf(home, name, how, input));
}

function stateName(name: string, { platform }: FindBases): string {
  return pathOf(platform).basename(stateBeside("", name));
}

function refOf(home: string, name: string, how: BaseRef["named"], { platform }: FindBases): BaseRef {
  const path = pathOf(platform);
  const app = path.basename(home);
  const labels = [...(app === NAME ? [] : [app]), ...(name === SNAPSHOT ? [] : [name])];
  const label = labels.length === 0 ? null : labels.join(" ");
  return { agent: NAME, path: path.join(home, name), home, profile: null, label, named: how };
}

function namedBase(base: string, input: FindBases): BaseRef {
  const path = pathOf(input.platform);
  return refOf(path.dirname(base), path.basename(base), "base", input);
}
