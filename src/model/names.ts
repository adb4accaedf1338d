/** Names in a base that are our own pieces, where they have to live inside it. No kind is shown them. */

/** When the last sweep was, shared with the agent. Neither an entry nor foreign. */
export const MARKER_NAME = ".last_prune";

/** Our state where it cannot live beside the base. */
export const STATE_INSIDE = ".checkpoint-gc";

/** The trash in a state, and where version 1.0.0 had it; state/trash-directory.ts says why it moved. */
export const TRASH_NAME = "checkpoints";
export const OLD_TRASH_NAME = "trash";

/** The prefix of what was isolated beside its entry because no trash could be created (a full disk). */
export const BESIDE_PREFIX = ".gc.";

export function isOurs(name: string): boolean {
  return name === MARKER_NAME || name === STATE_INSIDE || name.startsWith(BESIDE_PREFIX);
}
