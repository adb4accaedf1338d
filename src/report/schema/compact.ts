/** What `compact` prints. */
import * as z from "zod";
import { COMPACT_OUTCOMES, SKIP_REASONS } from "../../model/compaction.ts";
import {
  count,
  type DeepReadonly,
  error,
  integer,
  owner,
  path,
  runError,
  sentence,
  status,
  subject,
} from "./values.ts";

const base = z.strictObject({
  ...owner,
  exists: z.boolean(),
  status,
  error: runError.nullable(),
  unfinished: count.describe("what runs that died left to be put right"),
});
export type CompactBaseDocument = DeepReadonly<z.infer<typeof base>>;

const entry = z.strictObject({
  base: path,
  id: z.string(),
  store: z.string(),
  path: path.describe("unique among the entries"),
  subject,
  loose: z.strictObject({ objects: count, bytes: integer }).nullable().describe("null: it was not looked for"),
  action: z.enum(["pack", "leave"]),
  reason: z.enum(SKIP_REASONS).nullable().describe("null where the action is pack"),
  detail: sentence,
  prunable: z.boolean().describe("prune would remove it whole"),
  outcome: z.enum(COMPACT_OUTCOMES).exclude(["skipped"]).nullable().describe("null: nothing was done to it"),
  bytesBefore: integer.nullable().describe("allocated bytes of the whole repo"),
  bytesAfter: integer.nullable(),
  packed: count.describe("objects that are in a pack now and were not before"),
  snapshots: count.nullable().describe("counted in packing: the same before and after"),
  error: error.nullable(),
});
export type CompactEntryDocument = DeepReadonly<z.infer<typeof entry>>;

const totals = z.strictObject({
  scanned: count,
  toPack: count,
  packed: count,
  left: count.describe("left alone, of those that were to be packed: used in the meantime, or not worth it after all"),
  failed: count,
  looseObjects: count,
  looseBytes: integer,
  bytesBefore: integer.describe("of those that were packed; a string past 2^53"),
  bytesAfter: integer,
  bytesSaved: integer,
  snapshots: count,
});
export type CompactTotalsDocument = DeepReadonly<z.infer<typeof totals>>;

export const compact = z.strictObject({
  bases: z.array(base),
  entries: z.array(entry).describe("biggest first, base by base"),
  totals,
  missingPrograms: z.array(z.string()).describe("what packing needs and PATH has not: git, flock or perl"),
});
