/** Where its sessions are: one place in the home of the user, whatever the environment says. With built-ins alone. */
import { pathOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";

/** The directory of a home that its base is in. */
const PLACE = "workspace";

/** The name of a base. */
export const NAME = "sessions";

/** What is beside a base once a run was there. It outlives the base. */
const STATE = `.${NAME}.gc`;

/** Most users do not have it, and a row for what was never there helps none of them. */
export function usualBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const home = path.join(input.osHome, ".miniclaw");
  const isThere = input.listDirectories(path.join(home, PLACE)).some((name) => name === NAME || name === STATE);
  return isThere ? [baseOfHome(home, null, input)] : [];
}

export function baseOfHome(home: string, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  return refOf(pathOf(platform).join(home, PLACE, NAME), home, named);
}

export function refOf(path: string, home: string, named: BaseRef["named"]): BaseRef {
  return { agent: "miniclaw", path, home, profile: null, label: null, named };
}
