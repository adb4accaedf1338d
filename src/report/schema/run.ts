/** What `status`, `prune`, `auto` and `trash` print, and the rows that `explain` prints too. */
import * as z from "zod";
import { TRASH_REASONS, TRASH_RULES } from "../../model/trash.ts";
import { HOLD_CODES, REASONS, type Rule, VERDICTS } from "../../model/reasons.ts";
import { COLLECT_OUTCOMES } from "../../model/result.ts";
import {
  count,
  type DeepReadonly,
  error,
  integer,
  keepProblems,
  lastSweep,
  outcome,
  owner,
  path,
  rule,
  runError,
  sentence,
  settings,
  status,
  subject,
  time,
} from "./values.ts";

const hold = z.enum(HOLD_CODES);
const base = z.strictObject({
  ...owner,
  exists: z.boolean(),
  status,
  error: runError.nullable(),
  settings,
  lastSweep: lastSweep.nullable(),
  lastError: z
    .strictObject({ at: time, message: z.string() })
    .nullable()
    .describe("the newest error of a sweep without an audience"),
  nextDue: time.nullable().describe("null: at once"),
  cap: z
    .strictObject({ maxSize: integer, size: integer, shortfall: integer })
    .nullable()
    .describe("null: max_size is off; size: what remained after the other rules; shortfall: what stays over it"),
  entryLimits: z
    .array(z.strictObject({ kind: z.string(), most: count, count, shortfall: count }))
    .describe(
      "of each kind whose agent keeps no more than a number; count: what remained after the other rules; shortfall: what stays over it",
    ),
  heartbeats: z
    .strictObject({
      last: time.nullable().describe("when the last one ran, removed or not; null: none is known"),
      removed: z
        .array(
          z.strictObject({
            id: z.string(),
            at: time,
            removedAt: time,
            result: z.enum(["idle", "answered"]).nullable(),
            line: z.string().nullable().describe("the first line of its answer"),
          }),
        )
        .describe("at most fifty, the newest first"),
    })
    .describe("sessions in which the agent looked by itself whether there was something to do"),
  keepProblems,
  uncollectable: z
    .array(z.strictObject({ path, message: z.string() }))
    .describe("repositories whose unused objects the removals would leave, and why"),
  foreign: count.describe("children of the base that are not entries"),
  warnings: z.array(error).describe("records that could not be written or read, and what that costs"),
  collected: z
    .array(
      z.strictObject({ path: z.string(), outcome: z.enum(COLLECT_OUTCOMES), bytes: integer, error: error.nullable() }),
    )
    .describe("objects that nothing reaches any more, in each repository that lost something"),
});
export type BaseDocument = DeepReadonly<z.infer<typeof base>>;

/** Whose it is, and what: `kind` as the setting `collect` names it, `store` is its former name. */
const classed = { agent: owner.agent, kind: z.string(), label: owner.label, store: z.string() };

export const entry = z.strictObject({
  base: path,
  id: z.string(),
  ...classed,
  path: path.describe("unique among the entries"),
  subject,
  verdict: z.enum(VERDICTS),
  rule: rule.nullable(),
  reason: z
    .union([z.enum(VERDICTS.flatMap((verdict) => REASONS[verdict])), z.string()])
    .describe("one of these, or a code of its kind's own"),
  detail: sentence,
  holds: z.array(hold),
  sweepHolds: z.array(hold).describe("holds that an automatic run would add"),
  lastUsed: z.strictObject({ at: time, from: z.string() }).nullable(),
  bytes: integer.nullable().describe("allocated bytes"),
  snapshots: z.strictObject({ count, last: time.nullable() }).nullable(),
  selected: z.boolean().describe("false: outside what the arguments and limits of this run name"),
  action: z.enum(["remove", "keep"]),
  outcome: outcome.describe("null: nothing was done to it"),
  error: error.nullable(),
  savedTo: z.array(path).describe("what prune --to wrote of it before it was deleted"),
});
export type EntryDocument = DeepReadonly<z.infer<typeof entry>>;

export const trash = z.strictObject({
  base: path,
  id: z.string().describe("unique"),
  entryId: z.string(),
  ...classed,
  rule: z.enum(TRASH_RULES),
  subject,
  bytes: integer.nullable(),
  since: time,
  until: time,
  action: z.enum(["destroy", "return", "keep"]),
  reason: z.enum(TRASH_REASONS),
  detail: z.string(),
  outcome,
  error: error.nullable(),
});
export type TrashDocument = DeepReadonly<z.infer<typeof trash>>;

const other = z.strictObject({
  program: z.string(),
  path,
  cleaning: z.string().nullable().describe("its own command, or `by itself`; null: neither is known"),
  bytes: integer.describe("allocated bytes"),
  files: count,
  oldest: time.nullable().describe("when the oldest file was last written"),
  newest: time.nullable(),
  partial: z.boolean().describe("some of it could not be read"),
});
export type OtherDocument = DeepReadonly<z.infer<typeof other>>;

const others = z
  .array(other)
  .describe("of status, where no agent, home or base was named: programs that are only shown");

/** A rule that is not here does not compile. */
const countsByRule = {
  "orphan": count,
  "stale": count,
  "expired": count.optional(),
  "keep-latest": count.optional(),
  "superseded": count.optional(),
  "debris": count.optional(),
  "empty": count.optional(),
  "unreachable": count.optional(),
  "unidentified": count.optional(),
  "unreadable": count.optional(),
  "over-cap": count.optional(),
} as const satisfies Readonly<Record<Rule, z.ZodType>>;

export const totals = z.strictObject({
  scanned: count,
  live: count,
  orphan: count,
  stale: count,
  unreachable: count,
  unidentified: count,
  debris: count,
  toRemove: count.describe("entries that the plan removes"),
  removed: count.describe("entries that are destroyed"),
  trashed: count.describe("entries that are in the trash now and were not before"),
  restored: count.describe("what went back from the trash to its place"),
  failed: count.describe("entries and trash items that failed: more than none means exit 1"),
  removedByRule: z
    .strictObject(countsByRule)
    .describe("removed by the rule that took it; the first two always, the others where there were any"),
  bytesToReclaim: integer.describe(
    "what the plan takes from the base and what it destroys in the trash; a string past 2^53",
  ),
  bytesReclaimed: integer.describe("what came free, expired trash included; a string past 2^53"),
  bytesTrashed: integer,
});
export type TotalsDocument = DeepReadonly<z.infer<typeof totals>>;

export const run = z.strictObject({
  saveTo: path.nullable().describe("the directory of prune --to"),
  bases: z.array(base),
  entries: z.array(entry),
  trash: z.array(trash),
  others,
  totals,
});
