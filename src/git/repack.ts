/** Writes all that refs reach into one new pack, beside the existing ones. */
import { errnoOf, messageOf } from "../errors.ts";
import { execGit, isGitMissing } from "./exec.ts";

export type Repacked =
  | { readonly kind: "done" }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string };

export interface Limits {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Borrowed objects stay where they are (`-l`). Removes nothing: no `-d`, which would also remove directories that a
 * concurrent snapshot is about to use.
 */
export async function repackAll(repository: string, { ms, signal }: Limits): Promise<Repacked> {
  try {
    const deadline = performance.now() + ms;
    await execGit({ gitDirectory: repository, args: ["repack", "-a", "-l", "-q"], deadline, signal });
    return { kind: "done" };
  } catch (error) {
    if (isGitMissing(error)) return { kind: "failed", message: error.message };
    const code = errnoOf(error);
    if (code === null) throw error;
    return code === "ETIMEDOUT" || code === "EINTR"
      ? { kind: "stopped" }
      : { kind: "failed", message: messageOf(error) };
  }
}
