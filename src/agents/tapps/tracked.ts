/**
 * Whether git tracks files of a `sessions/`: then they belong to the project, and git is how they are removed. Asked once a
 * base, and again where the index has changed.
 */
import { dirname } from "node:path";
import { lookAtIndex } from "../../git/tracked.ts";
import type { Witness } from "../../stores/kind.ts";

/** Rejects with an errno where git cannot tell: then it counts as tracked. */
export async function tracked(base: string): Promise<Witness> {
  const index = await lookAtIndex(base);
  if (index === null) return { kind: "read", inUse: () => null, isCurrent: () => false };
  const { tracks, isCurrent, repository } = index;
  if (!tracks) return { kind: "read", inUse: () => null, isCurrent };
  const sentence = `git tracks files of ${dirname(base)}: remove them with git, or add them to .gitignore`;
  return { kind: "read", inUse: () => ({ code: "active", by: repository, sentence }), isCurrent };
}
