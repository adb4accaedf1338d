// What must not cost a session a file: a part that cannot be taken, a limit of size, a name that a file system or the agent
// spells in another way.

import { existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { stemsOf } from "../../../../src/agents/hermes/sessions/names.ts";
import { scan, type ScanOptions } from "../../../../src/index.ts";
import { needSqlite, sqlite } from "../../../fs/sqlite/support.ts";
import { ageFile, SESSION_NOW, takenBy, unpackSessions, verdictsOf } from "../../../support/session-store.ts";

const DAY = 86_400_000;

function golden(): { readonly base: string; readonly database: string; readonly options: ScanOptions } {
  const { root, base } = unpackSessions("hermes", "hermes-home/sessions");
  const env = { HOME: root, HERMES_HOME: dirname(base) };
  const settings = { collect: ["hermes-sessions", "hermes-session-orphans"] };
  return { base, database: join(dirname(base), "state.db"), options: { env, now: () => SESSION_NOW, settings } };
}

function put(base: string, name: string, content: object): void {
  writeFileSync(join(base, name), JSON.stringify(content));
  ageFile(join(base, name), 100 * DAY);
}

const OLD = "2026-08-10T00:00:00";

describe("a session of which one file cannot be taken", () => {
  it.each<[string, (base: string) => void]>([
    ["has another name", (base) => linkSync(join(base, "session_janitor.json"), join(base, "mine.txt"))],
    ["is a link", (base) => symlinkSync("notes.json", join(base, "janitor.jsonl"))],
    ["is a directory", (base) => mkdirSync(join(base, "janitor.json"))],
  ])("keeps all of them where one %s, and another session goes", async (_how, spoil) => {
    const { base, options } = golden();
    expect(takenBy(await scan(options))).toContain("janitor");
    spoil(base);
    const taken = takenBy(await scan(options));
    expect(taken).not.toContain("janitor");
    expect(taken).toContain("20260701_090000_a1b2c3");
  });
});

describe("a limit of size", () => {
  it("takes no session before its retention has passed, and an expired one goes as ever", async () => {
    const { options } = golden();
    const limited = { ...options, settings: { ...options.settings, max_size: 1 } };
    const without = takenBy(await scan(options));
    expect(takenBy(await scan(limited))).toEqual(without);
    expect(takenBy(await scan({ ...limited, mode: "automatic" }))).toEqual(without);
    expect(verdictsOf(await scan({ ...limited, everything: true }))["20261120_100000_b2c3d4"]).toContain("keep");
  });
});

describe("a session without a row", () => {
  it("stays where sessions.json routes to it under the id that its file's name was made of", async () => {
    const { base, options } = golden();
    const name = (id: string): string => stemsOf(id).at(-1) ?? "";
    for (const id of ["telegram:1", "telegram:2"])
      put(base, `session_${name(id)}.json`, { session_id: id, last_updated: OLD });
    writeFileSync(join(base, "sessions.json"), JSON.stringify({ "agent:main": { session_id: "telegram:1" } }));
    const taken = takenBy(await scan(options));
    expect(taken).not.toContain(name("telegram:1"));
    expect(taken).toContain(name("telegram:2"));
  });
});

describe("a session without a row in this database", () => {
  it("stays where a profile with a database of its own keeps its sessions here by a link", async () => {
    const { base, options } = golden();
    const profile = join(dirname(base), "profiles/work");
    mkdirSync(profile, { recursive: true });
    expect(takenBy(await scan(options))).toContain("20260609_070000_e5f6a7");
    symlinkSync("../../sessions", join(profile, "sessions"));
    expect(takenBy(await scan(options))).not.toContain("20260609_070000_e5f6a7");
  });
});

describe("two sessions whose names differ in nothing that every file system tells apart", () => {
  beforeEach(needSqlite);

  it.each([
    ["capitals", "Daily", "daily"],
    ["the form of Unicode", "caf\u{e9}", "cafe\u{301}"],
  ])("keep a transcript that may be that of the open one: %s", async (_how, ended, open) => {
    const { base, database, options } = golden();
    const row = `(select started_at from sessions where id = 'janitor')`;
    const add = (id: string, end: string): string =>
      `insert into sessions (id, source, started_at, ended_at) values ('${id}', 'cli', ${row}, ${end});`;
    sqlite(database, add(ended, row));
    put(base, `${ended}.jsonl`, { timestamp: OLD });
    expect(takenBy(await scan(options))).toContain(ended);
    sqlite(database, add(open, "null"));
    expect(takenBy(await scan(options))).not.toContain(ended);
    expect(existsSync(join(base, `${ended}.jsonl`))).toBe(true);
  });
});
