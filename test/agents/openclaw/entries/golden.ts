// Sessions of the golden store: which go, with which files, and that no other byte of the index changes.

import { existsSync, lstatSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan } from "../../../../src/index.ts";
import { openclawSessionEntries } from "../../../../src/agents/openclaw/kinds/entries/index.ts";
import { goldenOpenclaw, setAge, writeAt, writeIndex, writeTranscript } from "../../../support/openclaw-store.ts";
import { outcomesOf, SESSION_NOW, takenBy, verdictsOf } from "../../../support/session-store.ts";
import { main, type Sessions, sessionsOf, store } from "./store.ts";
import { diff, fingerprint } from "../../../support/tree.ts";

const DAY = 86_400_000;
const id = (n: string): string => `${n.padStart(8, "0")}-1111-4222-8333-444455556666`;

/** With the files that go with each. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  [main("cron:job-1")]: ["09.jsonl"],
  [main("hook:dddd")]: ["0d.jsonl"],
  [main("signal:direct:103")]: [],
  [main("subagent:bbbb")]: ["0b.jsonl"],
  [main("telegram:direct:101")]: ["03.jsonl", "03.trajectory.jsonl"],
  [main("telegram:direct:101:heartbeat")]: ["08.jsonl"],
  [main("telegram:direct:105")]: [],
};

const golden = (): Sessions => sessionsOf(goldenOpenclaw());

async function verdictOn({ options }: Sessions, key: string): Promise<string | undefined> {
  return verdictsOf(await scan({ ...options, everything: true }))[key];
}

const STALE = "stale unused, expired: remove";
const ACTIVE = "stale unused, expired: keep (active)";

it("judges each session of the golden store as is written there", async () => {
  const { options } = golden();
  const plan = await scan({ ...options, everything: true });
  const live = "live not-applicable, no rule: keep";
  const verdicts = Object.entries(verdictsOf(plan)).filter(([key]) => key.startsWith("agent:"));
  expect(Object.fromEntries(verdicts)).toEqual({
    ...Object.fromEntries(Object.keys(TAKEN).map((key) => [key, STALE])),
    ...Object.fromEntries(
      [
        "main",
        "telegram:direct:100",
        "main:heartbeat",
        "cron:job-1:run:aaaa",
        "subagent:cccc",
        "telegram:direct:104",
        "whatsapp:direct:103",
      ].map((key) => [main(key), live]),
    ),
    ...Object.fromEntries(
      [
        "telegram:group:-200",
        "telegram:group:-200:topic:7",
        "discord:channel:300",
        "discord:channel:300:thread:301",
      ].map((key) => [main(key), ACTIVE]),
    ),
    [main("telegram:direct:102")]: "unidentified no-usable-time, no rule: keep",
    "agent:real:main": "unidentified no-usable-time, no rule: keep",
    "agent:real:explicit:probe-two": "unidentified no-usable-time, no rule: keep",
  });
  const rows = plan.bases.flatMap(({ entries }) => entries).filter(({ ruling }) => ruling.action === "remove");
  const members = rows.map(({ judged }) => [
    judged.entry.id,
    judged.entry.members.slice(1).map(({ place }) => place.replace(/^0{6}(\w\w)-[\w-]*/, "$1")),
  ]);
  expect(Object.fromEntries(members)).toEqual(TAKEN);
  expect(takenBy(await scan(options))).toEqual(Object.keys(TAKEN).toSorted());
});

it("finds nothing more in a store that the program's own cleanup went through", async () => {
  const { options } = sessionsOf(goldenOpenclaw("openclaw-after"));
  expect(takenBy(await scan(options))).toEqual([]);
});

it("takes sessions with their files, leaves every other byte of the index, and puts all of it back", async () => {
  const { base, options, index } = golden();
  const around = dirname(base);
  const before = fingerprint(around);
  const text = index();
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(around))).toEqual([]);
  const { ino } = lstatSync(join(base, "sessions.json"));
  expect(Object.fromEntries(outcomesOf(await prune(plan, options)))).toEqual(
    Object.fromEntries(Object.keys(TAKEN).map((key) => [key, "trashed"])),
  );
  expect(lstatSync(join(base, "sessions.json")).ino).not.toBe(ino);
  const kept = JSON.parse(index()) as Record<string, unknown>;
  const all = JSON.parse(text) as Record<string, unknown>;
  expect(kept).toEqual(Object.fromEntries(Object.entries(all).filter(([key]) => TAKEN[key] === undefined)));
  // What is left stands there as it did.
  for (const [key, value] of Object.entries(kept))
    expect(index()).toContain(`"${key}": ${JSON.stringify(value, null, 2).replaceAll("\n", "\n  ")}`);
  expect(readdirSync(base).filter((name) => /^0{6}0[389bd]-|lock|tmp-/.test(name))).toEqual([]);
  expect(existsSync(join(base, `${id("f")}.jsonl`))).toBe(true);
  expect(takenBy(await scan(options))).toEqual([]);
  const back = await restore({ ...options, ids: Object.keys(TAKEN) });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(Object.keys(TAKEN).map(() => "restored"));
  expect(index()).toBe(text);
  const ignore = (path: string): boolean => path.startsWith(".sessions.gc") || path === "sessions/sessions.json";
  const after = fingerprint(around, { ignore });
  expect(diff(before, after).filter((line) => !/^~ (?:\.|sessions): dir|sessions\/sessions\.json/.test(line))).toEqual(
    [],
  );
});

it("sweeps into the trash, where collect names its kind alone", async () => {
  const { options, index } = golden();
  const text = index();
  expect(takenBy(await scan({ ...options, settings: { collect: ["openclaw-sessions"] } }))).not.toContain(
    main("hook:dddd"),
  );
  const swept = await autoPrune({ ...options, optIn: true });
  expect(new Map(outcomesOf(swept))).toEqual(new Map(Object.keys(TAKEN).map((key) => [key, "trashed"])));
  expect(index()).not.toBe(text);
});

describe("a session of 40 days", () => {
  it.each([
    ["of a person", main("telegram:direct:1"), {}, STALE],
    ["of a person, whose twin is of a group", main("telegram:direct:1"), { chatType: "direct" }, STALE],
    ["of a group", main("telegram:group:1"), {}, ACTIVE],
    ["of a channel", main("discord:channel:1"), {}, ACTIVE],
    ["of a thread", main("slack:direct:1:thread:2"), {}, ACTIVE],
    ["of a topic", main("telegram:direct:1:topic:2"), {}, ACTIVE],
    ["of a group by its type", main("x:1"), { chatType: "group" }, ACTIVE],
    ["of a channel by its type", main("x:1"), { chatType: "channel" }, ACTIVE],
    ["of a thread by its type", main("x:1"), { chatType: "thread" }, ACTIVE],
    ["the main one", main("main"), {}, ACTIVE],
    ["the main one of former versions", "main", {}, ACTIVE],
    ["the main one of another agent", "agent:ops:main", {}, ACTIVE],
    ["the one of all", "global", {}, ACTIVE],
    ["a heartbeat of a group", main("telegram:group:1:heartbeat"), {}, ACTIVE],
    ["a heartbeat", main("main:heartbeat"), {}, STALE],
    ["of a task", main("cron:x:run:y"), {}, STALE],
  ])("%s: %s", async (_, key, fields, expected) => {
    expect(await verdictOn(store({ [key]: { sessionId: "s", ...fields } }), key)).toBe(expected);
  });

  it("is the main one by the name that its settings give it", async () => {
    const made = store({ [main("Work")]: { sessionId: "s" } });
    writeAt(join(made.home, "openclaw.json"), "{session: {mainKey: 'work'}}", 0);
    expect(await verdictOn(made, main("Work"))).toBe(ACTIVE);
  });

  const key = main("x:1");
  it.each([
    ["no time", { updatedAt: null }, "no-usable-time"],
    ["a time that is text", { updatedAt: "2026-10-01" }, "no-usable-time"],
    ["a time in seconds", { updatedAt: 1_790_000_000 }, "no-usable-time"],
    ["a time of ten years ahead", { updatedAt: SESSION_NOW + 3650 * DAY }, "no-usable-time"],
    ["a time of ten years ago", { updatedAt: SESSION_NOW - 3650 * DAY }, "no-usable-time"],
    ["a last interaction of ten years ahead", { lastInteractionAt: SESSION_NOW + 3650 * DAY }, "no-usable-time"],
    ["no id", { sessionId: null }, "wrong-fields"],
    ["an id with a path", { sessionId: "../s" }, "wrong-fields"],
    ["an id with a NUL", { sessionId: "s\0" }, "wrong-fields"],
    ["an id of 300 characters", { sessionId: "s".repeat(300) }, "wrong-fields"],
    ["a transcript elsewhere", { sessionFile: "/srv/other/s.jsonl" }, "session-elsewhere"],
    ["a transcript above", { sessionFile: "../s.jsonl" }, "session-elsewhere"],
    ["a transcript of another agent", { sessionFile: "/x/agents/ops/sessions/s.jsonl" }, "session-elsewhere"],
    ["a transcript that is none", { sessionFile: "sessions.json" }, "session-elsewhere"],
    ["a transcript that is a number", { sessionFile: 7 }, "session-elsewhere"],
  ])("is kept with %s", async (_, fields, reason) => {
    expect(await verdictOn(store({ [key]: { sessionId: "s", ...fields } }), key)).toBe(
      `unidentified ${reason}, no rule: keep`,
    );
  });

  it.each([["text"], [7], [null], [[]]])("is kept where it is %j", async (value) => {
    expect(await verdictOn(store({ [key]: value }), key)).toBe("unidentified wrong-fields, no rule: keep");
  });

  it.each([
    [
      "its last interaction",
      (made: Sessions) => {
        writeIndex(
          made.base,
          made.index().replace('"sessionId"', `"lastInteractionAt":${SESSION_NOW - DAY},"sessionId"`),
        );
      },
    ],
    ["its file", (made: Sessions) => setAge(join(made.base, "s.jsonl"), 3)],
    ["its trajectory", (made: Sessions) => writeAt(join(made.base, "s.trajectory.jsonl"), "{}\n", 3)],
    [
      "its last record",
      (made: Sessions) => {
        writeTranscript(made.base, "s", 3);
        setAge(join(made.base, "s.jsonl"), 40);
      },
    ],
  ])("is as young as %s", async (_, touch) => {
    const made = store({ [key]: { sessionId: "s" } });
    expect(await verdictOn(made, key)).toBe(STALE);
    touch(made);
    expect(await verdictOn(made, key)).toBe("live not-applicable, no rule: keep");
  });

  it.each([
    ["half written", "{", "not-json"],
    ["of another session", '{"type":"session","id":"t","timestamp":"2026-10-01T00:00:00Z"}', "other-name"],
  ])("is kept where its transcript is %s", async (_, text, reason) => {
    const made = store({ [key]: { sessionId: "s" } });
    writeAt(join(made.base, "s.jsonl"), text, 40);
    expect(await verdictOn(made, key)).toBe(`unidentified ${reason}, no rule: keep`);
  });

  it("is kept while a run has its transcript", async () => {
    const made = store({ [key]: { sessionId: "s" }, [main("y")]: { sessionId: "nofile" } });
    for (const name of ["s", "nofile"]) writeAt(join(made.base, `${name}.jsonl.lock`), "{}", 300);
    expect(await verdictOn(made, key)).toBe("stale unused, expired: keep (busy)");
    expect(await verdictOn(made, main("y"))).toBe("stale unused, expired: keep (busy)");
  });

  it("is not one where a part of its transcript is a link", async () => {
    const made = store({ [key]: { sessionId: "s" } });
    symlinkSync("elsewhere", join(made.base, "s.trajectory.jsonl"));
    expect(await verdictOn(made, key)).toBeUndefined();
  });

  it("goes with a transcript that was written under the path of another home, and with its checkpoints", async () => {
    const made = store({ [key]: { sessionId: "s", sessionFile: "/old/home/agents/main/sessions/s-topic-1.jsonl" } });
    rmSync(join(made.base, "s.jsonl"));
    writeTranscript(made.base, "s-topic-1", 40, "s");
    writeTranscript(made.base, `s.checkpoint.${id("1")}`, 40, "s");
    const plan = await scan(made.options);
    const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === key);
    expect([row?.ruling.action, row?.judged.entry.members.slice(1).map(({ place }) => place)]).toEqual([
      "remove",
      ["s-topic-1.jsonl", `s.checkpoint.${id("1")}.jsonl`],
    ]);
  });

  it.each(["../x", "__proto__", "constructor", "a b/c#d%e", "日本:".repeat(100), "k".repeat(300)])(
    "goes and comes back under any key: %s",
    async (odd) => {
      const made = store({
        [`agent:main:${odd}`]: { sessionId: "s" },
        [key]: { sessionId: "t", updatedAt: SESSION_NOW },
      });
      const text = made.index();
      const plan = await scan({ ...made.options, disposal: "trash" });
      expect(outcomesOf(await prune(plan, made.options))).toEqual([[`agent:main:${odd}`, "trashed"]]);
      expect([Object.keys(JSON.parse(made.index()) as object), existsSync(join(made.base, "s.jsonl"))]).toEqual([
        [key],
        false,
      ]);
      await restore({ ...made.options, ids: [`agent:main:${odd}`] });
      expect([made.index(), existsSync(join(made.base, "s.jsonl"))]).toEqual([text, true]);
    },
  );
});

describe("files that two sessions name", () => {
  const [one, two] = [main("x:1"), main("x:2")];
  it.each([
    ["by their id", { sessionId: "s" }],
    ["by their id in another case", { sessionId: "S" }],
    ["by their file", { sessionId: "t", sessionFile: "s.jsonl" }],
    ["anywhere", { sessionId: "t", checkpoints: [{ before: "/x/s.jsonl" }] }],
  ])("stay, %s, when one of them goes", async (_, fields) => {
    const made = store({ [one]: { sessionId: "s" }, [two]: { ...fields, updatedAt: SESSION_NOW } });
    const plan = await scan(made.options);
    expect(takenBy(plan)).toEqual([one]);
    expect(outcomesOf(await prune(plan, made.options))).toEqual([[one, "trashed"]]);
    expect(existsSync(join(made.base, "s.jsonl"))).toBe(true);
  });

  it("stay where one of them is of another agent, and then so does the session", async () => {
    const made = store({ [one]: { sessionId: "s" } });
    writeIndex(join(made.home, "agents/ops/sessions"), { "agent:ops:x": { sessionId: "s" } });
    expect(await verdictOn(made, one)).toBe(ACTIVE);
  });

  it("stay where the second one came between the plan and the move", async () => {
    const made = store({ [one]: { sessionId: "s" } });
    const plan = await scan(made.options);
    writeIndex(made.base, made.index().replace(/\}\s*$/, `,"${two}":{"sessionId":"s","updatedAt":${SESSION_NOW}}}`));
    expect(outcomesOf(await prune(plan, made.options))).toEqual([[one, "changed"]]);
    expect([Object.keys(JSON.parse(made.index()) as object), existsSync(join(made.base, "s.jsonl"))]).toEqual([
      [one, two],
      true,
    ]);
  });
});

it("a key that is there twice is not one, and nothing of it goes", async () => {
  const made = store({});
  const session = `{"sessionId":"s","updatedAt":${SESSION_NOW - 40 * DAY}}`;
  writeIndex(made.base, `{"${main("x:1")}":${session},"${main("x:1")}":${session}}`);
  writeTranscript(made.base, "s", 40);
  expect(takenBy(await scan(made.options))).toEqual([]);
  expect(await verdictOn(made, "s")).toMatch("(active");
});

it("a session that was used between the plan and the move stays, and the others go", async () => {
  const made = store({ [main("x:1")]: { sessionId: "s" }, [main("x:2")]: { sessionId: "t" } });
  const plan = await scan(made.options);
  const text = made.index();
  writeFileSync(join(made.base, "sessions.json"), text.replace(`"sessionId": "s"`, `"sessionId": "s", "x": 1`));
  expect(new Map(outcomesOf(await prune(plan, made.options)))).toEqual(
    new Map([
      [main("x:1"), "changed"],
      [main("x:2"), "trashed"],
    ]),
  );
  expect(Object.keys(JSON.parse(made.index()) as object)).toEqual([main("x:1")]);
});

it("a session whose transcript came between the plan and the move stays, and its twin without one goes", async () => {
  const long = "l".repeat(128);
  const made = store({
    [main("x:1")]: { sessionId: "no1" },
    [main("x:2")]: { sessionId: "no2" },
    [main("x:3")]: { sessionId: "no3", sessionFile: `${long}${long.slice(6)}.jsonl` },
  });
  const plan = await scan(made.options);
  writeTranscript(made.base, "no1", 40);
  expect(new Map(outcomesOf(await prune(plan, made.options)))).toEqual(
    new Map([
      [main("x:1"), "changed"],
      [main("x:2"), "trashed"],
      [main("x:3"), "trashed"],
    ]),
  );
});

it("a session whose key was taken again is not restored over it", async () => {
  const made = store({ [main("x:1")]: { sessionId: "s" } });
  await prune(await scan({ ...made.options, disposal: "trash" }), made.options);
  const now = JSON.stringify({ [main("x:1")]: { sessionId: "new", updatedAt: SESSION_NOW } });
  writeIndex(made.base, now);
  const back = await restore({ ...made.options, ids: [main("x:1")] });
  expect([back.rows.map(({ outcome }) => outcome), made.index()]).toEqual([["conflict"], now]);
});

it("a plan that was changed moves nothing else", () => {
  const place = `sessions.json#/${main("x")}`;
  expect(openclawSessionEntries.isEntry?.(main("x"), [place, "s.jsonl"])).toBe(true);
  for (const places of [["s.jsonl"], [place, "../s.jsonl"], [place, "sessions.json"], [place, "notes.txt"], []])
    expect(openclawSessionEntries.isEntry?.(main("x"), places)).toBe(false);
  expect(openclawSessionEntries.isEntry?.(main("y"), [place])).toBe(false);
});
