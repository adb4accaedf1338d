/**
 * The JSON contract: what `--json` prints, as zod schemas, and the types inferred from them. Fields may be added; none
 * changes its meaning. Only `checkpoints schema` and the tests load this file at run time; documents are built from its
 * types alone.
 */
import * as z from "zod";
import { compact } from "./schema/compact.ts";
import { doctor } from "./schema/doctor.ts";
import { historyRun } from "./schema/history.ts";
import { entry, run, trash } from "./schema/run.ts";
import { settingEdit } from "./schema/setting-edit.ts";
import { hook } from "./schema/hook.ts";
import { report } from "./schema/report.ts";
import { plannedRestores } from "./schema/restore.ts";
import { schedule } from "./schema/schedule.ts";
import { sessionStats } from "./schema/sessions.ts";
import {
  count,
  type DeepReadonly,
  keepProblems,
  lastSweep,
  origins,
  owner,
  path,
  runError,
  settings,
  status,
  time,
  kindOrigins,
} from "./schema/values.ts";

const explanation = z.strictObject({
  base: path,
  entry: entry.nullable().describe("null where only the trash holds it"),
  findings: z
    .array(z.strictObject({ topic: z.string(), text: z.string() }))
    .describe("in the order in which it was decided"),
  trash: z.array(trash),
});
const configBase = z.strictObject({
  ...owner,
  error: runError.nullable(),
  settings: settings.nullable(),
  origins: origins.nullable(),
  kindOrigins: kindOrigins.describe("of settings.kinds"),
  keepProblems,
});
const historyBase = z.strictObject({
  ...owner,
  exists: z.boolean(),
  status,
  error: runError.nullable(),
  sweeps: z.array(lastSweep).describe("newest first"),
});
const undone = historyRun.extend({
  missing: z.strictObject({
    restored: count.describe("in their places again"),
    deleted: count.describe("no longer in the trash, nor in their places"),
  }),
});
/**
 * Commands without a success schema of this form: `schema` prints a JSON Schema and this only when it fails; the loop
 * prints it when it ends.
 */
const nothing = z.strictObject({});

/** The fields that each command adds to the common ones, in the order of the help. */
const COMMAND_FIELDS = z.strictObject({
  "status": run,
  "prune": run,
  "compact": compact,
  "sessions stats": sessionStats,
  "explain": z.strictObject({ explanations: z.array(explanation) }),
  "trash list": run,
  "trash restore": z.strictObject({ ...run.shape, planned: plannedRestores.optional() }),
  "trash empty": run,
  "undo": z.strictObject({ ...run.shape, undone: undone.nullable(), planned: plannedRestores.optional() }),
  "history": z.strictObject({
    bases: z.array(historyBase),
    runs: z.array(historyRun).describe("newest first, over all bases"),
  }),
  "report": report,
  "auto": run,
  "housekeeping": nothing,
  "config": z.strictObject({ bases: z.array(configBase) }),
  "config set": settingEdit,
  "config add": settingEdit,
  "config remove": settingEdit,
  "config unset": settingEdit,
  "doctor": doctor,
  "schema": nothing,
  "schedule install": schedule,
  "schedule remove": schedule,
  "schedule status": schedule,
  "schedule print": schedule,
  "hook install": hook,
  "hook remove": hook,
  "hook status": hook,
  "hook print": hook,
});

function envelope<const C extends Command>(command: C) {
  return z.strictObject({
    schema: z.literal(1),
    tool: z.literal("checkpoint-gc"),
    version: z.string(),
    command: z.enum([command]),
    dryRun: z.boolean(),
    startedAt: time,
    durationMs: z.number().nonnegative(),
    status: status.describe("the worst of the bases"),
    error: runError.nullable(),
  });
}

type CommandFields = typeof COMMAND_FIELDS.shape;
export type Command = keyof CommandFields;
export type RunCommand = "status" | "prune" | "auto" | `trash ${"list" | "restore" | "empty"}`;
export type ScheduleCommand = Extract<Command, `schedule ${string}`>;
export type HookCommand = Extract<Command, `hook ${string}`>;
export type Envelope<C extends Command> = DeepReadonly<z.infer<ReturnType<typeof envelope<C>>>>;
/** The document of one command, or the union for commands with the same fields. */
export type DocumentOf<C extends Command> = Envelope<C> & FieldsOf<CommandFields[C]["shape"]>;
type FieldsOf<S extends z.ZodRawShape> = { readonly [K in keyof S]: DeepReadonly<z.infer<S[K]>> };
export type RunDocument = DocumentOf<RunCommand>;
export type ScheduleDocument = DocumentOf<ScheduleCommand>;
export type HookDocument = DocumentOf<HookCommand>;
export type AnyDocument = { [C in Command]: DocumentOf<C> }[Command];

/** The schema that all documents of a command satisfy, failures included. */
export function schemaOf(command: Command): z.ZodType {
  return envelope(command).extend(COMMAND_FIELDS.shape[command].shape);
}

/** The commands that have a schema, in the order of the help. */
export const COMMANDS: readonly Command[] = COMMAND_FIELDS.keyof().options;

/** The JSON Schema (draft 2020-12) of a command's `--json` output; null: of any command. */
export function jsonSchema(command: Command | null): Readonly<Record<string, unknown>> {
  if (command !== null) return { ...z.toJSONSchema(schemaOf(command)), title: `checkpoints ${command} --json` };
  return { ...z.toJSONSchema(z.union(COMMANDS.map(schemaOf))), title: "checkpoints --json" };
}
