/** Rows for other programs: ids, or JSON documents, one a line. */
import type { RowFormat } from "../model/row-order.ts";

/** An id that several rows have is written once. */
export function writeRows<T extends { readonly id: string }>(
  rows: Iterable<T>,
  format: RowFormat,
  isShown: (row: T) => boolean,
  write: (text: string) => void,
): void {
  const seen = new Set<string>();
  for (const row of rows) {
    if (!isShown(row)) continue;
    if (format === "jsonl") write(`${JSON.stringify(row)}\n`);
    else if (!seen.has(row.id)) write(`${row.id}\n`);
    seen.add(row.id);
  }
}
