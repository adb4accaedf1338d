/** Where its base is: `snapshot` in its directory of data, `$XDG_DATA_HOME/kilo`, else `~/.local/share/kilo`. */
import { pathOf, xdgDirectory } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { findOneBase } from "../one-base.ts";
import { SNAPSHOT } from "./names.ts";

const NAME = "kilo";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const home = pathOf(input.platform).join(xdgDirectory("XDG_DATA_HOME", input), NAME);
  return findOneBase({ agent: NAME, name: SNAPSHOT, usualHomes: () => [{ home, label: null }] }, input);
}
