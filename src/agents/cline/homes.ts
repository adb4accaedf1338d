/**
 * Where its bases are: `checkpoints` in what its extension stores in each editor, and in `$CLINE_DIR/data`, else `~/.cline/data`,
 * of its command line.
 */
import { editorStorages } from "../../locations/editors.ts";
import { pathOf, variableOf } from "../../locations/paths.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { findOneBase, type OneBase } from "../one-base.ts";
import { EXTENSION } from "./names.ts";
import { CLINE_VARIABLES } from "./variables.ts";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  return findOneBase({ agent: "cline", name: "checkpoints", usualHomes }, input);
}

function usualHomes(input: FindBases): ReturnType<OneBase["usualHomes"]> {
  const path = pathOf(input.platform);
  const named = variableOf(input.env, CLINE_VARIABLES[0], input.platform) ?? "";
  const cli = path.isAbsolute(named) ? named : path.join(input.osHome, ".cline");
  const storages = editorStorages(input).map(({ path: storage, editor }) => ({
    home: path.join(storage, EXTENSION),
    label: editor,
  }));
  // What cannot be listed may be another editor's that this user has no part in.
  const isListed = ({ home }: (typeof storages)[number]): boolean => namesOrUnknown(home, input) !== null;
  return [...storages, { home: path.join(cli, "data"), label: "command line" }].filter(isListed);
}
