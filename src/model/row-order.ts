/** Orders and formats of rows, as options name them. */
export const SORT_KEYS = ["size", "age", "name"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** For other programs: an id a line, or a JSON document a line. */
export const ROW_FORMATS = ["ids", "jsonl"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];
