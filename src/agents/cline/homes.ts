/**
 * Where its bases are: `checkpoints` in what its extension stores in each editor, and in `$CLINE_DIR/data`, else `~/.cline/data`,
 * of its command line.
 */
import { editorStorages } from "../../locations/editors.ts";
import { pathOf, variableOf } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";
import { EXTENSION } from "./names.ts";
import { CLINE_VARIABLES } from "./variables.ts";

const NAME = "checkpoints";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.map((typed) => refOf(typedPath(typed, "--home", input), null, "home", input)),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return { ...refOf(path.dirname(base), null, "base", input), path: base };
    }),
  ];
  return refs.length === 0 ? usual(input) : [...new Map(refs.map((ref) => [ref.path, ref])).values()];
}

function usual(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const named = variableOf(input.env, CLINE_VARIABLES[0], input.platform) ?? "";
  const cli = path.isAbsolute(named) ? named : path.join(input.osHome, ".cline");
  const places = [
    ...editorStorages(input).map((storage) => [path.join(storage.path, EXTENSION), storage.editor] as const),
    [path.join(cli, "data"), "command line"] as const,
  ];
  return places.flatMap(([home, label]) => {
    // What cannot be listed may be another editor's that this user has no part in.
    const there = namesOrUnknown(home, input) ?? [];
    // Where a base is gone, its trash is beside it still.
    const isBase = there.includes(NAME) || there.includes(path.basename(stateBeside("", NAME)));
    return isBase ? [refOf(home, label, null, input)] : [];
  });
}

function refOf(home: string, label: string | null, named: BaseRef["named"], { platform }: FindBases): BaseRef {
  return { agent: "cline", path: pathOf(platform).join(home, NAME), home, profile: null, label, named };
}
