// Sessions beyond the number that OpenClaw itself keeps (`session.maintenance.maxEntries`): those that it would remove, as far as
// nothing holds them, and no other one in the place of one that is held.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type Plan } from "../../../../src/index.ts";
import {
  goldenOpenclaw,
  openclawStore,
  writeAt,
  writeIndex,
  writeTranscript,
} from "../../../support/openclaw-store.ts";
import { outcomesOf, SESSION_NOW, takenBy, verdictsOf } from "../../../support/session-store.ts";
import { main, type Sessions, sessionsOf } from "./store.ts";

const DAY = 86_400_000;

function configure({ home }: Sessions, maintenance: string): void {
  writeAt(join(home, "openclaw.json"), `{session: {maintenance: ${maintenance}}}`, 0);
}

/** The main session, and one for each of these ages in days: `s0`, `s1` ... */
function aged(...days: readonly number[]): Sessions {
  const made = sessionsOf(openclawStore());
  const sessions = days.map((age, nth) => [
    main(`x:${nth}`),
    { sessionId: `s${nth}`, updatedAt: SESSION_NOW - age * DAY },
  ]);
  const own = [main("main"), { sessionId: "live", updatedAt: SESSION_NOW }];
  writeIndex(made.base, Object.fromEntries([own, ...sessions]) as Record<string, unknown>);
  for (const [nth, age] of days.entries()) writeTranscript(made.base, `s${nth}`, age);
  return made;
}

function change({ base, index }: Sessions, by: (sessions: Record<string, Record<string, unknown>>) => void): void {
  const sessions = JSON.parse(index()) as Record<string, Record<string, unknown>>;
  by(sessions);
  writeIndex(base, sessions);
}

function limitOf(plan: Plan): unknown {
  return plan.bases[0]?.entryLimits?.[0];
}

const OVER = "live not-applicable, over-cap: remove";
const LIVE = "live not-applicable, no rule: keep";

describe("the golden store with a limit of eight", () => {
  const taken = ["cron:job-1:run:aaaa", "telegram:direct:100", "telegram:direct:104"].map(main);
  const golden = (): Sessions => {
    const made = sessionsOf(goldenOpenclaw());
    configure(made, "{maxEntries: 8}");
    return made;
  };

  it("loses the three oldest that the program takes, keeps the one without a time, and reports it", async () => {
    const { options } = golden();
    const plan = await scan(options);
    const verdicts = verdictsOf(plan);
    const over = Object.entries(verdicts).filter(([, verdict]) => verdict.includes("over-cap"));
    expect(Object.fromEntries(over)).toEqual(Object.fromEntries(taken.map((key) => [key, OVER])));
    expect(verdicts[main("telegram:direct:102")]).toBe("unidentified no-usable-time, no rule: keep");
    expect(verdicts[main("whatsapp:direct:103")]).toBe(LIVE);
    expect(takenBy(plan)).toHaveLength(7 + taken.length);
    expect(limitOf(plan)).toEqual({ kind: "openclaw-session-entries", most: 8, count: 12, shortfall: 1 });
  });

  it("goes to the trash, and comes back the same", async () => {
    const made = golden();
    const text = made.index();
    const swept = await autoPrune({ ...made.options, optIn: true });
    expect(outcomesOf(swept).filter(([, outcome]) => outcome !== "trashed")).toEqual([]);
    expect(Object.keys(JSON.parse(made.index()) as object)).toHaveLength(9);
    expect(takenBy(await scan(made.options))).toEqual([]);
    await restore({ ...made.options, ids: outcomesOf(swept).map(([key]) => key) });
    expect(made.index()).toBe(text);
    // What was put back counts as used.
    expect(takenBy(await scan(made.options))).toEqual([]);
  });

  it("is never destroyed at once", async () => {
    const { options } = golden();
    const plan = await scan({ ...options, mode: "manual" });
    const steps = plan.bases.flatMap(({ entries }) =>
      entries.filter(({ ruling }) => ruling.rule === "over-cap").map((row) => row.steps.map(({ kind }) => kind)),
    );
    expect(steps).toEqual(taken.map(() => ["isolate"]));
  });
});

describe("a limit", () => {
  it("takes the oldest of what is over it, and the newest stay", async () => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    expect(takenBy(await scan(made.options))).toEqual([main("x:1"), main("x:4")]);
    configure(made, "{maxEntries: 6}");
    expect(takenBy(await scan(made.options))).toEqual([]);
  });

  it.each([
    ["that is only a warning", "{maxEntries: 2, mode: 'warn'}"],
    ["that is a text", "{maxEntries: '2'}"],
    ["of a part of the settings that stands in another file", "{maxEntries: 2, $include: './x.json5'}"],
    ["of less than one", "{maxEntries: 0}"],
    ["of five hundred, where none is set", "{}"],
  ])("%s takes nothing", async (_, maintenance) => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, maintenance);
    expect(takenBy(await scan(made.options))).toEqual([]);
  });

  it("of fifty and more takes nothing before there are a tenth or 25 too many, and then down to it", async () => {
    const ages = Array.from({ length: 75 }, (_, nth) => 2 + nth / 10);
    const [under, over] = [aged(...ages.slice(0, 74 - 1)), aged(...ages.slice(0, 74))];
    for (const made of [under, over]) configure(made, "{maxEntries: 50}");
    expect(takenBy(await scan(under.options))).toEqual([]);
    expect(takenBy(await scan(over.options))).toHaveLength(25);
  });

  it("takes none that was used within a day, by its files too, and no other one instead", async () => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    writeAt(join(made.base, "s1.trajectory.jsonl"), "{}\n", 0.9);
    const plan = await scan(made.options);
    expect([takenBy(plan), limitOf(plan)]).toEqual([
      [main("x:4")],
      { kind: "openclaw-session-entries", most: 4, count: 6, shortfall: 1 },
    ]);
  });

  it.each([
    ["is cut off", (made: Sessions) => writeAt(join(made.base, "s1.jsonl"), '{"type":"session"', 9)],
    ["is of another session", (made: Sessions) => writeTranscript(made.base, "s1", 9, "other")],
    ["has a lock", (made: Sessions) => writeAt(join(made.base, "s1.jsonl.lock"), "{}", 9)],
  ])("takes none whose transcript %s", async (_, spoil) => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    spoil(made);
    expect(takenBy(await scan(made.options))).toEqual([main("x:4")]);
  });

  it.each([
    ["a group by its key", { key: main("telegram:group:1"), fields: {} }, [main("x:0"), main("x:4")]],
    ["a group by its type", { key: main("y"), fields: { chatType: "group" } }, [main("x:0"), main("x:4")]],
    [
      "a group by where it began",
      { key: main("y"), fields: { origin: { chatType: "Group" } } },
      [main("x:0"), main("x:4")],
    ],
    // OpenClaw would remove these, so that no other one goes for them.
    ["a heartbeat of a group", { key: main("telegram:group:1:heartbeat"), fields: {} }, [main("x:4")]],
    ["the main session of another agent", { key: "agent:ops:main", fields: {} }, [main("x:4")]],
  ])("counts %s, and keeps it", async (_, { key, fields }, expected) => {
    const made = aged(7, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    change(made, (sessions) => {
      sessions[key] = { ...sessions[main("x:1")], ...fields };
      delete sessions[main("x:1")];
    });
    expect(takenBy(await scan(made.options))).toEqual(expected);
  });

  it("takes nothing where only its agent was named", async () => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    const plan = await scan({ ...made.options, settings: { collect: [] }, mode: "manual" });
    expect(takenBy(plan)).toEqual([]);
  });

  it("is looked at again at the move: where newer ones are gone by then, it takes nothing", async () => {
    const made = aged(2, 9, 4, 3, 8);
    configure(made, "{maxEntries: 4}");
    const plan = await scan(made.options);
    change(made, (sessions) => {
      delete sessions[main("x:0")];
      delete sessions[main("x:3")];
    });
    expect(new Map(outcomesOf(await prune(plan, made.options)))).toEqual(
      new Map([
        [main("x:1"), "changed"],
        [main("x:4"), "changed"],
      ]),
    );
  });
});

describe("a session of 40 days", () => {
  const made = (): Sessions => aged(40);

  it.each([
    ["30d", "stale unused, expired: remove"],
    ["45d", "stale unused, expired: keep (active)"],
    ["5w", "stale unused, expired: keep (active)"],
    ["960h", "stale unused, expired: keep (active)"],
    ["39d12h", "stale unused, expired: remove"],
    ["${DAYS}d", "stale unused, expired: keep (active)"],
  ])("with pruneAfter %s: %s", async (age, expected) => {
    const one = made();
    configure(one, `{pruneAfter: '${age}'}`);
    expect(verdictsOf(await scan(one.options))[main("x:0")]).toBe(expected);
  });

  it.each([
    ["{pruneDays: 45}", "stale unused, expired: keep (active)"],
    ["{pruneAfter: 45}", "stale unused, expired: keep (active)"],
    ["{pruneDays: 39}", "stale unused, expired: remove"],
    ["{pruneAfter: true}", "stale unused, expired: keep (active)"],
    ["[]", "stale unused, expired: keep (active)"],
  ])("with maintenance %s: %s", async (maintenance, expected) => {
    const one = made();
    configure(one, maintenance);
    expect(verdictsOf(await scan(one.options))[main("x:0")]).toBe(expected);
  });

  it("stays where it began in a group", async () => {
    const one = made();
    change(one, (sessions) => {
      sessions[main("x:0")] = { ...sessions[main("x:0")], origin: { chatType: "group" } };
    });
    expect(verdictsOf(await scan(one.options))[main("x:0")]).toBe("stale unused, expired: keep (active)");
  });
});
