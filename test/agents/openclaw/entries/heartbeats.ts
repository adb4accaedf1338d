// Heartbeats that found nothing to do go after a week, where three of them are newer.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../../src/index.ts";
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
