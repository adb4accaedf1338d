/**
 * Which entries borrow from which (git alternates), and in which order they may be removed.
 *
 * An entry stays while a borrower of it stays. A borrower that is removed before it in the same run does not hold it;
 * those that borrow from each other in a cycle hold one another. Pure.
 */

/** A possible borrower: an entry, or something in the trash. `path` is where its own objects are looked for. */
export interface Borrower {
  readonly path: string;
  readonly borrows: readonly string[];
}

/** Borrowers by lender: keys are the paths borrowed from, each with its borrowers' paths. */
export function borrowersOf(
  paths: readonly string[],
  all: readonly Borrower[],
): ReadonlyMap<string, readonly string[]> {
  const lenders = new Set(paths);
  const found = new Map<string, string[]>();
  for (const { path, borrows } of all) {
    for (const lender of new Set(borrows.flatMap((directory) => lenderOf(directory, lenders) ?? []))) {
      if (lender === path) continue;
      found.set(lender, [...(found.get(lender) ?? []), path]);
    }
  }
  // The order in which entries are found must not change which borrower is named.
  for (const [lender, borrowers] of found) found.set(lender, borrowers.toSorted());
  return found;
}

/** The lender that contains a directory, found by going up from it. */
function lenderOf(directory: string, lenders: ReadonlySet<string>): string | null {
  for (let at = directory; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (lenders.has(at)) return at;
  }
  return null;
}

/**
 * Orders removals so that every borrower comes before what it borrows from. What cannot be ordered so is held, with one
 * of its holders.
 */
export function removalOrder(
  going: readonly string[],
  borrowers: ReadonlyMap<string, readonly string[]>,
): { readonly order: readonly string[]; readonly held: ReadonlyMap<string, string> } {
  const order: string[] = [];
  const placed = new Set<string>();
  let waiting = [...going];
  for (let before = -1; before !== order.length;) {
    before = order.length;
    waiting = waiting.filter((path) => {
      const free = borrowersFor(path).every((borrower) => placed.has(borrower));
      if (free) {
        order.push(path);
        placed.add(path);
      }
      return !free;
    });
  }
  const held = waiting.flatMap((path) => {
    const staying = borrowersFor(path).filter((borrower) => !placed.has(borrower));
    return staying.slice(0, 1).map((holder): [string, string] => [path, holder]);
  });
  return { order, held: new Map(held) };

  function borrowersFor(path: string): readonly string[] {
    return borrowers.get(path) ?? [];
  }
}
