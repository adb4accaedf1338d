/** Its kinds, by the layout of their repositories (stores/worktree-repos/layout.ts). */
import { basename } from "node:path";
import type { Kind } from "../../../stores/kind.ts";
import { findByProject, findBySlug } from "../../../stores/worktree-repos/layout.ts";
import { worktreeSnapshots } from "../../../stores/worktree-repos/snapshots.ts";
import { temporaryFiles } from "../../../stores/worktree-repos/temporary.ts";
import { PROJECT } from "../names.ts";

/** Snapshots are trees without refs, whose ids are in the agent's database alone: they cannot be counted. */
const notCounted: Kind["snapshots"] = () => ({ kind: "known", snapshots: null });

/**
 * An undo of a version since 1.0 takes a snapshot that is missing for "the file did not exist then", and deletes the file:
 * such a repository is taken only where its directory is gone.
 */
export const opencodeSnapshots: Kind = worktreeSnapshots({
  kind: "opencode-snapshots",
  find: findByProject,
  undoDeletes: true,
  snapshots: notCounted,
});

/** Of versions before 1.0. No later one reads them. */
export const opencodeAncient: Kind = worktreeSnapshots({
  kind: "opencode-ancient",
  optIn: true,
  find: findBySlug,
  undoDeletes: false,
  snapshots: notCounted,
});

/** In the repositories of all layouts; those of a base are of one or the other. */
export const opencodeTemporary: Kind = temporaryFiles("opencode-temporary", (base, listed) =>
  isAncient(base) ? findBySlug(base, listed) : findByProject(base, listed),
);

/** Whether a base is one of versions before 1.0. */
export function isAncient(base: string): boolean {
  return basename(base) === PROJECT;
}
