// The state.db of Hermes, as its own program wrote it, with a log that was not checkpointed: 10 sessions, of which 3 are
// open without the log and 4 with it. No other program is needed for these.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/fs/sqlite/record.ts";
import { PROJECT } from "../../support/paths.ts";
import { scratch } from "../support.ts";
import { reading } from "./support.ts";

function fixture(name: string): Buffer {
  return gunzipSync(readFileSync(join(PROJECT, "test/fixtures/sqlite", `${name}.gz`)));
}

const DATABASE = fixture("state.db");
const LOG = fixture("state.db-wal");

function place(database: Buffer, log: Buffer | null): string {
  const path = join(scratch(), "state.db");
  writeFileSync(path, database);
  if (log !== null) writeFileSync(`${path}-wal`, log);
  return path;
}

/** The ids of open sessions, how many there are in all, and the newest message of some. */
function sessionsOf(path: string): unknown {
  const result = reading(path, function* (database) {
    const open: Value[] = [];
    const all: string[] = [];
    yield* database.rows("sessions", ["id", "ended_at", "pinned"], ([id, ended, pinned]) => {
      expect(pinned).toBeUndefined();
      all.push(String(id));
      if (ended === null) open.push(String(id));
    });
    const newest = yield* database.largest("messages", { by: "session_id", of: "timestamp" });
    return { all: all.length, open: open.length, janitor: yield* newest("janitor"), none: yield* newest("janito") };
  });
  return result.kind === "read" ? result.value : result;
}

describe("the database of Hermes", () => {
  const whole = { all: 10, janitor: 1_785_326_460, none: null };
  it.each([
    ["without its log: 3 are open", DATABASE, null, { ...whole, open: 3 }],
    ["with it: 4 are open", DATABASE, LOG, { ...whole, open: 4 }],
    ["with a log that was cut: 3 are open", DATABASE, LOG.subarray(0, 2000), { ...whole, open: 3 }],
    ["with an empty log: 3 are open", DATABASE, Buffer.alloc(0), { ...whole, open: 3 }],
    ["cut itself: refused", DATABASE.subarray(0, 3000), null, { kind: "unreadable", code: "corrupt" }],
    ["cut between two pages: refused", DATABASE.subarray(0, 4096 * 20), null, { kind: "unreadable", code: "corrupt" }],
  ])("%s", (_, database, log, expected) => {
    const path = place(Buffer.from(database), log);
    expect(sessionsOf(path)).toMatchObject(expected);
    expect(readdirSync(join(path, "..")).toSorted()).toEqual(
      log === null ? ["state.db"] : ["state.db", "state.db-wal"],
    );
    expect(readFileSync(path).equals(database)).toBe(true);
  });

  it("is read by few of its pages", () => {
    const result = reading(place(DATABASE, LOG), (database) => database.rows("sessions", ["id"], () => {}));
    expect(result).toMatchObject({ kind: "read" });
    expect(result.kind === "read" && result.pages).toBeLessThan(DATABASE.length / 4096 / 3);
  });
});
