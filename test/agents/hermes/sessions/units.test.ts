// The files of a session under both names that an id may have: as it is, and made safe. They are one entry, and what makes
// that impossible keeps all of them, also where it shows only at the moment of the move.

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { stemsOf } from "../../../../src/agents/hermes/sessions/names.ts";
import { prune, restore, scan, type ScanOptions } from "../../../../src/index.ts";
import { needSqlite, sqlite } from "../../../fs/sqlite/support.ts";
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
const ID = "cron:daily report";
const SAFE = stemsOf(ID).find((stem) => stem !== ID) ?? "";
const FILES = [`session_${ID}.json`, `session_${SAFE}.json`, `request_dump_${SAFE}_20260801_000000_000000.json`];
const ORPHAN = "20260609_070000_e5f6a7";

interface Store {
  readonly base: string;
  readonly database: string;
  readonly options: ScanOptions;
}

function golden(): Store {
  const { root, base } = unpackSessions("hermes", "hermes-home/sessions");
  const env = { HOME: root, HERMES_HOME: dirname(base) };
  const settings = { collect: ["hermes-sessions", "hermes-session-orphans"] };
  return { base, database: join(dirname(base), "state.db"), options: { env, now: () => SESSION_NOW, settings } };
}

function put(base: string, name: string, id = ID): void {
  writeFileSync(join(base, name), JSON.stringify({ session_id: id, last_updated: "2026-08-10T00:00:00" }));
  ageFile(join(base, name), 100 * DAY);
}

function addRow(database: string, id: string, ended = true): void {
  const at = `(select started_at from sessions where id = 'janitor')`;
  sqlite(
    database,
    `insert into sessions (id, source, started_at, ended_at) values ('${id}', 'cli', ${at}, ${ended ? at : "null"});`,
  );
}

function isOurs(row: string): boolean {
  return row.includes("cron");
}

describe.each<[string, (store: Store) => void]>([
  ["with a row", ({ database }) => addRow(database, ID)],
  ["without a row", () => undefined],
])("a session %s whose files have the raw and the safe name", (_how, addTo) => {
  beforeEach(needSqlite);

  function store(): Store {
    const made = golden();
    for (const name of FILES) put(made.base, name);
    addTo(made);
    return made;
  }

  it("is one entry, which goes to the trash whole and comes back", async () => {
    const { base, options } = store();
    const before = fingerprint(base);
    const plan = await scan({ ...options, what: [ID], disposal: "trash" });
    expect(takenBy(plan)).toEqual([ID]);
    expect(outcomesOf(await prune(plan, options))).toEqual([[ID, "trashed"]]);
    expect(readdirSync(base).filter(isOurs)).toEqual([]);
    await restore({ ...options, ids: [ID] });
    expect(diff(before, fingerprint(base)).filter((line) => !line.startsWith("~ .:"))).toEqual([]);
  });

  it("stays whole where a file of either name is a link, and another session goes", async () => {
    for (const stem of [ID, SAFE]) {
      const { base, options } = store();
      symlinkSync("notes.json", join(base, `${stem}.jsonl`));
      const taken = takenBy(await scan(options));
      expect(taken.filter(isOurs)).toEqual([]);
      expect(taken).toContain(ORPHAN);
    }
  });

  it("stays whole where one of its files says that it is of another session", async () => {
    const { base, options } = store();
    put(base, `session_${SAFE}.json`, SAFE);
    const verdicts = verdictsOf(await scan({ ...options, everything: true }));
    expect(Object.entries(verdicts).filter(([id]) => isOurs(id))).toEqual([
      [ID, "unidentified other-name, no rule: keep"],
    ]);
  });

  it("stays whole where a link takes the name of one of its files after the plan, and another session goes", async () => {
    const { base, options } = store();
    const plan = await scan({ ...options, disposal: "trash" });
    symlinkSync("notes.json", join(base, `${SAFE}.jsonl`));
    expect(Object.fromEntries(outcomesOf(await prune(plan, options)))).toMatchObject({
      [ID]: "changed",
      [ORPHAN]: "trashed",
    });
    expect(readdirSync(base).filter(isOurs).toSorted()).toEqual([...FILES, `${SAFE}.jsonl`].toSorted());
  });
});

describe("a file without a time in it", () => {
  beforeEach(needSqlite);

  it("goes by the time of the file and of its row, whichever is later", async () => {
    const { base, database, options } = golden();
    for (const id of ["none_old", "none_young"]) {
      addRow(database, id);
      writeFileSync(join(base, `session_${id}.json`), JSON.stringify({ session_id: id }));
      ageFile(join(base, `session_${id}.json`), (id === "none_old" ? 100 : 10) * DAY);
    }
    const taken = async (): Promise<readonly string[]> =>
      takenBy(await scan(options)).filter((id) => id.startsWith("none"));
    expect(await taken()).toEqual(["none_old"]);
    sqlite(database, `update sessions set ended_at = ${SESSION_NOW / 1000 - 86_400} where id = 'none_old';`);
    expect(await taken()).toEqual([]);
  });
});

describe("sessions of which two may have one file", () => {
  beforeEach(needSqlite);

  it("stay with all their other files, and go where only one of them is there", async () => {
    const { base, database, options } = golden();
    addRow(database, "Caf\u{e9}:1");
    put(base, "Caf\u{e9}:1.jsonl", "Caf\u{e9}:1");
    for (const id of ["Caf\u{e9}:1", "caf\u{e9}:1"]) put(base, `session_${stemsOf(id).at(-1) ?? ""}.json`, id);
    const taken = async (): Promise<readonly string[]> => takenBy(await scan(options)).filter((id) => /caf/i.test(id));
    expect(await taken()).toContain("Caf\u{e9}:1");
    addRow(database, "caf\u{e9}:1", false);
    expect(await taken()).toEqual([]);
  });
});

describe("a session without a row", () => {
  it("stays where a profile begins to keep its sessions here after the plan, and goes where it does not", async () => {
    for (const links of [true, false]) {
      const { base, options } = golden();
      const profile = join(dirname(base), "profiles/work");
      mkdirSync(profile, { recursive: true });
      // What was changed within the last tick of the clock is read again anyway.
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
      onTestFinished(() => void vi.useRealTimers());
      // A first run makes our own directory beside the base, which is a change as well.
      await prune(await scan({ ...options, what: ["janitor"], disposal: "trash" }), options);
      const plan = await scan({ ...options, disposal: "trash" });
      if (links) symlinkSync("../../sessions", join(profile, "sessions"));
      const outcomes = Object.fromEntries(outcomesOf(await prune(plan, options)));
      expect(outcomes[ORPHAN]).toBe(links ? "changed" : "trashed");
    }
  });

  it("goes where a file lies among the profiles, which is none of them", async () => {
    const { base, options } = golden();
    mkdirSync(join(dirname(base), "profiles"));
    writeFileSync(join(dirname(base), "profiles/notes.txt"), "");
    expect(takenBy(await scan(options))).toContain(ORPHAN);
  });
});
