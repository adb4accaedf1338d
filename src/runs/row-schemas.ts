/** The schema of a row of a plan, and the error for a row that does not match. */
import { en } from "zod/locales";
import * as z from "zod/mini";
import { GcError } from "../errors.ts";
import { once } from "../model/once.ts";
import { RULES } from "../model/reasons.ts";

export function invalid(what: string, value: unknown, expected: string): GcError {
  return new GcError(
    "plan-invalid",
    `the plan cannot be carried out: ${what} is ${shown(value)}: expected ${expected}`,
    {
      hint: "Nothing was changed. Make a new plan and pass it on unmodified.",
    },
  );
}

export function shown(value: unknown): string {
  return (value === undefined ? "missing" : JSON.stringify(value)).slice(0, 300);
}

export const schemas = once(() => {
  // Elsewhere each schema has messages of its own, or needs none.
  z.config(en());

  const rule = z.enum(RULES);
  const file = z.looseObject({
    dev: z.string().check(z.regex(/^-?\d+$/)),
    ino: z.string().check(z.regex(/^\d+$/)),
    birth: z.string(),
  });
  const ref = z.looseObject({
    dev: z.literal("ref"),
    ino: z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
  });
  const text = z.string().check(z.minLength(1));
  const fileMember = z.looseObject({ path: text, place: text, identity: file, as: z.optional(z.undefined()) });
  const refMember = z.looseObject({ path: text, place: text, identity: ref, as: z.literal("ref") });
  const record = z.looseObject({ dev: z.literal("record"), ino: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });
  const recordMember = z.looseObject({ path: text, place: text, identity: record, as: z.literal("record") });
  // In the trash all of them are files.
  const kind = z.optional(z.enum(["ref", "record"]));
  const trashMember = z.looseObject({ path: text, place: text, identity: file, as: kind });

  const entry = z.looseObject({
    base: text,
    store: text,
    id: text,
    members: z.array(z.union([fileMember, refMember, recordMember])).check(z.minLength(1)),
    container: z.optional(text),
  });

  const steps = z.union([
    z.tuple([z.looseObject({ kind: z.literal("isolate"), rule })]),
    z.tuple([z.looseObject({ kind: z.literal("isolate"), rule }), z.looseObject({ kind: z.literal("destroy") })]),
  ]);

  const row = z.looseObject({
    judged: z.looseObject({
      lastUsed: z.nullable(z.looseObject({ at: z.number() })),
      walked: z.optional(z.looseObject({ at: z.number() })),
      bytes: z.nullable(z.number()),
      troubles: z.array(z.unknown()),
    }),
    ruling: z.looseObject({ action: z.literal("remove"), rule }),
    steps,
    after: z.array(z.string()),
  });

  const item = z.looseObject({
    id: text,
    entryId: text,
    store: text,
    rule: z.union([rule, z.literal("swapped")]),
    taken: z.number(),
    since: z.number(),
    marked: z.boolean(),
    complete: z.boolean(),
    conflicted: z.boolean(),
    returned: z.optional(z.boolean()),
    base: text,
    members: z.array(trashMember).check(z.minLength(1)),
  });

  const trash = z.looseObject({
    item,
    action: z.enum(["destroy", "return", "keep"]),
    bytes: z.nullable(z.number()),
    after: z.array(z.string()),
  });

  // Kinds that a run takes beside those of the settings.
  const kinds = z.optional(z.array(text));

  return { entry, row, trash, kinds };
});

/** Throws `plan-invalid`, naming the first field that is wrong. */
export function fits(schema: z.ZodMiniType, value: unknown, what: string): void {
  const checked = schema.safeParse(value);
  if (checked.success) return;
  const [issue] = checked.error.issues;
  const path = issue?.path.map(String) ?? [];
  const expected = issue?.message.replace(/^Invalid input: expected /, "") ?? "another value";
  throw invalid([...path, what].join(" of "), valueAt(value, path), expected);
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
