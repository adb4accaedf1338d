/** Building blocks of the documents: strict zod schemas, so that an undeclared field fails. */
import * as z from "zod";
import { RULES } from "../../model/reasons.ts";
import { RUN_STATUSES, SHOWN_OUTCOMES } from "../../model/result.ts";
import {
  eachSetting,
  KIND_KEYS,
  type Setting,
  SETTING_KEYS,
  type SettingKey,
  type SettingValues,
} from "../../model/settings.ts";

/** Documents are read-only. */
export type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

export const time = z
  .union([z.iso.datetime(), z.string().regex(/^-?\d+$/)])
  .describe("ISO 8601 in UTC; ms since the epoch outside the years 0 to 9999");
export const integer = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/)])
  .describe("an integer, as a string past 2^53");
export type Integer = z.infer<typeof integer>;
export const count = z.int().nonnegative();
export const path = z.string().describe("a path; base64: and its bytes where it is not UTF-8");
export const sentence = z.string().describe("a sentence for people; may change");
export const error = z.strictObject({ code: z.string(), message: z.string() });
export const runError = error.extend({ hint: z.string().nullable() });
export const status = z.enum(RUN_STATUSES);
export const rule = z.enum(RULES);
export const outcome = z.enum(SHOWN_OUTCOMES).nullable();
export type ShownOutcome = z.infer<typeof outcome>;
export const subject = z.strictObject({ kind: z.literal("workdir"), value: path }).nullable();
const settingValues = eachSetting<{ readonly [K in SettingKey]: z.ZodType<SettingValues[K]> }>(settingSchema);
export const settings = z.strictObject({
  ...settingValues,
  stores: settingValues.collect.describe("the former name of collect"),
  kinds: z
    .record(
      z.string(),
      z.strictObject({
        retention_days: settingValues.retention_days.optional(),
        keep_latest: settingValues.keep_latest.optional(),
      }),
    )
    .optional()
    .describe("what is different for entries of a kind; missing where nothing is"),
});
const origin = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("default") }),
  z.strictObject({
    kind: z.literal("file"),
    file: path,
    block: z
      .string()
      .describe(
        "of the agent's file: its own block, or checkpoint_gc; of ours: top, agents.NAME or kinds.NAME; others may follow",
      ),
    key: z.string().describe("as it is written in the file, with all that it is below: agents.NAME.retention_days"),
  }),
  z.strictObject({ kind: z.literal("flag"), flag: z.string() }),
]);
export const origins = z.record(z.enum([...SETTING_KEYS, "stores"]), origin);
export const kindOrigins = z.record(z.string(), z.partialRecord(z.enum(KIND_KEYS), origin));
export const keepProblems = z
  .array(z.strictObject({ pattern: z.string(), code: z.string(), path }))
  .describe("keep patterns that name nothing that is there now: where on the way, and the errno");
/** Which agent, home and profile a base belongs to. */
export const owner = {
  agent: z.string(),
  path,
  home: path,
  profile: z.string().nullable(),
  label: z.string().nullable().describe("what tells it from the other bases of its agent, such as a profile"),
};
export const lastSweep = z.strictObject({
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
  byRule: z.partialRecord(rule, count),
  undoUntil: time.nullable(),
  error: error.nullable(),
});
export type SweepDocument = DeepReadonly<z.infer<typeof lastSweep>>;

function settingSchema({ kind }: Setting) {
  switch (kind) {
    case "switch":
      return z.boolean();
    case "days":
    case "hours":
    case "count":
      return z.number();
    case "bytes":
      return z.number().describe("bytes; 0: no limit");
    case "patterns":
      return z.array(z.string());
    case "kinds":
      return z.array(z.string());
  }
}
