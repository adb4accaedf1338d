/**
 * What one observer wrote into a ledger: understood as a whole or not at all, and step by step, since ten thousand
 * workdirs and their ways are a tenth of a second of checking.
 */
import { z } from "zod";
import type { Place } from "./ledger-places.ts";
import type { Steps } from "../model/steps.ts";

/** Written down again as it was read. */
export interface Observed {
  readonly places: readonly Place[];
  /** When each workdir was seen alive, and the place it is. */
  readonly seen: Readonly<Record<string, readonly [at: number, place: number]>>;
  readonly missing: Readonly<Record<string, number>>;
}

const shapeSchema = z.object({
  places: z.array(z.unknown()),
  seen: z.record(z.string(), z.unknown()),
  missing: z.record(z.string(), z.unknown()),
});

const placesSchema = z.array(
  z.object({
    above: z.int(),
    name: z.string(),
    ino: z.string(),
    birth: z.string(),
    mount: z.tuple([z.string(), z.string(), z.string()]),
    begins: z.boolean(),
  }),
);
const seenSchema = z.array(z.tuple([z.string(), z.tuple([z.number(), z.int()])]));
const missingSchema = z.array(z.tuple([z.string(), z.number()]));

/** Checked at one go: about a millisecond. */
const PORTION = 256;

export function* observedIn(value: unknown): Steps<Observed | undefined> {
  const { data } = shapeSchema.safeParse(value);
  if (data === undefined) return undefined;
  const places = yield* inPortions(placesSchema, data.places);
  const seen = yield* inPortions(seenSchema, Object.entries(data.seen));
  const missing = yield* inPortions(missingSchema, Object.entries(data.missing));
  if (places === null || seen === null || missing === null) return undefined;
  return { places, seen: Object.fromEntries(seen), missing: Object.fromEntries(missing) };
}

/** All of it, or null where any does not fit. */
function* inPortions<T>(schema: z.ZodType<T[]>, all: readonly unknown[]): Steps<T[] | null> {
  const fitting: T[] = [];
  for (let from = 0; from < all.length; from += PORTION) {
    const { data } = schema.safeParse(all.slice(from, from + PORTION));
    if (data === undefined) return null;
    fitting.push(...data);
    yield;
  }
  return fitting;
}
