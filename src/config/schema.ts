import * as z from "zod/mini";
import { once } from "../model/once.ts";
import {
  isSettingKey,
  type Setting,
  SETTING_KEYS,
  type SettingKey,
  settingOf,
  type Settings,
} from "../model/settings.ts";
import { checkKeepPattern } from "./keep-pattern.ts";
import { sizeFromText } from "../model/size.ts";

const SIZE = "expected a size with a unit, such as 2G, 500M or 2GB, or 0 for no limit";
const PATTERNS = "expected a path or glob, or a list of them";

function fromSizeText(value: unknown): unknown {
  return typeof value === "string" ? (sizeFromText(value) ?? value) : value;
}

/** `keep: ~/x` is a common way to write a list of one, and is unambiguous. */
const patterns = once(() => {
  const pattern = z.string({ error: "expected a path or glob as text" }).check(({ value, issues }) => {
    const reason = checkKeepPattern(value);
    if (reason !== null) issues.push({ code: "custom", input: value, message: reason });
  });
  return z.pipe(
    z.transform((value) => (typeof value === "string" ? [value] : value)),
    z.array(pattern, { error: PATTERNS }),
  );
});

/** `collect: one, another` as a text is what the command line has, and can mean nothing else in the file. */
const kinds = once(() =>
  z.pipe(
    z.transform((value) => (typeof value === "string" ? value.split(/[\s,]+/).filter((kind) => kind !== "") : value)),
    z.array(z.string({ error: "expected the name of a kind" }), { error: "expected a list of kinds" }),
  ),
);

/** `written`: in the file, where a number without a unit is refused, as on the command line. */
function fieldOf(setting: Setting, written: boolean): z.ZodMiniType {
  switch (setting.kind) {
    case "switch":
      return z.boolean({ error: "expected true or false" });
    case "days":
    case "hours": {
      const { kind, min, max } = setting;
      const number = z.number({ error: `expected a number of ${kind}` });
      return number.check(
        z.minimum(min, { error: `expected ${min} or more ${kind}` }),
        z.maximum(max, { error: `expected at most ${max} ${kind}` }),
      );
    }
    case "count": {
      const { min, max } = setting;
      return z
        .int({ error: "expected a whole number" })
        .check(
          z.minimum(min, { error: `expected ${min} or more` }),
          z.maximum(max, { error: `expected at most ${max}` }),
        );
    }
    case "bytes": {
      const bytes = z
        .number({ error: SIZE })
        .check(
          z.minimum(setting.min, { error: `expected ${setting.min} or more bytes` }),
          z.maximum(setting.max, { error: "expected fewer bytes than any disk has" }),
        );
      // A size with a unit is a string. A number comes from code, where the type says that it counts bytes.
      return z.pipe(
        z.transform((value) =>
          written && typeof value === "number" && value > 0 ? String(value) : fromSizeText(value),
        ),
        bytes,
      );
    }
    case "patterns":
      return patterns();
    case "kinds":
      return kinds();
  }
}

/** Any of the settings. */
function layerOf(written: boolean): z.ZodMiniType<Partial<Settings>>;
function layerOf(written: boolean): z.ZodMiniType {
  const fields = SETTING_KEYS.map((key) => [key, z.exactOptional(fieldOf(settingOf(key), written))] as const);
  return z.strictObject(Object.fromEntries(fields));
}

/** What flags or a caller may set, and a block of the file. */
const layerSchema = once(() => layerOf(false));
const blockSchema = once(() => layerOf(true));

/** A wrong value of a layer: its key, its index in a list, and what was expected instead. */
export interface WrongValue {
  readonly key: SettingKey;
  /** Index in the list, null where the value as a whole is wrong. */
  readonly index: number | null;
  readonly value: unknown;
  /** "expected ...". */
  readonly expected: string;
}

/** All wrong values, of each value the first thing that is wrong with it. */
export type CheckedLayer =
  | { readonly kind: "valid"; readonly layer: Partial<Settings> }
  | { readonly kind: "wrong"; readonly values: readonly [WrongValue, ...WrongValue[]] };

type RawLayer = Readonly<Partial<Record<SettingKey, unknown>>>;

/**
 * Checks the values of known keys; the reader decides first what an unknown key means. `known`: the kinds that there are,
 * those that a host brought among them; null: any name may be one.
 */
export function checkLayer(raw: RawLayer, known: readonly string[] | null = null): CheckedLayer {
  return checkedBy(layerSchema, raw, known);
}

/** The same for a block of the file, where a size needs its unit. */
export function checkBlock(raw: RawLayer, known: readonly string[]): CheckedLayer {
  return checkedBy(blockSchema, raw, known);
}

function checkedBy(
  schema: () => z.ZodMiniType<Partial<Settings>>,
  raw: RawLayer,
  known: readonly string[] | null,
): CheckedLayer {
  if (Object.keys(raw).length === 0) return { kind: "valid", layer: {} };
  const result = schema().safeParse(raw);
  const wrong = result.success ? [] : wrongValues(result.error, raw);
  const [first, ...rest] = [...wrong, ...(known === null ? [] : unknownKinds(raw, known))];
  if (first !== undefined) return { kind: "wrong", values: [first, ...rest] };
  if (!result.success) throw result.error;
  return { kind: "valid", layer: result.data };
}

function wrongValues({ issues }: z.core.$ZodError, raw: RawLayer): readonly WrongValue[] {
  const found = new Map<string, WrongValue>();
  for (const { path, message } of issues) {
    const [key, at] = path;
    if (!isSettingKey(key)) continue;
    const value = raw[key];
    const list: readonly unknown[] | null = Array.isArray(value) ? value : null;
    const wrong: WrongValue =
      list !== null && typeof at === "number"
        ? { key, index: at, value: list[at], expected: message }
        : { key, index: null, value, expected: message };
    const place = `${key} ${wrong.index}`;
    if (!found.has(place)) found.set(place, wrong);
  }
  return [...found.values()];
}

/** A text names kinds as well as a list does, and has no places in it. */
function unknownKinds(raw: RawLayer, known: readonly string[]): readonly WrongValue[] {
  const { collect } = raw;
  const isList = Array.isArray(collect);
  const named: readonly unknown[] = isList ? collect : (kinds().safeParse(collect).data ?? []);
  const expected = `expected one of ${known.join(", ")}`;
  return named.flatMap((value, at): readonly WrongValue[] =>
    typeof value !== "string" || known.includes(value)
      ? []
      : [{ key: "collect", index: isList ? at : null, value, expected }],
  );
}
