// Which files make an entry, what they have to say before they count as old, and that whatever is in doubt stays.

import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../src/index.ts";
import { children } from "../../../src/fs/listing.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import { idsOf, sessionFile } from "../../../src/agents/openclaw/files.ts";
import { openclawSessions } from "../../../src/agents/openclaw/kinds/sessions/index.ts";
import {
  type OpenclawStore,
  openclawStore,
  setAge,
  stampOf,
  writeAt,
  writeIndex,
  writeTranscript,
} from "../../support/openclaw-store.ts";
import { outcomesOf, SESSION_NOW, takenBy, verdictsOf } from "../../support/session-store.ts";

const UUID = "0e0e0e0e-1111-4222-8333-444455556666";

/** The verdict on a file; what has none is foreign, or the agent's own. */
async function verdictOn({ options }: OpenclawStore, id: string): Promise<string | undefined> {
  return verdictsOf(await scan({ ...options, everything: true }))[id];
}

const STALE = "stale unused, expired: remove";
const LIVE = "live not-applicable, no rule: keep";

describe("a name", () => {
  it.each([
    ["sessions.json", "own"],
    ["sessions.json.lock", "own"],
    ["a.jsonl.lock", "own"],
    ["a.jsonl", "transcript"],
    ["a-topic-7.jsonl", "transcript"],
    ["a.b_c-d%20.jsonl", "transcript"],
    ["a.trajectory.jsonl", "trajectory"],
    ["a.trajectory-path.json", "pointer"],
    [`a.checkpoint.${UUID}.jsonl`, "checkpoint"],
    ["a.jsonl.deleted.2026-10-17T12-00-00.000Z", "archive"],
    ["a.jsonl.reset.2026-10-17T12-00-00Z", "archive"],
    [`sessions.json.${UUID}.tmp`, "temporary"],
    [`sessions.json.17.${UUID}.tmp`, "temporary"],
    [".hidden.jsonl", null],
    ["-a.jsonl", null],
    ["a b.jsonl", null],
    ["a.jsonl.bak", null],
    ["a.jsonl.deleted", null],
    ["a.jsonl.deleted.yesterday", null],
    ["a.jsonl.deleted.2026-10-17T12-00-00.000Z.gz", null],
    ["sessions.json.tmp", null],
    ["sessions.json.bak.1780000000000", null],
    ["sessions-2026.json.gz", null],
    ["notes.txt", null],
    [`${"a".repeat(251)}.jsonl`, null],
  ])("%s is of the kind %s", (name, kind) => {
    expect(sessionFile(name)?.kind ?? null).toBe(kind);
  });

  it("of a transcript may hold a topic, or an id that looks like one", () => {
    expect(idsOf("a")).toEqual(["a"]);
    expect(idsOf("a-topic-b-topic-c")).toEqual(["a-topic-b-topic-c", "a", "a-topic-b"]);
  });

  it.each([
    ["a", ["a.jsonl"], true],
    ["a", ["a.jsonl", "a.trajectory.jsonl", `a.checkpoint.${UUID}.jsonl`], true],
    ["a", ["a.trajectory.jsonl"], false],
    ["a", ["a.jsonl", "b.trajectory.jsonl"], false],
    ["a", ["a.jsonl", "a.jsonl"], false],
    ["b", ["a.jsonl"], false],
    ["a", ["a.jsonl", "sessions.json"], false],
    ["sessions.json", ["sessions.json"], false],
    ["../a", ["../a.jsonl"], false],
    [`sessions.json.${UUID}.tmp`, [`sessions.json.${UUID}.tmp`], true],
    ["a.jsonl.reset.2026-10-17T12-00-00Z", ["a.jsonl.reset.2026-10-17T12-00-00Z"], true],
    ["a", ["a.jsonl.reset.2026-10-17T12-00-00Z"], false],
  ])("is checked in a plan: %s at %j: %s", (id, places, expected) => {
    expect(openclawSessions.isEntry?.(id, places)).toBe(expected);
  });
});

describe("a transcript that no session names", () => {
  it("goes with its trajectory and its checkpoints, and its twin of 29 days stays", async () => {
    const store = openclawStore();
    const { base } = store;
    writeTranscript(base, "old", 31);
    writeAt(join(base, "old.trajectory.jsonl"), '{"type":"run"}\n', 31);
    writeTranscript(base, `old.checkpoint.${UUID}`, 35, "another");
    writeTranscript(base, "young", 29);
    const plan = await scan(store.options);
    expect(takenBy(plan)).toEqual(["old"]);
    expect(plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === "old")?.judged.entry.members).toHaveLength(
      3,
    );
    expect(plan.bases[0]?.foreign).toEqual([]);
  });

  it.each([
    ["its file", (base: string) => setAge(join(base, "old.jsonl"), 3)],
    ["its trajectory", (base: string) => writeAt(join(base, "old.trajectory.jsonl"), "{}\n", 3)],
    [
      "a record of its trajectory",
      (base: string) => {
        const timestamp = stampOf(3).replace(/T(\d\d)-(\d\d)-/, "T$1:$2:");
        writeAt(join(base, "old.trajectory.jsonl"), `${JSON.stringify({ timestamp })}\n`, 40);
      },
    ],
    ["its checkpoint", (base: string) => writeTranscript(base, `old.checkpoint.${UUID}`, 3, "another")],
  ])("is as young as %s", async (_, touch) => {
    const store = openclawStore();
    writeTranscript(store.base, "old", 40);
    expect(await verdictOn(store, "old")).toBe(STALE);
    touch(store.base);
    expect(await verdictOn(store, "old")).toBe(LIVE);
  });

  const header = '{"type":"session","id":"old","timestamp":"2026-10-01T00:00:00.000Z"}\n';
  it.each([
    ["is cut off", `${header}{"type":"mess`, "not-json"],
    ["has a line without an object", `${header}7\n`, "not-json"],
    ["begins with a byte order mark", `\ufeff${header}`, "not-json"],
    ["is not UTF-8", Buffer.concat([Buffer.from(header), Buffer.from([0x22, 0xff, 0x22])]), "not-json"],
    ["is of another session", header.replace("old", "new"), "other-name"],
    ["has no first line of a session", header.replace("session", "message"), "other-name"],
    ["has no time", '{"type":"session","id":"old"}\n', "no-usable-time"],
    ["has a time of ten years ahead", `${header}{"timestamp":"2036-10-01T00:00:00.000Z"}\n`, "no-usable-time"],
    ["has a time of ten years ago", header.replace("2026", "2016"), "no-usable-time"],
    ["has a time without a zone", header.replace("000Z", "000"), "no-usable-time"],
    ["has a time in seconds", `${header}{"message":{"timestamp":1790000000}}\n`, "no-usable-time"],
    ["has a trajectory of another session", header, "other-name"],
  ])("is kept where it %s", async (what, text, reason) => {
    const store = openclawStore();
    writeAt(join(store.base, "old.jsonl"), text, 40);
    if (what.includes("trajectory")) writeAt(join(store.base, "old.trajectory-path.json"), '{"sessionId":"x"}', 40);
    expect(await verdictOn(store, "old")).toBe(`unidentified ${reason}, no rule: keep`);
  });

  it.each([
    ["a deeply nested line", `${header}{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}\n`],
    ["a key __proto__", `${header}{"__proto__":{"timestamp":"2036-10-01T00:00:00.000Z"}}\n`],
    ["no end of its last line", header.trimEnd()],
    ["an empty line", `${header}\n`],
  ])("goes with %s", async (_, text) => {
    const store = openclawStore();
    writeAt(join(store.base, "old.jsonl"), text, 40);
    expect(await verdictOn(store, "old")).toBe(STALE);
  });

  it("is kept where it is huge", async () => {
    const store = openclawStore();
    writeTranscript(store.base, "old", 40);
    truncateSync(join(store.base, "old.jsonl"), 2 ** 30);
    setAge(join(store.base, "old.jsonl"), 40);
    expect(await verdictOn(store, "old")).toBe("unidentified too-large, no rule: keep");
  });

  it("is debris of a day where it is empty, and kept where its trajectory is not", async () => {
    const store = openclawStore();
    writeAt(join(store.base, "old.jsonl"), "", 1.001);
    writeAt(join(store.base, "young.jsonl"), "", 0.999);
    writeAt(join(store.base, "two.jsonl"), "", 40);
    writeAt(join(store.base, "two.trajectory.jsonl"), "{}\n", 40);
    expect(takenBy(await scan(store.options))).toEqual(["old"]);
    expect(await verdictOn(store, "two")).toMatch("unidentified other-name");
  });

  it("is kept while its lock is there, however old that is", async () => {
    const store = openclawStore();
    writeTranscript(store.base, "old", 40);
    writeAt(join(store.base, "old.jsonl.lock"), "{}", 300);
    expect(await verdictOn(store, "old")).toBe("stale unused, expired: keep (busy)");
    rmSync(join(store.base, "old.jsonl.lock"));
    expect(await verdictOn(store, "old")).toBe(STALE);
  });

  it("has the lock that its base was listed with at the first look, and any lock at a later one", async () => {
    const { base } = openclawStore();
    for (const name of ["first", "late"]) writeTranscript(base, name, 40);
    const lock = (name: string): string => join(base, `${name}.jsonl.lock`);
    writeAt(lock("first"), "{}", 0);
    const { entries } = await openclawSessions.discover(base, children(bytePath(base)), SESSION_NOW);
    writeAt(lock("late"), "{}", 0);
    const locksAt = (justListed: boolean): unknown =>
      entries
        .filter(({ id }) => id !== "live")
        .map((entry) =>
          openclawSessions
            .inspect(entry, { freshAfter: null, locks: false, claims: false, justListed, now: SESSION_NOW })
            .locks.map(({ path }) => path),
        );
    expect(locksAt(true)).toEqual([[lock("first")], []]);
    expect(locksAt(false)).toEqual([[lock("first")], [lock("late")]]);
    expect(locksAt(true)).toEqual([[lock("first")], [lock("late")]]);
  });

  it("is kept by a lock that appears after the plan was made, and another one goes", async () => {
    const store = openclawStore();
    for (const name of ["locked", "other"]) writeTranscript(store.base, name, 40);
    const plan = await scan(store.options);
    expect(takenBy(plan)).toEqual(["locked", "other"]);
    writeAt(join(store.base, "locked.jsonl.lock"), "{}", 0);
    expect(outcomesOf(await prune(plan, store.options))).toEqual([
      ["locked", "changed"],
      ["other", "trashed"],
    ]);
  });

  it.each([
    [
      "a link",
      (path: string) => {
        renameSync(path, `${path}.moved`);
        symlinkSync(`${path}.moved`, path);
      },
    ],
    ["a second name of it", (path: string) => linkSync(path, `${path}.twice`)],
    [
      "a directory",
      (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ])("is left alone where a part of it is %s", async (_, spoil) => {
    for (const name of ["old.jsonl", "old.trajectory.jsonl"]) {
      const store = openclawStore();
      writeTranscript(store.base, "old", 40);
      writeAt(join(store.base, "old.trajectory.jsonl"), "{}\n", 40);
      spoil(join(store.base, name));
      const plan = await scan({ ...store.options, everything: true });
      expect(verdictsOf(plan)["old"]).toBeUndefined();
      expect(plan.bases[0]?.foreign).toContain("old.trajectory.jsonl");
    }
  });

  it("is needed for a trajectory to go", async () => {
    const store = openclawStore();
    writeAt(join(store.base, "old.trajectory.jsonl"), "{}\n", 40);
    writeTranscript(store.base, `old.checkpoint.${UUID}`, 40);
    const plan = await scan({ ...store.options, everything: true });
    expect(plan.bases[0]?.foreign).toEqual([`old.checkpoint.${UUID}.jsonl`, "old.trajectory.jsonl"]);
  });

  it.each(["no%75l", "a".repeat(249)])("goes under a name as long and odd as its agent makes it: %s", async (name) => {
    const store = openclawStore();
    writeTranscript(store.base, name, 40);
    expect(await verdictOn(store, name)).toBe(STALE);
  });
});

describe("an archive", () => {
  it.each([
    [31, 31, STALE],
    [31, 29, LIVE],
    [29, 31, LIVE],
    [-3650, 31, "unidentified no-usable-time, no rule: keep"],
    [4000, 31, "unidentified no-usable-time, no rule: keep"],
  ])("of %d days by its name and %d by its file: %s", async (name, file, expected) => {
    const store = openclawStore();
    for (const how of ["deleted", "reset"]) {
      const archive = `old.jsonl.${how}.${stampOf(name)}`;
      // What is in it does not matter: its agent has no use for it.
      writeAt(join(store.base, archive), "{", file);
      expect(await verdictOn(store, archive)).toBe(expected);
    }
  });

  it("with a day that no month has is kept", async () => {
    const store = openclawStore();
    const archive = "old.jsonl.reset.2026-09-31T12-00-00.000Z";
    writeAt(join(store.base, archive), "{}", 50);
    expect(await verdictOn(store, archive)).toMatch("no-usable-time");
  });

  it("goes although its session goes on, and stays where a session names itself", async () => {
    const store = openclawStore();
    const archive = `live.jsonl.reset.${stampOf(40)}`;
    writeAt(join(store.base, archive), "{}", 40);
    expect(await verdictOn(store, archive)).toBe(STALE);
    writeIndex(store.base, { "agent:main:main": { sessionId: "live", sessionFile: archive } });
    expect(await verdictOn(store, archive)).toBe("stale unused, expired: keep (active)");
  });
});

it("a file with a name that is not UTF-8 is foreign", async () => {
  const { base, options } = openclawStore();
  writeFileSync(Buffer.concat([Buffer.from(`${base}/old`), Buffer.from([0xff]), Buffer.from(".jsonl")]), "{}");
  expect((await scan(options)).bases[0]?.foreign).toHaveLength(1);
});
