// What becomes of what is in the trash: every reason, each beside its near twin that is decided otherwise.
import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import type { PlannedTrash, TrashItem, TrashReason, TrashRule } from "../../src/model/trash.ts";
import type { Verdict } from "../../src/model/reasons.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/model/time.ts";
import type { Request } from "../../src/plan/request.ts";
import { hasSuccessor } from "../../src/plan/successor.ts";
import { isToChange, type JudgedTrash, planTrash, type TrashCircumstances } from "../../src/plan/trash.ts";
import { automatic, byHand, judged, NOW, plan, PRESENT, settings, trashed } from "./build.ts";

interface Given {
  readonly verdict?: Verdict | null;
  readonly item?: Partial<TrashItem>;
  readonly judged?: Partial<Judged>;
  readonly placeTaken?: boolean;
  readonly placeTrouble?: JudgedTrash["placeTrouble"];
  readonly cutShort?: boolean;
  readonly restored?: boolean;
  readonly dangling?: boolean;
  readonly trashDays?: number;
  readonly request?: Request;
  readonly clockDoubted?: boolean;
  readonly superseded?: boolean;
  readonly baseGone?: boolean;
  readonly referenced?: boolean;
}

type Decided = "destroy" | "return" | "keep";

function decide(given: Given): readonly [Decided, TrashReason] {
  const found = trashed("a", given.verdict === undefined ? "orphan" : given.verdict, given.item, given.judged);
  const circumstances: TrashCircumstances = {
    settings: settings({ trash_days: given.trashDays ?? 7 }),
    request: given.request ?? automatic(),
    clockDoubted: given.clockDoubted ?? false,
    borrowers: [],
    referencedBy: given.referenced === true ? { path: "/b/borrower", unread: false } : null,
    cutShort: given.cutShort ?? false,
    superseded: given.superseded ?? false,
    baseGone: given.baseGone ?? false,
    kept: false,
    doubtedTimes: null,
  };
  const row = planTrash(
    {
      ...found,
      placeTaken: given.placeTaken ?? false,
      placeTrouble: given.placeTrouble ?? null,
      restored: given.restored ?? false,
      dangling: given.dangling ?? false,
    },
    circumstances,
  );
  return [row.action, row.reason];
}

const BACK: Given = { verdict: "live", judged: { presence: PRESENT } };
const RECORD: TrashItem["members"] = [
  { path: "/t/a", place: "s.json#/a", identity: { dev: "1", ino: "2", birth: "0" }, as: "record" },
];
const HALF: Partial<TrashItem> = { complete: false };
const COPIED: Partial<TrashItem> = { complete: false, returned: true };
const COPY: Given = { verdict: null, item: COPIED, restored: true };
const put = (ago: number): Given => ({ ...COPY, item: { ...COPIED, since: NOW - ago } });
const DANGLING: Given = { verdict: null, item: HALF, dangling: true };
const UNREAD: Given = { placeTaken: true, placeTrouble: { code: "EIO", message: "EIO: i/o error", path: "/b/a" } };
const BACK_AND_OLD: Given = { verdict: "stale", judged: { presence: PRESENT } };
const OTHERS = byHand({ selects: () => false });
const THIS = byHand({ selects: (row) => row.id === "a" });

/** Past its date by its name; made so long ago. */
function made(ago: number): Partial<TrashItem> {
  const identity = { dev: "1", ino: "2", birth: String(BigInt(NOW - ago) * 1_000_000n) };
  return { since: NOW - 30 * DAY, members: [{ path: "/trash/a", place: "a", identity }] };
}

describe("what was in the place of an item later", () => {
  const earlier = { taken: NOW - 2 * DAY, since: NOW - 2 * DAY, complete: false, members: RECORD };
  const later = { taken: NOW - DAY, since: NOW - DAY, members: RECORD };

  it("overtakes what is left of a record", () => {
    const all = [trashed("a", null, earlier), trashed("b", null, later)];
    expect(hasSuccessor(all[0]!, all)).toBe(true);
    expect(hasSuccessor(all[1]!, all)).toBe(false);
  });

  it("overtakes none whose files are in their places by now: it was on its way back", () => {
    const all = [trashed("a", null, earlier), { ...trashed("b", null, later), placeTaken: true }];
    expect(hasSuccessor(all[0]!, all)).toBe(false);
    const whole = { ...all[0]!, item: { ...all[0]!.item, complete: true } };
    expect(hasSuccessor(whole, [whole, all[1]!])).toBe(true);
  });
});

describe("an item of the trash that was made", () => {
  it.each<[string, number, Decided, TrashReason]>([
    ["before it was moved there", 60 * DAY, "destroy", "expired"],
    ["hours after it, by another clock", 29 * DAY + HOUR, "destroy", "expired"],
    ["after it, by a copy of less than its period ago", 2 * DAY, "keep", "waiting"],
    ["after it, by a copy of more than its period ago", 8 * DAY, "destroy", "expired"],
    ["in the future, by a clock that was wrong", -DAY, "destroy", "expired"],
  ])("%s", (_, ago, action, reason) => {
    expect(decide({ item: made(ago) })).toEqual([action, reason]);
  });
});

describe("an item of the trash", () => {
  it.each<[string, Given, Decided, TrashReason]>([
    ["past its date", {}, "destroy", "expired"],
    ["marked", { verdict: null, item: { marked: true } }, "destroy", "unfinished"],
    [
      "marked, though its date is in the future",
      { verdict: null, item: { marked: true, since: NOW } },
      "destroy",
      "unfinished",
    ],
    ["marked, though its place is occupied", { item: { marked: true }, placeTaken: true }, "destroy", "unfinished"],
    ["marked, though only half is there", { item: { marked: true, complete: false } }, "destroy", "unfinished"],
    ["marked, though another was selected", { item: { marked: true }, request: OTHERS }, "destroy", "unfinished"],
    ["marked, the clock in doubt", { item: { marked: true }, clockDoubted: true }, "keep", "clock"],
    ["past its date, its base gone", { baseGone: true }, "destroy", "expired"],
    ["not past its date, its base gone", { baseGone: true, item: { since: NOW } }, "keep", "waiting"],
    ["marked, its base gone", { baseGone: true, item: { marked: true } }, "destroy", "unfinished"],
    ["half isolated, its base gone", { baseGone: true, item: { since: NOW, complete: false } }, "keep", "waiting"],
    ["whose workdir is back, its base gone", { ...BACK, baseGone: true }, "keep", "not-proved"],
    [
      "unreachable before, whose workdir is back, its base gone",
      { ...BACK, baseGone: true, item: { rule: "unreachable" } },
      "keep",
      "not-proved",
    ],
    ["half isolated", { verdict: null, item: { complete: false } }, "return", "half-isolated"],
    [
      "half isolated, its place occupied",
      { verdict: null, item: { complete: false }, placeTaken: true },
      "keep",
      "place-taken",
    ],
    [
      "half isolated of a record, and a later one here too",
      { verdict: null, item: { complete: false, rule: "stale", members: RECORD }, superseded: true },
      "destroy",
      "expired",
    ],
    [
      "half isolated of a file, and a later one here too",
      { verdict: null, item: { complete: false }, superseded: true },
      "return",
      "half-isolated",
    ],
    [
      "half isolated of a record",
      { verdict: null, item: { complete: false, members: RECORD } },
      "return",
      "half-isolated",
    ],
    ["half isolated, the clock in doubt", { item: { complete: false }, clockDoubted: true }, "return", "half-isolated"],
    ["half isolated, another selected", { item: { complete: false }, request: OTHERS }, "keep", "not-selected"],
    ["that is in its place as well", COPY, "destroy", "restored"],
    [
      "of a record that is in its document as well",
      { verdict: null, item: { complete: false, members: RECORD }, restored: true },
      "destroy",
      "restored",
    ],
    ["that was put back two hours ago", put(2 * HOUR), "destroy", "restored"],
    ["that was put back less than two hours ago", put(2 * HOUR - 1), "keep", "restored"],
    ["that is in its place as well, its name not saying since when", { ...COPY, item: HALF }, "keep", "restored"],
    ["that was put back in the future", put(-HOUR), "keep", "future-date"],
    ["that is in its place as well, the clock in doubt", { ...COPY, clockDoubted: true }, "keep", "restored"],
    ["whose ref is in its place without its history", DANGLING, "return", "dangling-ref"],
    ["of which a copy is left, whose ref lost its history", { ...DANGLING, item: COPIED }, "return", "dangling-ref"],
    ["whose ref has no history, a file in the way", { ...DANGLING, placeTaken: true }, "keep", "place-taken"],
    ["whose ref has no history, another selected", { ...DANGLING, request: OTHERS }, "keep", "not-selected"],
    ["whose ref has no history, its base gone", { ...DANGLING, baseGone: true }, "keep", "not-proved"],
    ["that is in its place as well, another selected", { ...COPY, request: OTHERS }, "keep", "not-selected"],
    ["put back, and overwritten since", { item: { returned: true }, placeTaken: true }, "keep", "overwritten"],
    ["put back, and deleted since", { item: { returned: true } }, "keep", "deleted-again"],
    ["put back, and a later one here too", { item: { returned: true }, superseded: true }, "keep", "superseded"],
    [
      "put back, and overwritten since, and one between here too",
      { item: { returned: true }, superseded: true, placeTaken: true },
      "keep",
      "overwritten",
    ],
    ["not put back, and a later one here too", { superseded: true }, "destroy", "expired"],
    ["put back, and deleted with the base", { item: { returned: true }, baseGone: true }, "keep", "deleted-again"],
    ["put back, and marked", { item: { returned: true, marked: true } }, "destroy", "unfinished"],
    ["whose workdir is back", BACK, "return", "workdir-back"],
    ["whose workdir is back before its date", { ...BACK, item: { since: NOW } }, "return", "workdir-back"],
    ["whose workdir is back, the clock in doubt", { ...BACK, clockDoubted: true }, "return", "workdir-back"],
    ["whose workdir is back, borrowed from", { ...BACK, referenced: true }, "return", "workdir-back"],
    ["whose workdir is back, its place occupied", { ...BACK, placeTaken: true }, "keep", "place-taken"],
    ["whose workdir is back, its place not readable", { ...BACK, ...UNREAD }, "keep", "place-unreadable"],
    ["half isolated, its place not readable", { item: { complete: false }, ...UNREAD }, "keep", "place-unreadable"],
    ["put back, its place not readable", { item: { returned: true }, ...UNREAD }, "keep", "place-unreadable"],
    ["cleared away for another, its place not readable", { cutShort: true, ...UNREAD }, "keep", "place-unreadable"],
    ["past its date, its place not readable", UNREAD, "destroy", "expired"],
    ["not past its date, its place not readable", { item: { since: NOW }, ...UNREAD }, "keep", "waiting"],
    ["marked, its place not readable", { item: { marked: true }, ...UNREAD }, "destroy", "unfinished"],
    ["whose workdir is back, another selected", { ...BACK, request: OTHERS }, "keep", "not-selected"],
    ["whose workdir is back, itself selected", { ...BACK, request: THIS }, "return", "workdir-back"],
    ["past its date, borrowed from", { referenced: true }, "keep", "referenced"],
    ["past its date, the clock in doubt", { clockDoubted: true }, "keep", "clock"],
    ["past its date, another selected", { request: OTHERS }, "keep", "not-selected"],
    ["past its date, itself selected", { request: THIS }, "destroy", "expired"],
    ["not past its date, borrowed from", { item: { since: NOW }, referenced: true }, "keep", "waiting"],
    ["not past its date, the clock in doubt", { item: { since: NOW }, clockDoubted: true }, "keep", "waiting"],
    ["borrowed from, the clock in doubt", { clockDoubted: true, referenced: true }, "keep", "referenced"],
  ])("%s", (_, given, action, reason) => {
    expect(decide(given)).toEqual([action, reason]);
    // Nothing here depends on who asks.
    if (given.request === undefined) expect(decide({ ...given, request: byHand() })).toEqual([action, reason]);
  });
});

describe("the period", () => {
  it.each<[string, number, number, Decided, TrashReason]>([
    ["over for a second", 7, NOW - 7 * DAY - SECOND, "destroy", "expired"],
    ["over for a millisecond", 7, NOW - 7 * DAY - 1, "destroy", "expired"],
    ["just over", 7, NOW - 7 * DAY, "destroy", "expired"],
    ["over in a millisecond", 7, NOW - 7 * DAY + 1, "keep", "waiting"],
    ["over in a second", 7, NOW - 7 * DAY + SECOND, "keep", "waiting"],
    ["begun just now", 7, NOW, "keep", "waiting"],
    ["begun in a minute, as another machine's clock has it", 7, NOW + MINUTE, "keep", "waiting"],
    ["begun in a minute and a millisecond", 7, NOW + MINUTE + 1, "keep", "future-date"],
    ["begun in ten years", 7, NOW + 3650 * DAY, "keep", "future-date"],
    ["of no days, begun just now", 0, NOW, "destroy", "expired"],
    ["of no days, begun in a millisecond", 0, NOW + 1, "keep", "waiting"],
    ["of no days, begun in an hour", 0, NOW + HOUR, "keep", "future-date"],
    ["of half a day, just over", 0.5, NOW - 12 * HOUR, "destroy", "expired"],
    ["of half a day, over in a millisecond", 0.5, NOW - 12 * HOUR + 1, "keep", "waiting"],
    ["begun in 1970", 7, 0, "destroy", "expired"],
  ])("%s", (_, trashDays, since, action, reason) => {
    expect(decide({ trashDays, item: { since } })).toEqual([action, reason]);
  });

  it("is shown with the day on which it ends", () => {
    const circumstances = {
      settings: settings({ trash_days: 3 }),
      request: byHand(),
      clockDoubted: false,
      borrowers: [],
      referencedBy: null,
      cutShort: false,
      superseded: false,
      baseGone: false,
      kept: false,
      doubtedTimes: null,
    };
    expect(planTrash(trashed("a"), circumstances).until).toBe(NOW - 7 * DAY);
  });
});

describe("what was removed by the rule", () => {
  const unknown = { verdict: "unreachable" } as const;
  const nameless = { verdict: "unidentified" } as const;

  it.each<[TrashRule, string, Given, Decided, TrashReason]>([
    // An orphan is destroyed only if its absence is proved again, or it has become old.
    ["orphan", "still gone", { verdict: "orphan" }, "destroy", "expired"],
    ["orphan", "out of sight", unknown, "keep", "not-proved"],
    [
      "orphan",
      "out of sight and old",
      { verdict: "stale", judged: { presence: { kind: "unknown", reason: "parent-missing", evidence: {} } } },
      "destroy",
      "expired",
    ],
    ["orphan", "without a name", nameless, "keep", "not-proved"],
    ["orphan", "not to be judged", { verdict: null }, "keep", "not-proved"],
    ["orphan", "back", BACK, "return", "workdir-back"],
    ["orphan", "back and old", BACK_AND_OLD, "return", "workdir-back"],
    ["stale", "still old", BACK_AND_OLD, "destroy", "expired"],
    ["stale", "there and not old, since the retention is longer now", BACK, "destroy", "expired"],
    ["stale", "out of sight", unknown, "destroy", "expired"],
    ["stale", "not to be judged", { verdict: null }, "destroy", "expired"],
    ["unreachable", "still out of sight", unknown, "destroy", "expired"],
    ["unreachable", "proved gone", { verdict: "orphan" }, "destroy", "expired"],
    ["unreachable", "back", BACK, "return", "workdir-back"],
    ["unidentified", "still without a name", nameless, "destroy", "expired"],
    ["unidentified", "there after all", BACK, "return", "workdir-back"],
    ["debris", "still there", { verdict: "debris" }, "destroy", "expired"],
    [
      "debris",
      "not wanted by a workdir that is back",
      { verdict: "debris", judged: { presence: PRESENT } },
      "destroy",
      "expired",
    ],
    ["orphan", "debris by now", { verdict: "debris" }, "keep", "not-proved"],
    ["swapped", "there, beside what took its place", { ...BACK, placeTaken: true }, "destroy", "expired"],
    ["swapped", "gone, beside what took its place", { verdict: "orphan", placeTaken: true }, "destroy", "expired"],
    ["swapped", "all that there is: what took its place went later", BACK, "destroy", "expired"],
  ])("%s and is %s", (rule, _, given, action, reason) => {
    expect(decide({ ...given, item: { rule } })).toEqual([action, reason]);
    if (action !== "return") {
      expect(decide({ ...given, item: { rule, since: NOW } })).toEqual(["keep", "waiting"]);
    }
  });
});

describe("an entry that was put back", () => {
  const copy = (item: Partial<TrashItem>, restored = true): JudgedTrash => ({
    ...trashed("a", null, { ...COPIED, ...item }),
    restored,
  });
  it.each<[string, JudgedTrash, readonly unknown[]]>([
    ["an hour ago is kept while its copy is", copy({ since: NOW - HOUR }), [NOW + HOUR]],
    ["at an unknown time is kept", copy({ returned: false }), [null]],
    ["two hours ago is removed", copy({ since: NOW - 2 * HOUR }), []],
    ["and then overwritten is removed", copy({ since: NOW - HOUR }, false), []],
  ])("%s", (_, one, until) => {
    const rows = plan({ judged: [judged("a", "orphan")], trash: [one] });
    const ruling = rows.entries[0]?.ruling;
    expect(ruling?.holds).toEqual(until.map((at) => ({ code: "restored", by: null, until: at })));
    expect(ruling?.action).toBe(until.length === 0 ? "remove" : "keep");
  });
});

describe("a swap", () => {
  // The repo that was cleared away, and the one it was cleared away for, which was there before it.
  const cleared = trashed("a", "live", { id: "a.2.0", rule: "swapped", since: NOW - DAY });
  const wanted = (over: object): JudgedTrash => trashed("a", "live", { id: "a.1.0", since: NOW - 2 * DAY, ...over });
  const row = (other: JudgedTrash): PlannedTrash | undefined =>
    plan({ trash: [cleared, other] }).trash.find(({ item }) => item.id === "a.2.0");
  const becomes = (other: JudgedTrash): unknown => row(other)?.reason;

  it("that died in the middle is undone", () => {
    expect(row(wanted({}))).toMatchObject({ action: "return", reason: "half-isolated" });
  });

  it("that died in the middle is undone where it was for something that was overwritten after a restore", () => {
    expect(row(wanted({ returned: true }))).toMatchObject({ action: "return", reason: "half-isolated" });
  });

  it("that was finished is not undone where an older copy is left of something else", () => {
    const copy = trashed("a", "live", { id: "a.0.0", since: NOW - 3 * DAY, returned: true });
    const put = wanted({ returned: true, taken: NOW - 2 * DAY, since: NOW - DAY + 1 });
    const rows = plan({ trash: [cleared, copy, put] }).trash;
    expect(rows.find(({ item }) => item.id === "a.2.0")?.reason).toBe("waiting");
  });

  it.each<[string, object]>([
    ["that was finished, and what it restored was moved to the trash later", { since: NOW - DAY / 2 }],
    ["for something that can only be finished now", { marked: true }],
    ["for something that was put back, of which a copy is left", { returned: true, since: NOW - DAY + 1 }],
  ])("%s is not", (_, over) => {
    expect(becomes(wanted(over))).toBe("waiting");
  });

  it("for another place is not either", () => {
    expect(becomes(trashed("b", "live", { since: NOW - 2 * DAY }))).toBe("waiting");
  });
});

describe("what was moved while the clock was in doubt", () => {
  const doubtedTimes = { from: NOW - 20 * DAY, to: NOW - 19 * DAY };
  const becomes = (since: number): unknown =>
    plan({ trash: [trashed("a", "orphan", { since })], doubtedTimes }).trash[0]?.reason;

  it.each([
    ["at its beginning", NOW - 20 * DAY, "future-date"],
    ["at its end", NOW - 19 * DAY, "future-date"],
    ["just before", NOW - 20 * DAY - 1, "expired"],
    ["just after", NOW - 19 * DAY + 1, "expired"],
  ])("%s", (_, since, reason) => {
    expect(becomes(since)).toBe(reason);
  });
});

describe("what is back while its place is occupied", () => {
  it.each<[string, Given, Decided, TrashReason]>([
    ["waits for the first time", {}, "keep", "place-taken"],
    ["waits while its new period lasts", { item: { conflicted: true, since: NOW } }, "keep", "place-taken"],
    ["waits after it: it is neither an orphan nor old", { item: { conflicted: true } }, "keep", "place-taken"],
    ["waits where it is old, for the first time", BACK_AND_OLD, "keep", "place-taken"],
    [
      "is destroyed where it is old, after its new period",
      { ...BACK_AND_OLD, item: { conflicted: true } },
      "destroy",
      "expired",
    ],
    [
      "waits though old while it is borrowed from",
      { ...BACK_AND_OLD, item: { conflicted: true }, referenced: true },
      "keep",
      "place-taken",
    ],
    [
      "waits though old in a doubted clock",
      { ...BACK_AND_OLD, item: { conflicted: true }, clockDoubted: true },
      "keep",
      "place-taken",
    ],
  ])("%s", (_, given, action, reason) => {
    expect(decide({ ...BACK, placeTaken: true, ...given })).toEqual([action, reason]);
  });

  it("is destroyed after its new period where it was removed as unreachable", () => {
    const item = { rule: "unreachable", conflicted: true } as const;
    expect(decide({ ...BACK, placeTaken: true, item })).toEqual(["destroy", "expired"]);
  });

  it("is none of its business where nothing has to restore", () => {
    expect(decide({ placeTaken: true })).toEqual(["destroy", "expired"]);
  });
});

describe("a selection", () => {
  const asked = (given: Given): unknown => {
    const rows: unknown[] = [];
    decide({ ...given, request: byHand({ selects: (row) => rows.push(row) > 0 }) });
    return rows[0];
  };
  const place = "/home/ann/.hermes/checkpoints/a";

  it("sees an item as the entry that it was", () => {
    const measured = { lastUsed: NOW - 30 * DAY, bytes: 26_163 };
    expect(asked({})).toEqual({ ...measured, id: "a", path: place, subject: "/home/ann/work/a" });
    expect(asked({ verdict: "unidentified" })).toEqual({ ...measured, id: "a", path: place, subject: null });
  });

  it("does not know the last use of an item that is not judged, and has its size from its note", () => {
    const unknown = { id: "a", path: place, subject: null, lastUsed: null };
    expect(asked({ verdict: null, item: { bytes: null } })).toEqual({ ...unknown, bytes: null });
    expect(asked({ verdict: null, item: { members: [], bytes: 7 } })).toEqual({ ...unknown, bytes: 7 });
  });
});

describe("a row", () => {
  const circumstances = {
    settings: settings(),
    request: byHand(),
    clockDoubted: false,
    borrowers: [],
    referencedBy: null,
    cutShort: false,
    superseded: false,
    baseGone: false,
    kept: false,
    doubtedTimes: null,
  };

  it("has the subject, the verdict and the bytes of the judgement", () => {
    expect(planTrash(trashed("a", "orphan", {}, { bytes: 12 }), circumstances)).toMatchObject({
      subject: { kind: "workdir", value: "/home/ann/work/a" },
      verdict: "orphan",
      bytes: 12,
    });
  });

  it("has the recorded bytes where they were not measured again", () => {
    expect(planTrash(trashed("a", "orphan", { bytes: 7 }, { bytes: null }), circumstances).bytes).toBe(7);
    expect(planTrash(trashed("a", null, { bytes: 7 }), circumstances)).toMatchObject({
      subject: null,
      verdict: null,
      bytes: 7,
    });
    expect(planTrash(trashed("a", null, { bytes: null }), circumstances).bytes).toBeNull();
  });
});

it.each([
  ["keep", "restored", true],
  ["destroy", "expired", true],
  ["return", "workdir-back", true],
  ["keep", "place-taken", true],
  ["keep", "future-date", true],
  ["keep", "waiting", false],
] as const)("%s for %s is to be carried out: %s", (action, reason, expected) => {
  expect(isToChange({ action, reason, item: trashed("a").item })).toBe(expected);
});

it("a copy that says when it was put back is nothing to carry out before its time", () => {
  const { item } = trashed("a", null, COPIED);
  expect(isToChange({ action: "keep", reason: "restored", item })).toBe(false);
});
