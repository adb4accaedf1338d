import * as z from "zod";
import { DEFAULT_SETTINGS, type SettingKey, type Settings, STORE_KINDS, type StoreKind } from "../model/settings.ts";
import { checkKeepPattern } from "./keep-pattern.ts";
import { sizeFromText } from "./size.ts";

/** A hundred years: more is a typing mistake, and dates this far away still fit every calendar we hand them to. */
const MAX_DAYS = 36_500;
const MAX_HOURS = MAX_DAYS * 24;

const ON_OFF = "expected true or false";
const DAYS = "expected a number of days";
const HOURS = "expected a number of hours";
const SIZE = "expected bytes, or a size such as 2GiB or 500MB";
const PATTERNS = "expected a path or glob, or a list of them";

const onOff = z.boolean({ error: ON_OFF });
const days = z.number({ error: DAYS }).max(MAX_DAYS, { error: `expected at most ${MAX_DAYS} days` });
const hours = z
  .number({ error: HOURS })
  .min(0, { error: "expected 0 or more hours" })
  .max(MAX_HOURS, { error: `expected at most ${MAX_HOURS} hours` });

/** In the file a size with a unit is a text. */
const size = z.preprocess(
  (value) => (typeof value === "string" ? (sizeFromText(value) ?? value) : value),
  z
    .number({ error: SIZE })
    .min(0, { error: "expected 0 or more bytes" })
    .max(Number.MAX_SAFE_INTEGER, { error: "expected fewer bytes than any disk has" }),
);

const pattern = z.string({ error: "expected a path or glob as text" }).superRefine((value, context) => {
  const reason = checkKeepPattern(value);
  if (reason !== null) context.addIssue({ code: "custom", message: reason });
});

/** `keep: ~/x` is how people write a list of one, and it can mean nothing else. */
const patterns = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(pattern, { error: PATTERNS }),
);

const KINDS = `expected kinds of stores: ${STORE_KINDS.join(", ")}`;

/** `stores: hermes-shadow, hermes-store` as a text is what the command line has, and can mean nothing else in the file. */
const kinds: z.ZodType<readonly StoreKind[]> = z.preprocess(
  (value) => (typeof value === "string" ? value.split(/[\s,]+/).filter((kind) => kind !== "") : value),
  z.array(z.enum(STORE_KINDS, { error: KINDS }), { error: KINDS }),
);

const FIELDS = {
  auto_prune: onOff,
  retention_days: days,
  delete_orphans: onOff,
  min_interval_hours: hours,
  orphan_grace_hours: hours,
  trash_days: days.min(0, { error: "expected 0 or more days" }),
  max_size: size,
  keep: patterns,
  stores: kinds,
} as const satisfies { readonly [K in SettingKey]: z.ZodType<Settings[K]> };

/** Settings that are complete, as `checkpoints config --json` shows them. */
export const settingsSchema: z.ZodType<Settings> = z.strictObject(FIELDS);

/** Any of the settings: what a block of the file or the flags may hold. */
const layerSchema = z.strictObject({
  auto_prune: z.exactOptional(FIELDS.auto_prune),
  retention_days: z.exactOptional(FIELDS.retention_days),
  delete_orphans: z.exactOptional(FIELDS.delete_orphans),
  min_interval_hours: z.exactOptional(FIELDS.min_interval_hours),
  orphan_grace_hours: z.exactOptional(FIELDS.orphan_grace_hours),
  trash_days: z.exactOptional(FIELDS.trash_days),
  max_size: z.exactOptional(FIELDS.max_size),
  keep: z.exactOptional(FIELDS.keep),
  stores: z.exactOptional(FIELDS.stores),
} satisfies Record<SettingKey, z.ZodType>);

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(DEFAULT_SETTINGS).filter(isSettingKey);

export function isSettingKey(key: unknown): key is SettingKey {
  return typeof key === "string" && Object.hasOwn(DEFAULT_SETTINGS, key);
}

/** The first wrong value of a layer: its key, where in a list it stands, and what was expected instead of it. */
export interface WrongValue {
  readonly kind: "wrong";
  readonly key: SettingKey;
  /** Index in the list, null where the value as a whole is wrong. */
  readonly index: number | null;
  readonly value: unknown;
  /** "expected ...". */
  readonly expected: string;
}

export type CheckedLayer = { readonly kind: "valid"; readonly layer: Partial<Settings> } | WrongValue;

/** Checks the values of known keys; whoever reads them decides first what an unknown key means. */
export function checkLayer(raw: Readonly<Partial<Record<SettingKey, unknown>>>): CheckedLayer {
  const result = layerSchema.safeParse(raw);
  if (result.success) return { kind: "valid", layer: result.data };
  const issue = result.error.issues[0];
  const [key, at] = issue?.path ?? [];
  if (issue === undefined || !isSettingKey(key)) throw result.error;
  const value = raw[key];
  return Array.isArray(value) && typeof at === "number"
    ? { kind: "wrong", key, index: at, value: value[at], expected: issue.message }
    : { kind: "wrong", key, index: null, value, expected: issue.message };
}
