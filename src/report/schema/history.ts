/** Earlier runs, as `history` lists them and `undo` takes one back. */
import * as z from "zod";
import { count, error, integer, path, rule, time } from "./values.ts";

export const historyRun = z.strictObject({
  number: count.describe("counted from 1, the newest: checkpoints undo takes it"),
  kind: z.enum(["automatic", "manual", "unrecorded"]).describe("unrecorded: only names in the trash tell of it"),
  command: z.string().nullable(),
  at: time.describe("when it began"),
  by: z.string(),
  durationMs: z.number().nonnegative(),
  bases: z.array(path),
  trashed: count,
  removed: count.describe("deleted permanently, in the trash too"),
  bytesTrashed: integer,
  bytesReclaimed: integer,
  byRule: z.partialRecord(rule, count),
  error: error.nullable(),
  putBack: z
    .strictObject({ items: count, at: time })
    .nullable()
    .describe("how many of these are in their places again, and since when; null: none is known to be"),
  restorable: z
    .strictObject({ items: z.array(z.string()), bytes: integer })
    .describe("what it moved to the trash and is still there; bytes: of those whose size is known"),
});
