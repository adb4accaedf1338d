/** Its bases, by what was typed. */
import { pathOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { baseOfHome, NAME, refOf, usualBases } from "./locations.ts";
import { typedPath } from "../typed-path.ts";

export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((home) => baseOfHome(typedPath(home, "--home", input), "home", input)),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return refOf(base, path.dirname(base), "base");
    }),
  ];
  // Where it cannot be found out whether they are there, looking at them says why.
  const listDirectories: FindBases["listDirectories"] = (directory) => namesOrUnknown(directory, input) ?? [NAME];
  return refs.length === 0
    ? usualBases({ ...input, listDirectories })
    : [...new Map(refs.map((ref) => [ref.path, ref])).values()];
}
