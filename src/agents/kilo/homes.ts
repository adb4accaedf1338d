/** Where its base is: `snapshot` in its directory of data, `$XDG_DATA_HOME/kilo`, else `~/.local/share/kilo`. */
import { pathOf, xdgDirectory } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { findOneBase, type OneBase } from "../one-base.ts";
import { SNAPSHOT } from "./names.ts";

const NAME = "kilo";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  return findOneBase({ agent: NAME, name: SNAPSHOT, usualHomes }, input);
}

/** Every program keeps something in the directory of data: that it cannot be listed says nothing of this one. */
function usualHomes(input: FindBases): ReturnType<OneBase["usualHomes"]> {
  const data = xdgDirectory("XDG_DATA_HOME", input);
  const isThere = namesOrUnknown(data, input)?.includes(NAME) === true;
  return isThere ? [{ home: pathOf(input.platform).join(data, NAME), label: null }] : [];
}
