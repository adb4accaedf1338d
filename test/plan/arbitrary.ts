// Generated bases for the laws: entries as they are found, not as they are judged, because the judgement depends on the
// settings, and laws compare settings. Times sit on and beside every boundary far more often than chance would have it.
import fc, { type Arbitrary } from "fast-check";
import { classify } from "../../src/classify/classify.ts";
import type { Entry, LastUse, IoError } from "../../src/model/entry.ts";
import type { Expiry, Examined, Measurement, SubjectReading } from "../../src/model/inspection.ts";
import { type TrashItem, TRASH_RULES } from "../../src/model/trash.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { Settings } from "../../src/model/settings.ts";
import { DAY, HOUR, MINUTE } from "../../src/model/time.ts";
import type { PlanInput } from "../../src/plan/plan-context.ts";
import type { Request } from "../../src/plan/request.ts";
import { at, BASE, byHand, HOME, item, NOW } from "./build.ts";

/** What is in the trash, as it is found: null where nothing is left to judge. */
export interface FoundTrash {
  readonly item: TrashItem;
  readonly examined: Examined | null;
}

export interface Found {
  readonly entries: readonly Examined[];
  readonly trash: readonly FoundTrash[];
  readonly restored: Readonly<Record<string, number>>;
  readonly clockDoubted: boolean;
}

/** Few ids, so that references, occupied places and patterns meet often. */
const ENTRY_IDS = ["r0", "r1", "r2", "r3", "r4", "r5"];
const TRASH_IDS = ["r0", "r1", "t2", "t3"];

const AGES = [0, HOUR, 12 * HOUR, DAY, 7 * DAY, 10 * DAY, 30 * DAY, 90 * DAY];
const moment: Arbitrary<number> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...AGES), fc.constantFrom(-1, 0, 1)).map(([age, by]) => NOW - age + by),
  },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, NOW + DAY, NOW + MINUTE) },
);

const lastUse: Arbitrary<LastUse> = moment.map((when) => ({ at: when, from: "mtime" }));

const presence: Arbitrary<Presence> = fc.constantFrom<Presence[]>(
  { kind: "present", evidence: { workdir: "directory" } },
  { kind: "absent", proof: "observed", evidence: { parent: "/home/ann/work" } },
  { kind: "absent", proof: "witnessed", evidence: {} },
  { kind: "unknown", reason: "parent-missing", evidence: {} },
);

function identified(id: string, verified: boolean): SubjectReading {
  return { kind: "identified", subject: { kind: "workdir", value: `/home/ann/work/${id}` }, verified, evidence: {} };
}

function remains(value: string | null): SubjectReading {
  return { kind: "remains", subject: value === null ? null : { kind: "workdir", value }, evidence: {} };
}

/** What it is about, and whether that is there: without a path it is unknown. */
function aboutOf(id: string): Arbitrary<{ readonly reading: SubjectReading; readonly presence: Presence }> {
  const none: Presence = { kind: "not-applicable" };
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.boolean(), presence)
        .map(([verified, there]) => ({ reading: identified(id, verified), presence: there })),
    },
    {
      weight: 1,
      arbitrary: fc.constant({
        reading: { kind: "unidentified", reason: "marker-empty", evidence: {} } as const,
        presence: none,
      }),
    },
    { weight: 1, arbitrary: fc.constant({ reading: { kind: "not-applicable" } as const, presence: none }) },
    { weight: 1, arbitrary: presence.map((there) => ({ reading: remains(`/home/ann/work/${id}`), presence: there })) },
    { weight: 1, arbitrary: fc.constant({ reading: remains(null), presence: none }) },
  );
}

/** Null all but once in so many times. */
function oneIn<T>(times: number, arbitrary: Arbitrary<T>): Arbitrary<T | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** Of a session: alone, or among those of which the newest stay. A kind says one rule of a group. */
const expiry: Arbitrary<Expiry> = fc.constantFrom<Expiry>(
  { rule: "expired" },
  { rule: "expired", group: "one" },
  { rule: "superseded", group: "two", latest: 1, after: 3 * DAY },
);

function trouble(path: string): IoError {
  return { code: "EACCES", message: "permission denied", path };
}

const lenders: Arbitrary<string[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<string[]>([]) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...ENTRY_IDS, ...TRASH_IDS, "elsewhere"), { maxLength: 2 }) },
);

function measurementOf(id: string): Arbitrary<Measurement> {
  return fc
    .record({
      newest: fc.option(lastUse, { freq: 12 }),
      lock: oneIn(6, moment),
      unread: oneIn(12, fc.constant(trouble(`${at(id)}/objects`))),
      bytes: fc.nat(100_000),
    })
    .map(({ newest, lock, unread, bytes }) => ({
      newest,
      newestPath: newest === null ? null : "index",
      bytes,
      files: 1,
      locks: lock === null ? [] : [{ path: `${at(id)}/index.lock`, at: lock }],
      troubles: unread === null ? [] : [unread],
    }));
}

function examinedAs(entry: Entry): Arbitrary<Examined> {
  return fc
    .record({
      about: aboutOf(entry.id),
      measurement: measurementOf(entry.id),
      recorded: oneIn(12, fc.constant({ at: NOW - 10 * DAY, from: "last_touch" })),
      expiry: oneIn(3, expiry),
      borrows: lenders,
      borrowsTrouble: oneIn(40, fc.constant(trouble(`${at(entry.id)}/objects/info/alternates`))),
      missingSince: fc.option(moment),
    })
    .map(({ about, measurement, recorded, expiry: own, borrows, borrowsTrouble, missingSince }) => ({
      entry,
      inspection: {
        reading: about.reading,
        // What every use touches is never newer than the newest of all.
        touched: measurement.newest,
        lastUse: recorded,
        ...(own === null ? {} : { expiry: own }),
        locks: [],
        borrows: borrows.map((id) => `${at(id)}/objects`),
        borrowsTrouble,
        troubles: [],
      },
      presence: about.presence,
      measurement,
      missingSince,
    }));
}

function entryAt(id: string, path: string): Entry {
  const identity = { dev: "1", ino: "2", birth: "0" };
  return { base: BASE, store: "hermes-shadow", id, members: [{ path, place: id, identity }] };
}

function trashOf(id: string): Arbitrary<FoundTrash> {
  const flags = fc.record({
    rule: fc.constantFrom(...TRASH_RULES),
    taken: moment,
    since: moment,
    marked: fc.nat(9).map((n) => n === 0),
    complete: fc.nat(9).map((n) => n > 0),
    conflicted: fc.nat(3).map((n) => n === 0),
  });
  return flags.chain((over): Arbitrary<FoundTrash> => {
    const one = item(id, { id: `${id}.${over.since}.0a1b2c3d`, ...over });
    const path = one.members[0]?.path ?? "";
    if (over.marked || !over.complete) return fc.constant({ item: one, examined: null });
    return examinedAs(entryAt(id, path)).map((examined) => ({ item: one, examined }));
  });
}

export const foundBase: Arbitrary<Found> = fc
  .tuple(fc.subarray(ENTRY_IDS), fc.subarray(TRASH_IDS))
  .chain(([entries, trash]) =>
    fc.record({
      entries: fc.tuple(...entries.map((id) => examinedAs(entryAt(id, at(id))))),
      trash: fc.tuple(...trash.map(trashOf)),
      restored: fc.dictionary(fc.constantFrom(...ENTRY_IDS.map(at)), moment, { maxKeys: 1, noNullPrototype: true }),
      clockDoubted: fc.nat(4).map((n) => n === 0),
    }),
  );

export const settings: Arbitrary<Settings> = fc.record({
  auto_prune: fc.boolean(),
  retention_days: fc.constantFrom(7, 0.5, 30, 0, -1),
  delete_orphans: fc.nat(3).map((n) => n > 0),
  min_interval_hours: fc.constantFrom(0, 24),
  orphan_grace_hours: fc.constantFrom(0, 24),
  // Not 0, for then what is moved to the trash is past its date at the same clock.
  trash_days: fc.constantFrom(7, 1, 30),
  // A cap removes what is live: its laws are in cap.test.ts.
  max_size: fc.constant(0),
  keep_latest: fc.constantFrom(0, 0, 1, 3),
  keep: fc.oneof(fc.constant([]), fc.subarray(["~/work/r0", "/home/*/work/r1", "/elsewhere"])),
  collect: fc.constantFrom([], ["hermes-shadow"], ["hermes-store"]),
});

export const positiveRetention: Arbitrary<number> = fc.constantFrom(0.5, 1, 7, 10, 30, 36_500);

/** A run that is not narrowed, manual or automatic. */
export const wholeRequest: Arbitrary<Request> = fc
  .record({
    mode: fc.constantFrom("manual" as const, "automatic" as const),
    disposal: fc.option(fc.constantFrom("trash" as const, "destroy" as const)),
    include: fc.subarray(["unreachable" as const, "unidentified" as const]),
  })
  .map((over) => byHand(over));

/** Any run. */
export const request: Arbitrary<Request> = fc
  .record({
    whole: wholeRequest,
    only: oneIn(4, fc.constantFrom("orphan" as const, "stale" as const)),
    selected: oneIn(3, fc.subarray([...ENTRY_IDS, ...TRASH_IDS.slice(2)])),
  })
  .map(({ whole, only, selected }) => ({
    ...whole,
    only,
    selects: selected === null ? null : (row: { readonly id: string }) => selected.includes(row.id),
  }));

/** What is found, as classify judges it by the settings. */
export function survey(base: Found, set: Settings): PlanInput {
  const circumstances = { settings: set, now: NOW };
  const there = new Set(base.entries.map(({ entry }) => entry.id));
  return {
    judged: base.entries.map((one) => classify(one, circumstances)),
    trash: base.trash.map((one) => ({
      item: one.item,
      judged: one.examined === null ? null : classify(one.examined, circumstances),
      placeTaken: there.has(one.item.entryId),
    })),
    elsewhere: [],
    restored: base.restored,
    userHome: HOME,
    clockDoubted: base.clockDoubted,
    doubtedTimes: null,
  };
}
