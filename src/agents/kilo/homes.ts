/** Where its base is: `snapshot` in its directory of data, `$XDG_DATA_HOME/kilo`, else `~/.local/share/kilo`. */
import { pathOf, xdgDirectory } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";
import { SNAPSHOT } from "./names.ts";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((home) => refOf(typedPath(home, "--home", input), "home", input)),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return { ...refOf(path.dirname(base), "base", input), path: base };
    }),
  ];
  return refs.length === 0 ? usual(input) : [...new Map(refs.map((ref) => [ref.path, ref])).values()];
}

/** Where a base is gone, its trash is beside it still. */
function usual(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const home = path.join(xdgDirectory("XDG_DATA_HOME", input), "kilo");
  // Where it cannot be found out whether it is there, looking at it says why.
  const there = namesOrUnknown(home, input) ?? [SNAPSHOT];
  const isBase = there.includes(SNAPSHOT) || there.includes(path.basename(stateBeside("", SNAPSHOT)));
  return isBase ? [refOf(home, null, input)] : [];
}

function refOf(home: string, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  return { agent: "kilo", path: pathOf(platform).join(home, SNAPSHOT), home, profile: null, label: null, named };
}
