// The sessions that Hermes' own code wrote: every row of the store, with its database and without, and the way to the trash
// and back.

import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { hermesSessions } from "../../../../src/agents/hermes/kinds/sessions/index.ts";
import { bytePath, lstat } from "../../../../src/fs/syscalls.ts";
import { prune, restore, scan, type ScanOptions } from "../../../../src/index.ts";
import {
  ageFile,
  outcomesOf,
  SESSION_NOW,
  takenBy,
  unpackSessions,
  verdictsOf,
} from "../../../support/session-store.ts";
import { diff, fingerprint } from "../../../support/tree.ts";

const DAY = 86_400_000;

interface Store {
  readonly base: string;
  readonly database: string;
  readonly options: ScanOptions;
}

function golden(name = "hermes"): Store {
  const { root, base } = unpackSessions(name, "hermes-home/sessions");
  const options = { env: { HOME: root, HERMES_HOME: join(root, "hermes-home") }, now: () => SESSION_NOW };
  return {
    base,
    database: join(dirname(base), "state.db"),
    options: { ...options, settings: { collect: ["hermes-sessions"] } },
  };
}

/** What differs now: the time of the directory itself does not count. */
function changes(before: ReturnType<typeof fingerprint>, base: string): readonly string[] {
  return diff(before, fingerprint(base))
    .map((line) => line.replace(/:.*/, ""))
    .filter((line) => line !== "~ .");
}

const ALL = { collect: ["hermes-sessions", "hermes-session-orphans"] };

const TAKEN = ["20260701_090000_a1b2c3", "20260703_090000_00aa11bb", "janitor"];
const DEBRIS = [".sessions_ab12cd.tmp", "session_20260801_000000_999999.json"];

/** What holds each session that is not removed although it is old. */
const HELD = {
  "20260601_080000_c3d4e5": "stale unused, expired: keep (active)",
  "20260702_090000_d4e5f6a7": "stale unused, expired: keep (active)",
  "20260620_070000_f6a7b8": "stale unused, expired: keep (active)",
};

describe("the store that Hermes wrote", () => {
  it("is judged as is written there", async () => {
    const { options } = golden();
    const plan = await scan({ ...options, everything: true });
    expect(verdictsOf(plan)).toEqual({
      "20260701_090000_a1b2c3": "stale unused, expired: remove",
      "20260703_090000_00aa11bb": "stale unused, expired: remove",
      "janitor": "stale unused, expired: remove",
      "20260609_070000_e5f6a7": "stale unused, expired: keep (not-enabled)",
      "20260301_000000_0a0a0a": "stale unused, expired: keep (active) (not-enabled)",
      "20261120_100000_b2c3d4": "live not-applicable, no rule: keep",
      "janitor_2026": "live not-applicable, no rule: keep",
      "20260620_080000_f7b8c9": "live not-applicable, no rule: keep",
      "20260801_120000_0f0f0f": "live not-applicable, no rule: keep",
      "session_20260801_000000_999999.json": "debris empty, empty: remove",
      "session_20261126_115900_888888.json": "debris empty, no rule: keep",
      "20260802_000000_777777": "unidentified not-json, no rule: keep",
      ".sessions_ab12cd.tmp": "debris left-while-writing, debris: remove",
      ...HELD,
    });
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual(["archive", "notes.json", "sessions.json"]);
    expect(takenBy(await scan(options))).toEqual([...DEBRIS.slice(0, 1), ...TAKEN, ...DEBRIS.slice(1)]);
  });

  it("takes each session with all its files, and not the dump of one whose name is longer", async () => {
    const { base, options } = golden();
    const before = fingerprint(base);
    const result = await prune(await scan({ ...options, disposal: "trash" }), options);
    expect(Object.fromEntries(outcomesOf(result))).toEqual(
      Object.fromEntries([...TAKEN, ...DEBRIS].map((id) => [id, "trashed"])),
    );
    expect(changes(before, base).toSorted()).toEqual(
      [
        "- .sessions_ab12cd.tmp",
        "- 20260703_090000_00aa11bb.jsonl",
        "- request_dump_20260701_090000_a1b2c3_20260701_131200_000001.json",
        "- request_dump_20260701_090000_a1b2c3_20260701_132624_000002.json",
        "- request_dump_20260703_090000_00aa11bb_20260704_120000_000000.json",
        "- request_dump_janitor_20260730_000000_000000.json",
        "- session_20260701_090000_a1b2c3.json",
        "- session_20260801_000000_999999.json",
        "- session_janitor.json",
      ].toSorted(),
    );
    const back = await restore({ ...options, ids: [...TAKEN, ...DEBRIS] });
    expect(back.rows.map(({ outcome }) => outcome)).toEqual(Array(5).fill("restored"));
    expect(changes(before, base)).toEqual([]);
  });

  it("takes those without a row where their kind is collected by its name, and none that is older than the database", async () => {
    const { options } = golden();
    const plan = await scan({ ...options, settings: ALL });
    expect(takenBy(plan)).toContain("20260609_070000_e5f6a7");
    expect(takenBy(plan)).not.toContain("20260301_000000_0a0a0a");
    const named = await scan({ ...options, settings: { collect: [] }, agent: "hermes" });
    expect(takenBy(named)).toEqual([...DEBRIS.slice(0, 1), ...TAKEN, ...DEBRIS.slice(1)]);
  });

  it("takes none without a row where another copy of the database lies about", async () => {
    const { database, options } = golden();
    copyFileSync(database, `${database}.corrupt-20260901`);
    expect(verdictsOf(await scan({ ...options, settings: ALL }))["20260609_070000_e5f6a7"]).toBe(
      "stale unused, expired: keep (active)",
    );
  });
});

describe("the database", () => {
  it("counts with what its log has and it has not: a session that was reopened stays", async () => {
    const { database, options } = golden("hermes-wal");
    const reopened = async (): Promise<string | undefined> => verdictsOf(await scan(options))["20260701_090000_a1b2c3"];
    expect(await reopened()).toBe("stale unused, expired: keep (active)");
    truncateSync(`${database}-wal`, 2000);
    expect(await reopened()).toBe("stale unused, expired: remove");
  });

  it.each([
    ["is cut off", (path: string) => truncateSync(path, 3000)],
    ["is gone", (path: string) => rmSync(path)],
    ["is empty", (path: string) => truncateSync(path, 0)],
    ["is another file", (path: string) => writeFileSync(path, "SQLite format 3\0".padEnd(4096, "x"))],
    ["is being written", (path: string) => writeFileSync(`${path}-journal`, Buffer.alloc(512, 0xd9))],
  ])("holds every session where it %s", async (_how, spoil) => {
    const { base, database, options } = golden();
    spoil(database);
    const before = fingerprint(dirname(base));
    const plan = await scan({ ...options, settings: ALL, everything: true });
    const rows = Object.entries(verdictsOf(plan));
    expect(takenBy(plan)).toEqual([]);
    expect(rows.filter(([, text]) => text.startsWith("stale")).map(([, text]) => text)).toEqual(
      Array(8).fill("stale unused, expired: keep (witness)"),
    );
    expect(diff(before, fingerprint(dirname(base)))).toEqual([]);
  });

  it.each([
    ["is cut off", '{"agent:main": {"session_id": "2026'],
    ["is a list", "[]"],
    ["names a session by a number", '{"agent:main": {"session_id": 20260701}}'],
    ["names one by nothing", '{"agent:main": {"session_id": null}}'],
  ])("is not enough where the routing %s", async (_how, text) => {
    const { base, options } = golden();
    writeFileSync(join(base, "sessions.json"), text);
    expect(takenBy(await scan({ ...options, settings: ALL }))).toEqual([]);
  });

  it("is enough where the routing explains itself, and names no session beside it", async () => {
    const { base, options } = golden();
    writeFileSync(join(base, "sessions.json"), '{"_README": "do not edit", "agent:main": {"platform": "cli"}}');
    expect(takenBy(await scan(options))).toContain("janitor");
  });

  it("is asked again before the move: a session that was reopened since stays, and its twin goes", async () => {
    const { database, options } = golden();
    const plan = await scan(options);
    const wal = golden("hermes-wal").database;
    for (const suffix of ["", "-wal"]) writeFileSync(`${database}${suffix}`, readFileSync(`${wal}${suffix}`));
    expect(Object.fromEntries(outcomesOf(await prune(plan, options)))).toMatchObject({
      "20260701_090000_a1b2c3": "changed",
      "20260703_090000_00aa11bb": "removed",
      "janitor": "removed",
    });
  });
});

describe("request dumps by themselves", () => {
  const settings = { collect: ["hermes-sessions", "hermes-session-dumps"], retention_days: 0 };

  it("go a fortnight after they were written, of sessions that have ended", async () => {
    const { options } = golden();
    const collect = ["hermes-session-dumps"];
    expect(takenBy(await scan({ ...options, settings: { collect } }))).toEqual([
      "request_dump_20260701_090000_a1b2c3_20260701_131200_000001.json",
      "request_dump_20260701_090000_a1b2c3_20260701_132624_000002.json",
      "request_dump_20260703_090000_00aa11bb_20260704_120000_000000.json",
      "request_dump_janitor_20260730_000000_000000.json",
    ]);
  });

  it("stay where nothing goes for its age", async () => {
    const { options } = golden();
    expect(takenBy(await scan({ ...options, settings })).filter((id) => id.startsWith("request"))).toEqual([]);
  });
});

describe("another file", () => {
  it("stays, and what could be that of a session but says another id, or nothing, is kept and named", async () => {
    const { base, options } = golden();
    const put = (name: string, text: string): void => {
      const path = join(base, name);
      writeFileSync(path, text);
      ageFile(path, 200 * DAY);
    };
    const says = (id: string): string => JSON.stringify({ session_id: id, last_updated: "2026-05-01T00:00:00" });
    put("janitor.json", says("janitor"));
    put("request_dump_janitor_20260801_000000_000000.json", says("another"));
    put("session_20260801_000000_abcdef.json", `{"session_id": "a", "session_id": "20260801_000000_abcdef"}`);
    put("session_20260801_000000_abcde0.json", `\u{feff}${says("20260801_000000_abcde0")}`);
    put("session_20260801_000000_abcde1.json", "[".repeat(10_000));
    put("session_..__..__etc.json", says("../../etc"));
    put("session_.json", says(""));
    put(`session_${"x".repeat(240)}.json`, says("x".repeat(240)));
    symlinkSync(join(base, "session_janitor.json"), join(base, "session_20260801_000000_abcde2.json"));
    linkSync(join(base, "session_20260609_070000_e5f6a7.json"), join(base, "other.json"));
    mkdirSync(join(base, "session_20260801_000000_abcde3.json"));
    const plan = await scan({ ...options, settings: ALL, everything: true });
    expect(verdictsOf(plan)).toMatchObject({
      "janitor": "unidentified other-name, no rule: keep",
      "20260801_000000_abcdef": "unidentified repeated-key, no rule: keep",
      "20260801_000000_abcde0": "unidentified not-json, no rule: keep",
      "20260801_000000_abcde1": "unidentified not-json, no rule: keep",
    });
    expect(takenBy(plan)).not.toContain("janitor");
    const foreign = plan.bases.flatMap((one) => one.foreign);
    for (const name of ["session_20260801_000000_abcde2.json", "session_20260801_000000_abcde3.json", "other.json"])
      expect(foreign).toContain(name);
    const before = fingerprint(base);
    await prune(plan, options);
    for (const line of changes(before, base)) expect(line).not.toMatch(/janitor|abcde|other|\.\.|session_\.json/);
  });

  it("is all that there is in a folder that is a link to another place without a database", async () => {
    const { base, options } = golden();
    const elsewhere = `${base}-elsewhere`;
    mkdirSync(elsewhere);
    renameSync(base, join(elsewhere, "sessions"));
    symlinkSync(join(elsewhere, "sessions"), base);
    expect(takenBy(await scan({ ...options, settings: ALL }))).toEqual([]);
  });

  it("stays where the clock is ten years slow, and what is in use stays where it is ten years fast", async () => {
    const { options } = golden();
    const years = 10 * 365 * DAY;
    expect(takenBy(await scan({ ...options, now: () => SESSION_NOW - years, settings: ALL }))).toEqual([]);
    const fast = takenBy(await scan({ ...options, now: () => SESSION_NOW + years, settings: ALL }));
    for (const id of ["janitor_2026", "20260601_080000_c3d4e5", "20260702_090000_d4e5f6a7"])
      expect(fast).not.toContain(id);
  });
});

it("a file that a plan names by itself is kept where it is neither empty nor temporary", () => {
  const { base } = golden();
  const look = { freshAfter: null, locks: false, claims: false, now: SESSION_NOW };
  const reading = (name: string): string => {
    const { identity } = lstat(bytePath(join(base, name)));
    const members = [{ path: join(base, name), place: name, identity }] as const;
    return hermesSessions.inspect({ base, store: "hermes-sessions", id: name, members }, look).reading.kind;
  };
  expect(reading("session_20260609_070000_e5f6a7.json")).toBe("unidentified");
  expect(reading("session_20260801_000000_999999.json")).toBe("debris");
  expect(reading(".sessions_ab12cd.tmp")).toBe("debris");
});
