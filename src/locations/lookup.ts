/** lstat with built-ins alone, and the errnos that mean "not there". */
import type { Stats } from "node:fs";
import { node } from "./builtins.ts";

/** Null where nothing is there. Throws any other errno. */
export function lstatIfExists(path: string): Stats | null {
  try {
    // Costs no exception where nothing exists, as on most machines without the agent.
    return node.fs.lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return hasErrno(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

export function hasErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
