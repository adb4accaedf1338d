/** The jobs of threads: walk trees, or destroy them. */
import type { Measurement, UsedDirectories } from "../model/inspection.ts";
import type { OutcomeError } from "../model/result.ts";
import type { JobType } from "./worker-messages.ts";
import { destroy, type Destroyed, NOTHING_DESTROYED } from "./destroy.ts";
import { type MarkedPath, markAll } from "./mark.ts";
import { walk } from "./walk.ts";

export interface WalkTask {
  /** Members of one entry. */
  readonly paths: readonly string[];
  /** Names that show that a program may be at work. */
  readonly locks: RegExp | null;
  /** Absent: their times tell no more than those of all. */
  readonly used?: UsedDirectories;
}

export const WALK: JobType<WalkTask, Measurement> = {
  name: "walk",
  work: ({ paths, locks, used }) => walk(paths, locks, used),
};

export interface DestroyTask {
  /** Members of one entry, isolated. */
  readonly members: readonly MarkedPath[];
  /** Their known size (allocated bytes), or null: then it is counted while destroying. */
  readonly bytes: number | null;
}

/** `whole`: it could not be marked, so nothing of it was unlinked. */
export type Destruction =
  | ({ readonly kind: "destroyed" } & Destroyed)
  | { readonly kind: "whole"; readonly error: OutcomeError };

/** At its first yield it has either begun, or will not. */
export const DESTROY: JobType<DestroyTask, Destruction> = { name: "destroy", work: destroyAll };

function* destroyAll({ members, bytes }: DestroyTask): Generator<void, Destruction> {
  const error = markAll(members);
  if (error !== null) return { kind: "whole", error };
  let total: Destroyed = NOTHING_DESTROYED;
  for (const { marked } of members) {
    const one = yield* destroy(marked, bytes === null);
    total = {
      bytes: total.bytes + one.bytes,
      files: total.files + one.files,
      troubles: [...total.troubles, ...one.troubles],
    };
  }
  if (bytes === null) return { kind: "destroyed", ...total };
  if (total.troubles.length === 0) return { kind: "destroyed", ...total, bytes };
  // What stayed was not freed.
  const rest = yield* walk(
    members.map(({ marked }) => marked),
    null,
  );
  return { kind: "destroyed", ...total, bytes: Math.max(0, bytes - rest.bytes) };
}
