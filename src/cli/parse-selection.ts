/** Options that say which rows a command is about, in which order, and for whom they are printed. Pure. */
import { AN_AGE, durationFromText } from "../model/duration.ts";
import { ROW_FORMATS, type RowFormat, SORT_KEYS, type SortKey } from "../model/row-order.ts";
import { sizeFromText } from "../model/size.ts";
import { GcError } from "../errors.ts";
import type { SelectionLimits } from "../plan/selection.ts";
import type { Invocation } from "./invocation.ts";
import { oneOf } from "./suggestions.ts";

export interface RowOptions {
  readonly limits: SelectionLimits;
  /** The limits as they are repeated in another command. */
  readonly typed: readonly string[];
  /** Null: as the command orders them by itself. */
  readonly sort: SortKey | null;
  readonly format: RowFormat | null;
}

/** Throws `usage` for a wrong value. */
export function parseRowOptions({ values }: Invocation): RowOptions {
  const [older, larger, sort, format] = ["olderThan", "largerThan", "sort", "format"].map((name) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  });
  if (format !== undefined && values["json"] === true)
    throw new GcError("usage", "--format and --json cannot be used together");
  const limits: SelectionLimits = {
    ...(older === undefined ? {} : { olderThan: valueOf("--older-than", older, durationFromText, AN_AGE) }),
    ...(larger === undefined
      ? {}
      : { largerThan: valueOf("--larger-than", larger, sizeFromText, "a size such as 100M or 2G") }),
  };
  return {
    limits,
    typed: [
      ...(older === undefined ? [] : [`--older-than ${older.replaceAll(/\s/g, "")}`]),
      ...(larger === undefined ? [] : [`--larger-than ${larger.replaceAll(/\s/g, "")}`]),
    ],
    sort: sort === undefined ? null : oneOf("--sort", sort, SORT_KEYS),
    format: format === undefined ? null : oneOf("--format", format, ROW_FORMATS),
  };
}

function valueOf(flag: string, text: string, read: (text: string) => number | null, expected: string): number {
  const value = read(text);
  if (value === null) throw new GcError("usage", `${flag} is ${JSON.stringify(text)}: expected ${expected}`);
  return value;
}
