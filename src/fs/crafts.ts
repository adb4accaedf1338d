/** What threads do to trees: walk them, or destroy them. */
import type { Measurement } from "../model/inspection.ts";
import type { Craft } from "./crew-protocol.ts";
import { destroy, type Destroyed, NOTHING_DESTROYED } from "./destroy.ts";
import { walk } from "./walk.ts";

export interface WalkTask {
  /** Members of one entry. */
  readonly paths: readonly string[];
  /** Names that mean that a program may be at work. */
  readonly locks: RegExp | null;
}

export const WALK: Craft<WalkTask, Measurement> = { name: "walk", work: ({ paths, locks }) => walk(paths, locks) };

export interface DestroyTask {
  /** Members of one entry, isolated and marked. */
  readonly paths: readonly string[];
  /** What they are known to hold (allocated bytes), or null: then it is counted on the way. */
  readonly bytes: number | null;
}

export const DESTROY: Craft<DestroyTask, Destroyed> = { name: "destroy", work: destroyAll };

function* destroyAll({ paths, bytes }: DestroyTask): Generator<void, Destroyed> {
  let total: Destroyed = NOTHING_DESTROYED;
  for (const path of paths) {
    const one = yield* destroy(path, bytes === null);
    total = {
      bytes: total.bytes + one.bytes,
      files: total.files + one.files,
      troubles: [...total.troubles, ...one.troubles],
    };
  }
  if (bytes === null) return total;
  if (total.troubles.length === 0) return { ...total, bytes };
  // What stayed did not come free.
  const rest = yield* walk(paths, null);
  return { ...total, bytes: Math.max(0, bytes - rest.bytes) };
}
