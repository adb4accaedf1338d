/** What changes a repository, and what is asked right before: each rejects with an errno that an outcome can carry. */
import { errnoOf, troubled } from "../errors.ts";
import { openRepository } from "./repository.ts";

/** Packing a large history says nothing until it is done. */
const DEADLINE_MS = 15 * 60_000;

/** `EGIT`: git refused, and says why; `ENOSPC` where it says that. */
export async function act(repository: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const git = await openRepository(repository, DEADLINE_MS, signal ?? null);
    return await git.raw(...args);
  } catch (error) {
    if (!(error instanceof Error) || errnoOf(error) !== null) throw error;
    const text = error.message.trim();
    throw troubled(failureCode(text), `git ${args[0] ?? ""}: ${text.split("\n")[0] ?? ""}`);
  }
}

/** `EGIT`, or `ENOSPC` where that is what git says. */
export function failureCode(text: string): "EGIT" | "ENOSPC" {
  return /no space left|disk quota exceeded/i.test(text) ? "ENOSPC" : "EGIT";
}

/** Whether git agrees: commands whose exit code is the answer. */
async function agrees(repository: string, args: readonly string[]): Promise<boolean> {
  try {
    await act(repository, args);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EGIT") return false;
    throw error;
  }
}

/**
 * Packs the whole history of a ref into a file that needs nothing of the repository to be read again, and has git
 * check it. What others have in common with it is packed too: an undo that depends on what others keep is none.
 */
export async function bundle(repository: string, name: string, file: string): Promise<void> {
  await act(repository, ["bundle", "create", "--quiet", file, name]);
  await act(repository, ["bundle", "verify", "--quiet", file]);
}

/** Puts the objects of a bundle into a repository. No ref is made, and nothing keeps them there. */
export async function unbundle(repository: string, file: string): Promise<void> {
  await act(repository, ["bundle", "unbundle", file]);
}

/** Deletes a ref if it still has this value: whoever moved it in between has won. */
export async function deleteRef(repository: string, name: string, value: string): Promise<void> {
  await act(repository, ["update-ref", "-d", name, value]);
}

/** Makes a ref if there is none. */
export async function createRef(repository: string, name: string, value: string): Promise<void> {
  await act(repository, ["update-ref", name, value, "0".repeat(value.length)]);
}

/** Whether the history of one commit is part of another's. */
export async function isAncestor(repository: string, older: string, newer: string): Promise<boolean> {
  return agrees(repository, ["merge-base", "--is-ancestor", older, newer]);
}

/** Whether all that a commit needs is there. What other refs reach is taken to be: git looks at the rest. */
export async function isWhole(repository: string, value: string): Promise<boolean> {
  return agrees(repository, ["rev-list", "--objects", "--quiet", value, "--not", "--all"]);
}
