/** Rows of which each one waits for those that borrow from it. Pure. */

/** `paths`: where it is. `after`: paths of its borrowers. */
export interface Waiting {
  readonly paths: readonly string[];
  readonly after: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

/** The largest part of these rows from which nothing borrows but what is in it, or is `gone`. In the same order. */
export function removableTogether<Row>(
  rows: readonly Row[],
  waitingOf: (row: Row) => Waiting,
  gone: ReadonlySet<string> = NONE,
): readonly Row[] {
  let left = rows.map((row) => ({ row, ...waitingOf(row) }));
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const going = new Set(left.flatMap(({ paths }) => paths));
    left = left.filter(({ after }) => after.every((path) => gone.has(path) || going.has(path)));
  }
  return left.map(({ row }) => row);
}
