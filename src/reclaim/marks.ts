/** Makes marks durable before the first unlink. */
import { dirname } from "node:path";
import { bytePath } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import type { OutcomeError } from "../model/result.ts";
import { problem } from "./outcomes.ts";

/**
 * Syncs the directories of marked members, each once for all of a batch, and returns those that may be unlinked now.
 * Where a disk refuses, `failed` is told of each: they stay marked, and the next run finishes them.
 */
export function settled<T extends { readonly paths: readonly string[] }>(
  marked: readonly T[],
  failed: (one: T, error: OutcomeError) => void,
): readonly T[] {
  if (marked.length === 0) return [];
  try {
    for (const directory of new Set(marked.flatMap(({ paths }) => paths.map((path) => dirname(path))))) {
      syncDirectory(bytePath(directory));
    }
  } catch (error) {
    const trouble = problem(error);
    for (const one of marked) failed(one, trouble);
    return [];
  }
  point("marked");
  return marked;
}
