// What else a judgement carries: last use and how sure it is, subject, evidence, locks and troubles.
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/model/time.ts";
import {
  ABSENT,
  CUTOFF,
  ENTRY,
  IDENTIFIED,
  inspection,
  judge,
  NO_PRESENCE,
  NO_SUBJECT,
  NOW,
  REMAINS,
  trouble,
  UNIDENTIFIED,
  UNKNOWN,
  UNVERIFIED,
  used,
  walked,
} from "./build.ts";

describe("an entry of a base that was copied to where it is", () => {
  const old = used(CUTOFF - SECOND, "walk");

  it.each([
    ["after its last use: it counts from then", CUTOFF, used(CUTOFF, "birth"), "live"],
    ["after its last use, and long ago", CUTOFF - 1, used(CUTOFF - 1, "birth"), "stale"],
    ["before its last use", CUTOFF - 2 * SECOND, old, "stale"],
    ["just now", NOW, used(NOW, "birth"), "live"],
    ["in the future, which is not a valid date", NOW + 1, old, "stale"],
    ["never", null, old, "stale"],
  ] as const)("%s", (_, copiedAt, lastUsed, verdict) => {
    const judged = judge({ measurement: { ...walked(0), newest: old } }, {}, copiedAt);
    expect(judged).toMatchObject({ lastUsed, verdict });
  });

  it("has no last use where none is known", () => {
    expect(judge({ measurement: { ...walked(0), newest: null } }, {}, NOW).lastUsed).toBe(null);
  });
});

it("says why a workdir counts as there that is not at its place", () => {
  const presence = { kind: "present", reason: "workdir-in-trash", evidence: {} } as const;
  expect(judge({ presence })).toMatchObject({ verdict: "live", reason: "workdir-in-trash" });
});

it("has the sentence of a reason that is its kind's own, and none for the others", () => {
  const own = { reason: "run-broken", sentence: "its JSON is broken" };
  const unknown = { kind: "unidentified", ...own, evidence: {} } as const;
  expect(judge({ inspection: inspection({ reading: unknown }), presence: NO_PRESENCE })).toMatchObject(own);
  const pieces = { kind: "debris", ...own, after: null, subject: null, evidence: {} } as const;
  expect(judge({ inspection: inspection({ reading: pieces }), presence: NO_PRESENCE })).toMatchObject(own);
  expect(judge({ inspection: inspection({ reading: UNIDENTIFIED }), presence: NO_PRESENCE })).not.toHaveProperty(
    "sentence",
  );
});

it("is as young as its agent says, never older, and has no last use of its agent's alone", () => {
  const fresh = used(NOW, "state.db");
  const old = used(CUTOFF - SECOND);
  const recorded = inspection({ lastUse: old });
  expect(judge({ inspection: recorded, witnessed: fresh })).toMatchObject({ lastUsed: fresh, verdict: "live" });
  expect(judge({ inspection: recorded, witnessed: used(1) })).toMatchObject({ lastUsed: old, verdict: "stale" });
  expect(judge({ inspection: recorded, witnessed: null })).toMatchObject({ lastUsed: old, verdict: "stale" });
  expect(judge({ measurement: walked(CUTOFF - SECOND), witnessed: fresh })).toMatchObject({ lastUsed: fresh });
  const unknown = inspection({ reading: UNIDENTIFIED });
  const judged = judge({ inspection: unknown, presence: NO_PRESENCE, measurement: walked(null), witnessed: used(1) });
  expect(judged).toMatchObject({ lastUsed: null, verdict: "unidentified", old: false });
});

it("has its own age limit where newer ones replace it, and none where nothing goes for its age", () => {
  const expiry = { rule: "superseded", group: "one", latest: 2, after: SECOND } as const;
  const two = inspection({ lastUse: used(NOW - 2 * SECOND), expiry });
  expect(judge({ inspection: two })).toMatchObject({ verdict: "stale", expiry });
  expect(judge({ inspection: inspection({ lastUse: used(NOW - SECOND), expiry }) }).verdict).toBe("live");
  expect(judge({ inspection: two }, { retention_days: 0 }).verdict).toBe("live");
});

it("carries what its agent says of its use, and nothing where it says nothing", () => {
  const inUse = { code: "active", by: "/index.json" } as const;
  expect(judge({ inUse }).inUse).toEqual(inUse);
  for (const nothing of [{ inUse: null }, {}]) expect(judge(nothing)).not.toHaveProperty("inUse");
  const limits = { keeps: 1, sentence: "its agent keeps it" };
  expect(judge({ limits }).limits).toEqual(limits);
  for (const nothing of [{ limits: null }, {}]) expect(judge(nothing)).not.toHaveProperty("limits");
});

it("names a checkout that lives on it, the first of several", () => {
  const at = ["/a/.git", "/b/.git"].map((path) => ({ at: path, locked: false }));
  expect(judge({ inspection: inspection({ checkouts: at }) }).checkout).toBe("/a/.git");
  expect(judge({ inspection: inspection({ checkouts: [] }) }).checkout).toBe(null);
  expect(judge().checkout).toBe(null);
});

describe("the last use", () => {
  const [early, late] = [used(CUTOFF - 2 * SECOND, "walk"), used(CUTOFF - SECOND, "look")];

  it.each([
    ["the walk's, where nothing else is known", early, null, early],
    ["the walk's, where it is later", late, early, late],
    ["that of a touched place, where it is later: it was used between the look and the walk", early, late, late],
    ["that of a touched place, where the walk found nothing", null, late, late],
    ["unknown, where neither found anything", null, null, null],
    ["the walk's, where both are at once", used(CUTOFF, "walk"), used(CUTOFF, "look"), used(CUTOFF, "walk")],
  ])("is %s", (_, newest, touched, expected) => {
    const judged = judge({ inspection: inspection({ touched }), measurement: { ...walked(0), newest } });
    expect(judged.lastUsed).toEqual(expected);
    expect(judged.lastUsedExact).toBe(true);
  });

  it("after the walk keeps an entry from being stale", () => {
    const touched = inspection({ touched: used(CUTOFF) });
    expect(judge({ inspection: touched, measurement: walked(CUTOFF - 1) }).verdict).toBe("live");
    // The twin: touched when it was walked, and not since.
    const before = inspection({ touched: used(CUTOFF - 1) });
    expect(judge({ inspection: before, measurement: walked(CUTOFF - 1) }).verdict).toBe("stale");
  });

  it("of an entry that was not walked is a lower bound, and a lower bound is never old", () => {
    const judged = judge({ inspection: inspection({ touched: used(1000) }), measurement: null });
    expect(judged).toMatchObject({ verdict: "live", old: false, lastUsed: used(1000), lastUsedExact: false });
    expect(judged).toMatchObject({ bytes: null, files: null, newestPath: null });
  });

  it("of an entry in which nothing was found is unknown, exactly, and not old", () => {
    expect(judge({ measurement: walked(null) })).toMatchObject({ lastUsed: null, lastUsedExact: true, old: false });
    expect(judge({ measurement: null })).toMatchObject({ lastUsed: null, lastUsedExact: false, old: false });
  });
});

describe("the subject", () => {
  it.each([
    ["confirmed by the name", IDENTIFIED, IDENTIFIED.kind === "identified" ? IDENTIFIED.subject : null, true],
    ["not confirmed", UNVERIFIED, UNVERIFIED.kind === "identified" ? UNVERIFIED.subject : null, false],
    ["of what is left of one", REMAINS, { kind: "workdir", value: "/home/ann/work/acme" }, false],
    ["missing", UNIDENTIFIED, null, false],
    ["without meaning", NO_SUBJECT, null, false],
  ])("%s", (_, reading, subject, verified) => {
    expect(judge({ inspection: inspection({ reading }), presence: NO_PRESENCE })).toMatchObject({ subject, verified });
  });
});

describe("the evidence", () => {
  it.each([
    ["of both, the subject first", IDENTIFIED, ABSENT, { marker: "/home/ann/work/acme", parent: "/home/ann/work" }],
    ["of the subject alone", UNIDENTIFIED, NO_PRESENCE, { marker: "" }],
    ["of the presence alone", NO_SUBJECT, UNKNOWN, { missing: "/home/ann/work" }],
    ["of what is left", REMAINS, ABSENT, { HEAD: "not there", parent: "/home/ann/work" }],
    ["of nothing", NO_SUBJECT, NO_PRESENCE, {}],
  ])("is that %s", (_, reading, presence, expected) => {
    const { evidence } = judge({ inspection: inspection({ reading }), presence });
    expect(evidence).toEqual(expected);
    expect(Object.keys(evidence)).toEqual(Object.keys(expected));
  });
});

describe("what is passed on", () => {
  it("is the entry, its presence, its size, and since when it is missing", () => {
    const measurement = walked(NOW, { bytes: 4096, files: 3, newestPath: "index" });
    const judged = judge({ presence: ABSENT, measurement, missingSince: NOW - SECOND });
    expect(judged).toMatchObject({ entry: ENTRY, presence: ABSENT, bytes: 4096, files: 3, newestPath: "index" });
    expect(judged.missingSince).toBe(NOW - SECOND);
    expect(judge().missingSince).toBeNull();
  });

  it("is that it is a session; of a repo nothing of it is said", () => {
    expect(judge({ isSession: true }).isSession).toBe(true);
    for (const isSession of [false, undefined])
      expect("isSession" in judge(isSession === undefined ? {} : { isSession })).toBe(false);
  });

  it("is the time that a walk found, and not the last use, which may be from elsewhere", () => {
    const told = { inspection: inspection({ lastUse: used(NOW) }) };
    expect(judge({ ...told, measurement: walked(1000) })).toMatchObject({ walked: used(1000), lastUsed: used(NOW) });
    for (const measurement of [null, walked(null)]) expect("walked" in judge({ ...told, measurement })).toBe(false);
  });

  it("is what no rule overrides about it, where there is any", () => {
    expect(judge({ inspection: inspection({ restricted: ["undo-deletes"] }) }).restricted).toEqual(["undo-deletes"]);
    expect(judge()).not.toHaveProperty("restricted");
  });

  it("is what a heartbeat answered, where it is one", () => {
    const heartbeat = { result: "idle", line: "nothing to do" } as const;
    expect(judge({ inspection: inspection({ heartbeat }) }).heartbeat).toBe(heartbeat);
    expect(judge()).not.toHaveProperty("heartbeat");
  });

  it("is a directory of another user inside it, and a reflog that reaches more than its ref; neither where there is none", () => {
    const foreign = "/b/a/objects";
    const measurement = walked(NOW, { foreign });
    expect(judge({ measurement, inspection: inspection({ reflog: "/b/logs/a" }) })).toMatchObject({
      foreign,
      reflog: "/b/logs/a",
    });
    expect(judge({ measurement: walked(NOW) })).not.toHaveProperty("foreign");
    expect(judge({ measurement: walked(NOW) })).not.toHaveProperty("reflog");
  });

  it("is from which repos it borrows, and why that may be incomplete", () => {
    const borrows = ["/srv/other/objects"];
    expect(judge({ inspection: inspection({ borrows, borrowsTrouble: trouble() }) })).toMatchObject({
      borrows,
      borrowsTrouble: trouble(),
    });
  });

  it("is every lock of the look and the walk, each once, as it was seen last", () => {
    const look = inspection({
      locks: [
        { path: "/r/index.lock", at: 1 },
        { path: "/r/HEAD.lock", at: 2 },
      ],
    });
    const measurement = walked(NOW, {
      locks: [
        { path: "/r/index.lock", at: 5 },
        { path: "/r/gc.pid", at: 3 },
      ],
    });
    expect(judge({ inspection: look, measurement }).locks).toEqual([
      { path: "/r/index.lock", at: 5 },
      { path: "/r/HEAD.lock", at: 2 },
      { path: "/r/gc.pid", at: 3 },
    ]);
    expect(judge({ inspection: look, measurement: null }).locks).toEqual(look.locks);
  });

  it("is every trouble of the look and the walk, each path once", () => {
    const look = inspection({ troubles: [trouble("/r/index"), trouble("/r/logs")] });
    const measurement = walked(NOW, { troubles: [trouble("/r/index"), trouble("/r/objects")] });
    const { troubles } = judge({ inspection: look, measurement });
    expect(troubles.map(({ path }) => path)).toEqual(["/r/index", "/r/logs", "/r/objects"]);
  });
});
