// Heartbeats that found nothing to do go after a week, where three of them are newer.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../../../src/index.ts";
import { openclawStore, writeAt, writeIndex, writeTranscript } from "../../../support/openclaw-store.ts";
import { outcomesOf, SESSION_NOW, verdictsOf } from "../../../support/session-store.ts";
import { main, type Sessions, sessionsOf } from "./store.ts";

const DAY = 86_400_000;

/** A heartbeat for each: its age in days, and what it answered. */
function beats(...all: readonly (readonly [number, string])[]): Sessions {
  const made = sessionsOf(openclawStore());
  const sessions = all.map(([days], nth) => [
    main(`b${nth}:heartbeat`),
    { sessionId: `b${nth}`, updatedAt: SESSION_NOW - days * DAY },
  ]);
  writeIndex(made.base, Object.fromEntries(sessions) as Record<string, unknown>);
  for (const [nth, [days, answer]] of all.entries()) writeTranscript(made.base, `b${nth}`, days, `b${nth}`, answer);
  return made;
}

/** What becomes of each, in order. */
async function fates({ options }: Sessions): Promise<readonly string[]> {
  const verdicts = verdictsOf(await scan(options));
  return Object.entries(verdicts)
    .filter(([id]) => id.startsWith("agent:"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, verdict]) => verdict.replace(/^.*, /, ""));
}

const OK = "HEARTBEAT_OK";

describe("a heartbeat", () => {
  it("that found nothing to do goes after a week, and three newer ones stay", async () => {
    const made = beats([1, OK], [8, OK], [9, OK], [10, OK], [11, ` ${OK}\n`]);
    expect(await fates(made)).toEqual([
      "no rule: keep",
      "superseded: keep (latest)",
      "superseded: keep (latest)",
      "superseded: remove",
      "superseded: remove",
    ]);
    const done = await prune(await scan(made.options), made.options);
    expect(new Map(outcomesOf(done))).toEqual(
      new Map([
        [main("b3:heartbeat"), "trashed"],
        [main("b4:heartbeat"), "trashed"],
      ]),
    );
    expect(Object.keys(JSON.parse(made.index()) as object)).toEqual(
      ["b0", "b1", "b2"].map((b) => main(`${b}:heartbeat`)),
    );
  });

  it.each([
    ["of six days", [6, OK], "no rule: keep"],
    ["that answered something else", [10, `${OK}, and one task`], "no rule: keep"],
    ["that answered nothing", [10, ""], "no rule: keep"],
    ["of 31 days, whatever it answered", [31, "a task"], "expired: remove"],
  ] as const)("%s: %j %s", async (_, beat, fate) => {
    expect((await fates(beats([1, OK], [1, OK], [1, OK], beat))).at(-1)).toBe(fate);
  });

  it("stays where its last answer is a call of a tool, or where its transcript is cut off", async () => {
    const made = beats([1, OK], [1, OK], [1, OK], [10, OK], [10, OK]);
    const at = new Date(SESSION_NOW - 10 * DAY).toISOString();
    const line = (type: string): string => JSON.stringify({ type: "session", id: "b3", timestamp: at, x: type });
    const call = { type: "message", timestamp: at, message: { role: "assistant", content: [{ type: "toolCall" }] } };
    writeAt(join(made.base, "b3.jsonl"), `${line("")}\n${JSON.stringify(call)}\n`, 10);
    writeAt(join(made.base, "b4.jsonl"), '{"type":"session"', 10);
    expect((await fates(made)).slice(3)).toEqual(["no rule: keep", "no rule: keep"]);
  });

  it("is not superseded by a session that is none", async () => {
    const made = beats([10, OK]);
    const sessions = JSON.parse(made.index()) as Record<string, unknown>;
    for (const key of ["x", "y", "z"]) sessions[main(key)] = { sessionId: `no${key}`, updatedAt: SESSION_NOW };
    writeIndex(made.base, sessions);
    expect((await fates(made))[0]).toBe("superseded: keep (latest)");
  });

  it("stays where one of the newer ones went between the plan and the move", async () => {
    const made = beats([1, OK], [2, OK], [3, OK], [10, OK]);
    const plan = await scan(made.options);
    const sessions = JSON.parse(made.index()) as Record<string, unknown>;
    delete sessions[main("b0:heartbeat")];
    writeIndex(made.base, sessions);
    expect(outcomesOf(await prune(plan, made.options))).toEqual([[main("b3:heartbeat"), "changed"]]);
  });
});

describe("heartbeats that were removed", () => {
  const stateOf = ({ base }: Sessions): string => join(base, "../.sessions.gc");
  const fileOf = (made: Sessions): string => join(stateOf(made), "heartbeats.json");
  const known = async ({ options }: Sessions): Promise<unknown> => (await scan(options)).bases[0]?.heartbeats;
  const sweep = async ({ options }: Sessions): Promise<readonly (readonly [string, string])[]> =>
    outcomesOf(await prune(await scan({ ...options, disposal: "trash" }), options));
  const ran = (b: string, days: number, line: string | null = OK, result: string | null = "idle"): object => ({
    id: main(`${b}:heartbeat`),
    at: SESSION_NOW - days * DAY,
    removedAt: SESSION_NOW,
    result,
    line,
  });

  it("are noted with the time, the result and the first line, the newest first", async () => {
    const made = beats([1, OK], [2, OK], [3, OK], [40, "one task\nof two"], [10, OK], [41, ""], [42, `${OK}, but`]);
    expect(await known(made)).toBeUndefined();
    await sweep(made);
    expect(await known(made)).toEqual([
      ran("b4", 10),
      ran("b3", 40, "one task", "answered"),
      ran("b5", 41, null, null),
      ran("b6", 42, `${OK}, but`, "answered"),
    ]);
    const text = readFileSync(fileOf(made), "utf8");
    expect(text).not.toContain("of two");
    expect(text).not.toContain("/home/user");
  });

  it("are noted once, though they were put back and are removed again", async () => {
    const made = beats([1, OK], [2, OK], [3, OK], [10, OK]);
    await sweep(made);
    await restore({ ...made.options, ids: [main("b3:heartbeat")] });
    expect(await known(made)).toEqual([ran("b3", 10)]);
  });

  it("are fifty at most, and a line has two hundred characters at most", async () => {
    const old = Array.from({ length: 60 }, (_, nth): readonly [number, string] => [40 + nth, "é".repeat(300)]);
    const made = beats(...old);
    await sweep(made);
    const all = (await known(made)) as readonly { readonly at: number; readonly line: string }[];
    expect(all.map(({ at }) => (SESSION_NOW - at) / DAY)).toEqual(old.slice(0, 50).map(([days]) => days));
    expect(all[0]?.line).toBe("é".repeat(200));
  });

  it("are none where only other sessions were removed, or a heartbeat stayed", async () => {
    const made = beats([1, OK], [2, OK], [3, OK], [10, OK]);
    const sessions = JSON.parse(made.index()) as Record<string, unknown>;
    sessions[main("x:heartbeats")] = { sessionId: "nofile", updatedAt: SESSION_NOW - 40 * DAY };
    writeIndex(made.base, sessions);
    writeAt(join(made.base, "b3.jsonl.lock"), "{}", 0);
    expect(await sweep(made)).toEqual([[main("x:heartbeats"), "trashed"]]);
    expect(readdirSync(stateOf(made))).not.toContain("heartbeats.json");
  });

  it.each([
    ["half a file", '{"version":1,"removed":[{"id":"x"', true],
    ["another shape", '{"version":1,"removed":"x"}', true],
    [
      "times of another shape",
      '{"version":1,"removed":[{"id":"x","at":"now","removedAt":1,"result":null,"line":null}]}',
      true,
    ],
    ["nothing", "", true],
    ["bytes that are not text", Buffer.from([0xff, 0xfe, 0]), true],
    ["a newer version", '{"version":2,"removed":{}}', false],
    ["more than ours ever has", Buffer.alloc(300_000, 0x20), false],
  ])("break no run where their file has %s", async (_, content, isReplaced) => {
    const made = beats([1, OK], [2, OK], [3, OK], [10, OK]);
    mkdirSync(stateOf(made), { mode: 0o700 });
    writeFileSync(fileOf(made), content);
    expect(await known(made)).toBeUndefined();
    const done = await prune(await scan({ ...made.options, disposal: "trash" }), made.options);
    expect([outcomesOf(done), done.status, done.bases[0]?.warnings]).toEqual([
      [[main("b3:heartbeat"), "trashed"]],
      "done",
      [],
    ]);
    expect(await known(made)).toEqual(isReplaced ? [ran("b3", 10)] : undefined);
    if (!isReplaced) expect(readFileSync(fileOf(made))).toEqual(Buffer.from(content));
  });

  it("break no run where a directory has the name of their file", async () => {
    const made = beats([1, OK], [2, OK], [3, OK], [10, OK]);
    mkdirSync(fileOf(made), { recursive: true, mode: 0o700 });
    const done = await prune(await scan({ ...made.options, disposal: "trash" }), made.options);
    expect([done.status, done.bases[0]?.warnings, await known(made)]).toEqual(["done", [], undefined]);
  });

  it("are shown as far as they are plausible: not of the future, and with texts of their length", async () => {
    const made = beats([1, OK]);
    mkdirSync(stateOf(made), { mode: 0o700 });
    const one = {
      id: "x".repeat(900),
      at: SESSION_NOW - DAY,
      removedAt: SESSION_NOW,
      result: "idle",
      line: "y".repeat(900),
    };
    const removed = [{ ...one, at: SESSION_NOW + 3 * DAY }, one, one];
    writeFileSync(fileOf(made), JSON.stringify({ version: 1, removed }));
    expect(await known(made)).toEqual([{ ...one, id: "x".repeat(200), line: "y".repeat(200) }]);
  });
});
