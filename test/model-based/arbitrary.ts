// Random stores and random steps, as plain data: numbers that name a subject or a thing in the trash are taken modulo
// how many there are, so every step has a meaning in every state and a failure shrinks to few of them.

import fc from "fast-check";
import type { Settings } from "../../src/index.ts";

/** Plain objects, so that a failure prints as it would be written. */
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

/** Where a workdir is. `usb`: in a volume; `disk`: the volume's own root; `acme`: its parent is deleted with it. */
export type Home = "work" | "usb" | "disk" | "acme";

export interface Kind {
  readonly home: Home;
  /** `unverified`: the repo's name is not the hash of its workdir; `unidentified`: nothing in it names the workdir. */
  readonly naming: "plain" | "unverified" | "unidentified";
  readonly ageDays: number;
  readonly kept: boolean;
}

export interface Store {
  readonly kinds: readonly Kind[];
  readonly settings: Settings;
  readonly fstab: boolean;
  /** Whether the trace ends with weeks of undisturbed sweeps, after which nothing that is gone may be left. */
  readonly settles: boolean;
}

/** How an unmounted volume leaves the directory it was mounted at. */
export type Leaving = "empty" | "missing" | "populated";

/** What others change in the world. */
export type Event =
  | { readonly do: "snapshot" | "remove" | "move" | "bring-back" | "link" | "lock"; readonly who: number }
  | { readonly do: "unmount"; readonly disk: boolean; readonly leaving: Leaving }
  | { readonly do: "mount"; readonly disk: boolean };

/**
 * What goes wrong with a run: it dies at the n-th call or point, or something happens between two of its steps; `event`
 * null: the directory whose entry is being removed comes back at that moment, or is used.
 */
export type Trouble =
  | { readonly is: "none" }
  | { readonly is: "kill"; readonly at: number }
  | { readonly is: "race"; readonly point: "verified" | "isolated"; readonly event: Event | null };

export type Step =
  | Event
  | { readonly do: "wait"; readonly hours: number }
  | { readonly do: "jump"; readonly days: number }
  | { readonly do: "prune"; readonly by: ByHand; readonly between: Event | null; readonly trouble: Trouble }
  | { readonly do: "sweep"; readonly force: boolean; readonly trouble: Trouble }
  | { readonly do: "restore"; readonly which: number; readonly how: "back" | "swap" | "to"; readonly trouble: Trouble }
  | { readonly do: "empty"; readonly trouble: Trouble };

export interface ByHand {
  readonly trash: boolean;
  readonly include: readonly ("unreachable" | "unidentified")[];
  readonly only: "orphan" | "stale" | null;
  readonly retention: number | null;
}

const kind: fc.Arbitrary<Kind> = record({
  home: fc.constantFrom<Home>("work", "work", "usb", "usb", "usb", "disk", "acme"),
  naming: fc.constantFrom<Kind["naming"]>("plain", "plain", "plain", "plain", "unverified", "unidentified"),
  ageDays: fc.constantFrom(0, 0, 0, 1, 6, 8, 40),
  kept: fc.constantFrom(false, false, false, false, false, true),
});

const settings: fc.Arbitrary<Settings> = record({
  auto_prune: fc.constant(true),
  retention_days: fc.constantFrom(7, 30, 30, 30, 2, 0),
  delete_orphans: fc.constantFrom(true, true, true, false),
  min_interval_hours: fc.constantFrom(24, 24, 0),
  orphan_grace_hours: fc.constantFrom(24, 24, 0, 72),
  trash_days: fc.constantFrom(7, 7, 1, 0),
  max_size: fc.constant(0),
  keep_latest: fc.constant(0),
  keep: fc.constant([]),
  collect: fc.constant(["hermes-shadow"]),
});

export const store: fc.Arbitrary<Store> = record({
  kinds: fc.array(kind, { minLength: 2, maxLength: 5 }),
  settings,
  fstab: fc.boolean(),
  settles: fc.nat({ max: 7 }).map((n) => n === 0),
});

const who = fc.nat({ max: 4 });

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 7, arbitrary: record({ do: fc.constant("snapshot"), who }) },
  { weight: 6, arbitrary: record({ do: fc.constantFrom("remove", "move", "bring-back"), who }) },
  { weight: 1, arbitrary: record({ do: fc.constantFrom("link", "lock"), who }) },
  {
    weight: 4,
    arbitrary: record({
      do: fc.constant("unmount"),
      disk: fc.boolean(),
      leaving: fc.constantFrom<Leaving>("empty", "missing", "populated"),
    }),
  },
  { weight: 2, arbitrary: record({ do: fc.constant("mount"), disk: fc.boolean() }) },
);

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Trouble>({ is: "none" }) },
  // The first calls read; most of those that change something come later.
  { weight: 3, arbitrary: record({ is: fc.constant("kill"), at: fc.nat({ max: 400 }) }) },
  {
    weight: 4,
    arbitrary: record({
      is: fc.constant("race"),
      point: fc.constantFrom("verified", "isolated"),
      event: fc.option<Event | null>(event, { freq: 1 }),
    }),
  },
);

const byHand: fc.Arbitrary<ByHand> = record({
  trash: fc.boolean(),
  include: fc.subarray<"unreachable" | "unidentified">(["unreachable", "unidentified"]),
  only: fc.constantFrom<ByHand["only"]>(null, null, null, "orphan", "stale"),
  retention: fc.constantFrom(null, null, null, 30),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: event },
  { weight: 5, arbitrary: record({ do: fc.constant("wait"), hours: fc.constantFrom(1, 12, 25, 25, 25, 49, 100) }) },
  { weight: 1, arbitrary: record({ do: fc.constant("jump"), days: fc.constantFrom(-400, -1, 40, 26_000) }) },
  {
    weight: 3,
    arbitrary: record({
      do: fc.constant("prune"),
      by: byHand,
      between: fc.option<Event | null>(event, { freq: 3 }),
      trouble,
    }),
  },
  { weight: 8, arbitrary: record({ do: fc.constant("sweep"), force: fc.boolean(), trouble }) },
  {
    weight: 3,
    arbitrary: record({
      do: fc.constant("restore"),
      which: fc.nat({ max: 7 }),
      how: fc.constantFrom("back", "back", "swap", "swap", "to"),
      trouble,
    }),
  },
  { weight: 1, arbitrary: record({ do: fc.constant("empty"), trouble }) },
);

/** Steps of one trace, on the average of many. */
export const TRACE = 50;

export const steps: fc.Arbitrary<Step[]> = fc.array(step, { maxLength: 2 * TRACE, size: "max" });
