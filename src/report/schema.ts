/**
 * The JSON contract as zod schemas, strict: a field that is not here is a mistake of ours. Only `checkpoints schema`
 * and the tests load this file; documents are built without it.
 */
import { z } from "zod";
import { SETTING_ORDER } from "./config-view.ts";
import { HOLD_CODES, RULES, RUN_STATUSES, SHOWN_OUTCOMES, TRASH_REASONS, TRASH_RULES } from "./closed-lists.ts";
import { REASONS, VERDICTS } from "../model/reasons.ts";
import { STORE_KINDS } from "../model/settings.ts";
import type {
  AnyDocument,
  Command,
  CompactDocument,
  ConfigDocument,
  ExplainDocument,
  HistoryDocument,
  HousekeepingDocument,
  RunDocument,
  ScheduleDocument,
  SchemaErrorDocument,
} from "./documents.ts";
import { compactFields } from "./compact-schema.ts";
import { scheduleFields } from "./schedule-schema.ts";

const time = z
  .union([z.iso.datetime(), z.string().regex(/^-?\d+$/)])
  .describe("ISO 8601 in UTC; ms since the epoch outside the years 0 to 9999");
const integer = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/)])
  .describe("an integer, as a string past 2^53");
const count = z.int().nonnegative();
const path = z.string().describe("a path; base64: and its bytes where it is not UTF-8");
const error = z.strictObject({ code: z.string(), message: z.string() });
const runError = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() });
const status = z.enum(RUN_STATUSES);
const rule = z.enum(RULES);
const hold = z.enum(HOLD_CODES);
const outcome = z.enum(SHOWN_OUTCOMES).nullable();
const subject = z.strictObject({ kind: z.literal("workdir"), value: path }).nullable();
const reason = z.enum(VERDICTS.flatMap((verdict) => REASONS[verdict]));
const settings = z.strictObject({
  auto_prune: z.boolean(),
  retention_days: z.number(),
  delete_orphans: z.boolean(),
  min_interval_hours: z.number(),
  orphan_grace_hours: z.number(),
  trash_days: z.number(),
  max_size: z.number().describe("bytes; 0: no limit"),
  keep: z.array(z.string()),
  stores: z.array(z.enum(STORE_KINDS)),
});
const origin = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("default") }),
  z.strictObject({ kind: z.literal("file"), file: path, block: z.enum(["checkpoints", "checkpoint_gc"]) }),
  z.strictObject({ kind: z.literal("flag"), flag: z.string() }),
]);
const origins = z.record(z.enum(SETTING_ORDER), origin);
const byRule = z.partialRecord(rule, count);
const lastSweep = z.strictObject({
  at: time,
  durationMs: z.number(),
  by: z.string(),
  scanned: count,
  kept: count,
  trashed: count,
  removed: count,
  restored: count,
  failed: count,
  bytesTrashed: integer,
  bytesReclaimed: integer,
  byRule,
  undoUntil: time.nullable(),
  error: error.nullable(),
});
const owner = { path, home: path, profile: z.string().nullable() };
const base = z.strictObject({
  ...owner,
  exists: z.boolean(),
  status,
  error: runError.nullable(),
  settings,
  lastSweep: lastSweep.nullable(),
  lastError: z.strictObject({ at: time, message: z.string() }).nullable(),
  nextDue: time.nullable().describe("null: at once"),
  cap: z
    .strictObject({ maxSize: integer, size: integer, shortfall: integer })
    .nullable()
    .describe("null: max_size is off; size: what remained after the other rules; shortfall: what stays over it"),
  foreign: count.describe("children of the base that are not ours"),
  collected: z.array(
    z.strictObject({
      path: z.string(),
      outcome: z.enum(["collected", "skipped", "stopped", "failed"]),
      bytes: integer,
      error: error.nullable(),
    }),
  ),
});
const entry = z.strictObject({
  base: path,
  id: z.string(),
  store: z.string(),
  path: path.describe("unique among the entries"),
  subject,
  verdict: z.enum(VERDICTS),
  rule: rule.nullable(),
  reason,
  detail: z.string().describe("a sentence for people; may change"),
  holds: z.array(hold),
  sweepHolds: z.array(hold).describe("holds that an automatic run would add"),
  lastUsed: z.strictObject({ at: time, from: z.string() }).nullable(),
  bytes: integer.nullable().describe("allocated bytes"),
  snapshots: z.strictObject({ count, last: time.nullable() }).nullable(),
  action: z.enum(["remove", "keep"]),
  outcome: outcome.describe("null: nothing was done to it"),
  error: error.nullable(),
});
const trash = z.strictObject({
  base: path,
  id: z.string().describe("unique"),
  entryId: z.string(),
  store: z.string(),
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
const totals = z.strictObject({
  scanned: count,
  live: count,
  orphan: count,
  stale: count,
  unreachable: count,
  unidentified: count,
  debris: count,
  toRemove: count,
  removed: count,
  trashed: count,
  restored: count,
  failed: count,
  removedByRule: z.strictObject({
    "orphan": count,
    "stale": count,
    "debris": count.optional(),
    "unreachable": count.optional(),
    "unidentified": count.optional(),
    "over-cap": count.optional(),
  }),
  bytesToReclaim: integer,
  bytesReclaimed: integer,
  bytesTrashed: integer,
});

function envelope<const C extends Command>(commands: readonly [C, ...C[]]) {
  return {
    schema: z.literal(1),
    tool: z.literal("checkpoint-gc"),
    version: z.string(),
    command: z.enum(commands),
    dryRun: z.boolean(),
    startedAt: time,
    durationMs: z.number().nonnegative(),
    status: status.describe("the worst of the bases"),
    error: runError.nullable(),
  };
}

const findings = z.array(z.strictObject({ topic: z.string(), text: z.string() }));
const explanation = z.strictObject({ base: path, entry: entry.nullable(), findings, trash: z.array(trash) });
const configBase = z.strictObject({
  ...owner,
  error: runError.nullable(),
  settings: settings.nullable(),
  origins: origins.nullable(),
});

const runFields = { bases: z.array(base), entries: z.array(entry), trash: z.array(trash), totals };
const explainSchema: z.ZodType<ExplainDocument> = z.strictObject({
  ...envelope(["explain"]),
  explanations: z.array(explanation),
});
const configSchema: z.ZodType<ConfigDocument> = z.strictObject({ ...envelope(["config"]), bases: z.array(configBase) });
const historyBase = z.strictObject({ ...owner, exists: z.boolean(), sweeps: z.array(lastSweep) });
const historySchema: z.ZodType<HistoryDocument> = z.strictObject({
  ...envelope(["history"]),
  bases: z.array(historyBase),
});
const housekeepingSchema: z.ZodType<HousekeepingDocument> = z.strictObject(envelope(["housekeeping"]));
const schemaErrorSchema: z.ZodType<SchemaErrorDocument> = z.strictObject(envelope(["schema"]));

/** The schema that documents of a command satisfy, failures included. */
export function schemaOf(command: Command): z.ZodType<AnyDocument> {
  switch (command) {
    case "compact": {
      const compact: z.ZodType<CompactDocument> = z.strictObject({
        ...envelope([command]),
        ...compactFields({ path, integer, status, subject, error, runError }),
      });
      return compact;
    }
    case "explain":
      return explainSchema;
    case "config":
      return configSchema;
    case "history":
      return historySchema;
    case "housekeeping":
      return housekeepingSchema;
    case "schema":
      return schemaErrorSchema;
    case "schedule install":
    case "schedule remove":
    case "schedule status":
    case "schedule print": {
      const schedule: z.ZodType<ScheduleDocument> = z.strictObject({
        ...envelope([command]),
        ...scheduleFields({ path, time, error }),
      });
      return schedule;
    }
    default: {
      const run: z.ZodType<RunDocument> = z.strictObject({ ...envelope([command]), ...runFields });
      return run;
    }
  }
}

/** The commands that have a schema, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...(["status", "prune", "compact", "explain", "trash list", "trash restore", "trash empty"] as const),
  ...(["auto", "housekeeping", "history", "config", "schema"] as const),
  ...(["schedule install", "schedule remove", "schedule status", "schedule print"] as const),
];

/** The JSON Schema (draft 2020-12) of what a command prints with `--json`; null: of any command. */
export function jsonSchema(command: Command | null): Readonly<Record<string, unknown>> {
  if (command !== null) return { ...z.toJSONSchema(schemaOf(command)), title: `checkpoints ${command} --json` };
  return { ...z.toJSONSchema(z.union(COMMANDS.map(schemaOf))), title: "checkpoints --json" };
}
