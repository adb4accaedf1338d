/** Where the state directory of a base is; state/place.ts says why, and which of the two is used. */
import { STATE_INSIDE } from "../model/names.ts";
import { node } from "./builtins.ts";

/** Beside the base; with a slash on every platform, which Windows accepts too, because `join` costs more. */
export function stateBeside(parent: string, name: string): string {
  return `${parent}/.${name}.gc`;
}

/** For a resolved base: the first one that exists counts. */
export function statePaths(base: string): { readonly beside: string; readonly inside: string } {
  const { path } = node;
  return { beside: stateBeside(path.dirname(base), path.basename(base)), inside: `${base}/${STATE_INSIDE}` };
}
