import { GcError } from "../errors.ts";
import { resolveTyped } from "../locations/paths.ts";
import type { FindBases } from "./agent.ts";

/** A home or base that was named, absolute. Throws `usage` for an empty one: `--base "$UNSET"` would mean the current directory. */
export function typedPath(typed: string, flag: "--home" | "--base", input: FindBases): string {
  if (typed.trim() === "") throw new GcError("usage", `${flag} is empty: expected a directory`);
  return resolveTyped(typed, input);
}
