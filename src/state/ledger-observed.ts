/**
 * Parses one observer's record of a ledger: valid as a whole or not at all, and cooperatively, since ten thousand
 * workdirs with their ancestors are a tenth of a second of validation.
 */
import * as z from "zod/mini";
import type { LedgerPlace } from "./ledger-places.ts";
import { once } from "../model/once.ts";
import type { CooperativeTask } from "../model/steps.ts";

/** Written back as it was read. */
export interface Observed {
  readonly places: readonly LedgerPlace[];
  /** When each workdir was last observed, and the index of its place. */
  readonly seen: Readonly<Record<string, readonly [at: number, place: number]>>;
  readonly missing: Readonly<Record<string, number>>;
}

const shapeSchema = once(() =>
  z.object({
    places: z.array(z.unknown()),
    seen: z.record(z.string(), z.unknown()),
    missing: z.record(z.string(), z.unknown()),
  }),
);

const placesSchema = once(() =>
  z.array(
    z.object({
      above: z.int(),
      name: z.string(),
      ino: z.string(),
      birth: z.string(),
      mount: z.tuple([z.string(), z.string(), z.string()]),
      begins: z.boolean(),
      layers: z.optional(z.string()),
    }),
  ),
);
const seenSchema = once(() => z.array(z.tuple([z.string(), z.tuple([z.number(), z.int()])])));
const missingSchema = once(() => z.array(z.tuple([z.string(), z.number()])));

/** Validated in one step: about a millisecond. */
const PORTION = 256;

export function* observedIn(value: unknown): CooperativeTask<Observed | undefined> {
  const { data } = shapeSchema().safeParse(value);
  if (data === undefined) return undefined;
  const places = yield* inPortions(placesSchema(), data.places);
  const seen = yield* inPortions(seenSchema(), Object.entries(data.seen));
  const missing = yield* inPortions(missingSchema(), Object.entries(data.missing));
  if (places === null || seen === null || missing === null) return undefined;
  return { places, seen: Object.fromEntries(seen), missing: Object.fromEntries(missing) };
}

/** All of it, or null where any part is invalid. */
function* inPortions<T>(schema: z.ZodMiniType<T[]>, all: readonly unknown[]): CooperativeTask<T[] | null> {
  const fitting: T[] = [];
  for (let from = 0; from < all.length; from += PORTION) {
    const { data } = schema.safeParse(all.slice(from, from + PORTION));
    if (data === undefined) return null;
    fitting.push(...data);
    yield;
  }
  return fitting;
}
