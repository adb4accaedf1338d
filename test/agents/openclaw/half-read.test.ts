// An entry that does not say which files are its own may be the one of any file: nothing that it could name goes.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../src/index.ts";
import { openclawStore, writeIndex, writeTranscript } from "../../support/openclaw-store.ts";
import { run } from "../../support/run.ts";
import { outcomesOf, SESSION_NOW, takenBy } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";
import { agent, ALL_HELD, holdsOn, OLD, store } from "./unreferenced.ts";

describe("nothing goes while a session of an index does not say which files are its own", () => {
  const LIVE = { sessionId: "live", updatedAt: SESSION_NOW - 1 };
  const half = (session: unknown): Record<string, unknown> => ({ "agent:main:main": LIVE, "agent:main:x": session });
  it.each([
    ["it is null", null],
    ["it is empty", {}],
    ["it is a list", [{ sessionId: "x" }]],
    ["it is a text", "x"],
    ["it is a number", 2],
    ["its id is null", { ...LIVE, sessionId: null }],
    ["its id is a number", { ...LIVE, sessionId: 5 }],
    ["its id is empty", { ...LIVE, sessionId: "" }],
    ["its id is a list", { ...LIVE, sessionId: ["x"] }],
    ["its id has a NUL", { ...LIVE, sessionId: "x\0" }],
    ["its id is too long", { ...LIVE, sessionId: "a".repeat(300) }],
    ["its id is below another field", { session: { id: "x" } }],
    ["it has a file and no id", { sessionFile: "/else/x.jsonl" }],
    ["its file is a number", { ...LIVE, sessionFile: 5 }],
  ])("%s: in the index of this agent, and of another one", async (_, session) => {
    const own = store();
    writeIndex(own.base, half(session));
    expect(await holdsOn(own)).toEqual(ALL_HELD);
    const other = store();
    writeIndex(agent(other, "ops"), half(session));
    expect(await holdsOn(other)).toEqual(ALL_HELD);
  });

  it.each([
    ["an id alone", { sessionId: "x" }],
    ["no file", { sessionId: "x", sessionFile: null }],
    ["a file elsewhere", { sessionId: "x", sessionFile: "/else/x.jsonl" }],
    ["an id that is as odd as its agent allows", { sessionId: "9._-x" }],
    ["no time that can be used", { sessionId: "x", updatedAt: "today" }],
  ])("and what no index names goes where it has %s", async (_, session) => {
    const own = store();
    writeIndex(own.base, half(session));
    expect(takenBy(await scan(own.options))).toEqual(OLD);
    const other = store();
    writeIndex(agent(other, "ops"), half(session));
    expect(takenBy(await scan(other.options))).toEqual(OLD);
  });

  it("and what is in another home goes", async () => {
    const [made, other] = [store(), store()];
    writeIndex(other.base, half(null));
    const options = { ...made.options, home: [made.home, other.home] };
    const planned = (await scan(options)).bases.flatMap(({ ref, entries }) =>
      entries.flatMap(({ judged, ruling }) => (ruling.action === "remove" ? [`${ref.home} ${judged.entry.id}`] : [])),
    );
    expect(planned.toSorted()).toEqual(OLD.map((id) => `${made.home} ${id}`));
  });

  it("between the plan and the move", async () => {
    const made = store();
    const plan = await scan(made.options);
    expect(takenBy(plan)).toEqual(OLD);
    writeIndex(made.base, half(null));
    const before = fingerprint(made.base);
    expect(new Map(outcomesOf(await prune(plan, made.options)))).toEqual(new Map(OLD.map((id) => [id, "changed"])));
    expect(diff(before, fingerprint(made.base))).toEqual([]);
  });

  it("and the reason says how many there are, and where", async () => {
    const made = store();
    writeIndex(agent(made, "ops"), { a: null, b: {}, c: LIVE });
    const why = async (): Promise<unknown> => {
      const rows = (await scan(made.options)).bases.flatMap(({ entries }) => entries);
      return rows.find(({ judged }) => judged.entry.id === "old")?.ruling.holds[0]?.sentence;
    };
    expect(await why()).toBe("2 unreadable entries in agents/ops/sessions/sessions.json may name it");
    writeIndex(made.base, half(null));
    expect(await why()).toBe("1 unreadable entry in sessions.json may name it");
  });

  it("with the command, which removes it once the session has an id", async () => {
    const made = openclawStore();
    const kept = writeTranscript(made.base, "old", 500);
    const said = async (...words: readonly string[]): Promise<string> => {
      return (await run([...words, "--agent", "openclaw"], { home: made.home, columns: 200 })).stdout;
    };
    writeIndex(made.base, half({}));
    expect(await said("sessions", "prune", "--yes")).toMatch(/kept .*1 whose use is not known/);
    expect(await said("explain", "old")).toMatch("1 unreadable entry in sessions.json may name it");
    expect(existsSync(kept)).toBe(true);
    writeIndex(made.base, half({ sessionId: "x" }));
    expect(await said("sessions", "prune", "--yes")).toMatch("Removed 1 session file");
    expect(existsSync(kept)).toBe(false);
  });
});
