/** compact-document.ts as zod schemas, with what schema.ts has already. */
import { z } from "zod";
import { LEAVE_REASONS } from "./closed-lists.ts";
import type { CompactBaseDocument, CompactEntryDocument, CompactTotalsDocument } from "./compact-document.ts";
import type { EntryDocument } from "./documents.ts";
import type { BaseError } from "../model/plan.ts";
import type { OutcomeError, RunStatus } from "../model/result.ts";

interface Parts {
  readonly path: z.ZodString;
  readonly integer: z.ZodType<number | string>;
  readonly status: z.ZodType<RunStatus>;
  readonly subject: z.ZodType<EntryDocument["subject"]>;
  readonly error: z.ZodType<OutcomeError>;
  readonly runError: z.ZodType<BaseError>;
}

interface Fields {
  readonly bases: z.ZodArray<z.ZodType<CompactBaseDocument>>;
  readonly entries: z.ZodArray<z.ZodType<CompactEntryDocument>>;
  readonly totals: z.ZodType<CompactTotalsDocument>;
}

export function compactFields({ path, integer, status, subject, error, runError }: Parts): Fields {
  const count = z.int().nonnegative();
  const base: z.ZodType<CompactBaseDocument> = z.strictObject({
    path,
    home: path,
    profile: z.string().nullable(),
    exists: z.boolean(),
    status,
    error: runError.nullable(),
    unfinished: count.describe("what runs that died left to be put right"),
  });
  const entry: z.ZodType<CompactEntryDocument> = z.strictObject({
    base: path,
    id: z.string(),
    store: z.string(),
    path: path.describe("unique among the entries"),
    subject,
    loose: z.strictObject({ objects: count, bytes: integer }).nullable(),
    action: z.enum(["pack", "leave"]),
    reason: z.enum(LEAVE_REASONS).nullable(),
    detail: z.string().describe("a sentence for people; may change"),
    prunable: z.boolean().describe("prune would remove it whole"),
    outcome: z.enum(["packed", "left", "changed", "failed"]).nullable().describe("null: nothing was done to it"),
    bytesBefore: integer.nullable().describe("allocated bytes of the whole repo"),
    bytesAfter: integer.nullable(),
    packed: count.describe("objects that are in a pack now and were not before"),
    snapshots: count.nullable().describe("counted in packing: the same before and after"),
    error: error.nullable(),
  });
  const totals: z.ZodType<CompactTotalsDocument> = z.strictObject({
    scanned: count,
    toPack: count,
    packed: count,
    left: count,
    failed: count,
    looseObjects: count,
    looseBytes: integer,
    bytesBefore: integer,
    bytesAfter: integer,
    bytesSaved: integer,
    snapshots: count,
  });
  return { bases: z.array(base), entries: z.array(entry), totals };
}
