/** Where its sessions are: one place in the home of the user, whatever the environment says. */
import { GcError } from "../../errors.ts";
import { pathOf, resolveTyped } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";

/** The directory of a home that its base is in, and the name of the base. */
const [PLACE, NAME] = ["workspace", "sessions"] as const;

/** What is beside a base once a run was there. It outlives the base. */
const STATE = `.${NAME}.gc`;

export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((home) => baseOfHome(absolute(home, "--home", input), "home", input)),
    ...input.bases.map((typed): BaseRef => {
      const base = absolute(typed, "--base", input);
      return refOf(base, path.dirname(base), "base");
    }),
  ];
  if (refs.length > 0) return [...new Map(refs.map((ref) => [ref.path, ref])).values()];
  const home = path.join(input.osHome, ".miniclaw");
  // Most users do not have it, and a row for what was never there helps none of them.
  const isThere = input.listDirectories(path.join(home, PLACE)).some((name) => name === NAME || name === STATE);
  return isThere ? [baseOfHome(home, null, input)] : [];
}

function baseOfHome(home: string, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  return refOf(pathOf(platform).join(home, PLACE, NAME), home, named);
}

function refOf(path: string, home: string, named: BaseRef["named"]): BaseRef {
  return { agent: "miniclaw", path, home, profile: null, label: null, named };
}

function absolute(typed: string, flag: string, input: FindBases): string {
  // `--base "$UNSET"` would otherwise mean the current directory.
  if (typed.trim() === "") throw new GcError("usage", `${flag} is empty: expected a directory`);
  return resolveTyped(typed, input);
}
