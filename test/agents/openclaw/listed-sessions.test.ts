// What the listing of an index said of a session serves the first look at it, and no other.

import { describe, expect, it } from "vitest";
import { openclawSessionEntries } from "../../../src/agents/openclaw/kinds/entries/index.ts";
import { children } from "../../../src/fs/listing.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { scan } from "../../../src/index.ts";
import { openclawStore, setAge, writeIndex } from "../../support/openclaw-store.ts";
import { SESSION_NOW } from "../../support/session-store.ts";
import { main, store } from "./entries/store.ts";

const DAY = 86_400_000;
const KEY = main("direct:a");

function index(days: number): Readonly<Record<string, unknown>> {
  return { [KEY]: { sessionId: "none", updatedAt: SESSION_NOW - days * DAY } };
}

/** Its only session, as it was when it was 40 days old. */
async function listed(base: string): Promise<Entry> {
  writeIndex(base, index(40));
  setAge(`${base}/sessions.json`, 1);
  const found = await openclawSessionEntries.discover(base, children(bytePath(base)), SESSION_NOW);
  const [entry] = found.entries;
  if (entry === undefined) throw new Error("no session");
  return entry;
}

function inspected(entry: Entry, justListed: boolean): Inspection {
  return openclawSessionEntries.inspect(entry, {
    freshAfter: null,
    locks: false,
    claims: false,
    justListed,
    now: SESSION_NOW,
  });
}

describe("a session of an index", () => {
  it("is what it was listed as at the first look, and not found any more at a later one where it has changed", async () => {
    const { base } = openclawStore();
    const entry = await listed(base);
    writeIndex(base, index(1));
    expect(inspected(entry, true).lastUse?.at).toBe(SESSION_NOW - 40 * DAY);
    expect(inspected(entry, true).reading).toMatchObject({ kind: "unidentified" });
  });

  it.each([
    ["found", "it is as it was listed", 40],
    ["not found", "it has changed since", 1],
  ])("is %s in a check before a removal where %s", async (isFound, _, days) => {
    const { base } = openclawStore();
    const entry = await listed(base);
    writeIndex(base, index(days));
    const { reading } = inspected(entry, false);
    expect(reading.kind).toBe(isFound === "found" ? "not-applicable" : "unidentified");
  });

  it("has the size of its text, with that of its files where it has some", async () => {
    const made = store({ [KEY]: { sessionId: "none" }, [main("direct:b")]: { sessionId: "whole" } });
    const plan = await scan({ ...made.options, everything: true });
    const rows = plan.bases
      .flatMap(({ entries }) => entries)
      .filter(({ judged }) => judged.entry.id.includes("direct"));
    const [a, b] = rows.toSorted((one, other) => (one.judged.entry.id < other.judged.entry.id ? -1 : 1));
    const text = /"agent:main:direct:a": \{[^}]*\}/.exec(made.index())?.[0] ?? "";
    expect([a?.judged.bytes, a?.judged.files]).toEqual([text.length, 0]);
    expect([(b?.judged.bytes ?? 0) > 1024, b?.judged.files]).toEqual([true, 1]);
  });
});
