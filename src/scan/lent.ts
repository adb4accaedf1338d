/** Which repos borrow objects from one that is about to be removed, or collected. */
import type { Borrowing } from "./borrowing.ts";

/**
 * As a sentence that names the borrower; null where there is certainly none. What cannot be read may borrow from
 * anything.
 */
export function borrowerOf(repository: string, all: readonly Omit<Borrowing, "home">[]): string | null {
  const isIn = (path: string): boolean => path === repository || path.startsWith(`${repository}/`);
  const borrower = all.find(({ path, borrows }) => !isIn(path) && borrows.some(isIn));
  if (borrower !== undefined) return `${borrower.path} borrows objects from it`;
  const unknown = all.find(({ trouble }) => trouble !== null)?.trouble ?? null;
  return unknown === null ? null : `${unknown.path} may borrow objects from it and cannot be read (${unknown.code})`;
}

/** The share of a run that may be spent on searching (1/n). A base of a hundred is read again for every batch. */
const LOOKING_SHARE = 20;

/** Searches again each time, unless that would exceed its share of the run. */
export function refreshed(look: () => Promise<readonly Borrowing[]>): () => Promise<readonly Borrowing[]> {
  let last: { readonly found: readonly Borrowing[]; readonly until: number } | null = null;
  return async () => {
    const begun = performance.now();
    if (last !== null && begun < last.until) return last.found;
    const found = await look();
    const ended = performance.now();
    last = { found, until: ended + (ended - begun) * LOOKING_SHARE };
    return found;
  };
}

/**
 * A repo that borrows from an entry and was not there when the plan was made, as a sentence, or null. `after`: the
 * borrowers known to the plan, which are removed before it. `sure`: when planning, every borrower could be read.
 */
export function newBorrowerOf(
  { path, after, sure }: { readonly path: string; readonly after: readonly string[]; readonly sure: boolean },
  all: readonly Borrowing[],
): string | null {
  const isIn = (at: string): boolean => at === path || at.startsWith(`${path}/`);
  const others = all.filter((one) => !isIn(one.home) && !after.includes(one.home) && !after.includes(one.path));
  const borrower = others.find(({ borrows }) => borrows.some(isIn));
  if (borrower !== undefined) return `${borrower.path} borrows objects from it now`;
  const unknown = sure ? (others.find(({ trouble }) => trouble !== null)?.trouble ?? null) : null;
  return unknown === null ? null : `${unknown.path} may borrow objects from it and cannot be read (${unknown.code})`;
}
