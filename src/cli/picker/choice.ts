/** Which rows are chosen: what borrows from a repo goes with it, and where it stays, the repo stays. Pure. */

export interface Borrowed {
  /** Names it in the whole plan. */
  readonly key: string;
  /** Keys of rows that borrow from it, and so have to go with it. */
  readonly needs: readonly string[];
}

interface Choice {
  readonly rows: readonly Borrowed[];
  readonly chosen: ReadonlySet<string>;
}

/** With these, everything that borrows from them, and from that. */
export function withNeeds(
  rows: readonly Borrowed[],
  chosen: ReadonlySet<string>,
  keys: readonly string[],
): ReadonlySet<string> {
  const needs = new Map(rows.map((row) => [row.key, row.needs]));
  const result = new Set(chosen);
  const add = (key: string): void => {
    if (result.has(key)) return;
    result.add(key);
    needs.get(key)?.forEach(add);
  };
  keys.forEach(add);
  return result;
}

/** Without these, and without everything that needs them. */
export function without({ rows, chosen }: Choice, keys: readonly string[]): ReadonlySet<string> {
  const needy = rows.filter(({ needs }) => needs.length > 0);
  const result = new Set(chosen);
  const remove = (key: string): void => {
    if (!result.delete(key)) return;
    for (const row of needy) if (row.needs.includes(key)) remove(row.key);
  };
  keys.forEach(remove);
  return result;
}
