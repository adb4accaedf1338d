// What the reader does to the files, as the kernel sees it: it opens them to read, takes no lock, and makes no file.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { beforeEach, expect, it } from "vitest";
import { has, tryShell } from "../../support/mounts.ts";
import { loudly, scratch } from "../support.ts";
import { fill, needSqlite, SCHEMA, sqlite, sqliteKeepingLog } from "./support.ts";

beforeEach(needSqlite);

/** A module that has the reader and what runs it. */
async function bundled(root: string): Promise<string> {
  const source = (name: string): string =>
    JSON.stringify(fileURLToPath(new URL(`../../../src/fs/${name}`, import.meta.url)));
  const entry = join(root, "entry.ts");
  writeFileSync(
    entry,
    `export { readDatabase } from ${source("sqlite/read-database.ts")}; export { runSync } from ${source("cooperative.ts")};`,
  );
  const input = await rolldown({ input: entry, platform: "node" });
  const { output } = await input.generate({ format: "esm", codeSplitting: false });
  await input.close();
  const path = join(root, "bundle.mjs");
  writeFileSync(path, output[0].code);
  return path;
}

it("opens the files to read, takes no lock and makes no file", async (test) => {
  if (!has("strace") || tryShell("strace -f -e trace=none true").status !== 0) return loudly(test, "strace is missing");
  const root = scratch();
  const made = join(scratch(), "made.db");
  sqlite(made, `${SCHEMA} ${fill(0, 100)}`);
  const path = sqliteKeepingLog(made, fill(100, 120), join(root, "a.db"));
  const script = `
    import { readDatabase, runSync } from ${JSON.stringify(await bundled(scratch()))};
    const result = runSync(readDatabase(${JSON.stringify(path)}, function* (database) {
      let count = 0;
      yield* database.rows("sessions", ["id"], () => (count += 1));
      yield* (yield* database.largest("messages", { by: "session_id", of: "timestamp" }))("x");
      return count;
    }));
    if (result.value !== 120) throw new Error(JSON.stringify(result));`;
  const trace = join(scratch(), "trace");
  const node = [process.execPath, "--input-type=module", "-e", script];
  const ran = spawnSync("strace", ["-f", "-y", "-o", trace, ...node], { encoding: "utf8" });
  expect(ran.stderr).toBe("");
  const calls = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => line.includes(`${root}/`));
  const opens = calls.filter((line) => /\bopen(?:at)?\(/.test(line));
  // The database, its log, and twice the journal, which is not there.
  expect(opens.map((line) => /\/(a\.db[^"]*)"/.exec(line)?.[1])).toEqual([
    "a.db",
    "a.db-wal",
    "a.db-journal",
    "a.db-journal",
  ]);
  expect(opens.filter((line) => !/O_RDONLY\|/.test(line))).toEqual([]);
  const allowed = /^\d+ +(?:open|openat|close|fstat|lstat|statx|newfstatat|pread64|preadv|read|<\.\.\. \w+ resumed)\b/;
  expect(calls.filter((line) => !allowed.test(line))).toEqual([]);
  expect(readdirSync(root).toSorted()).toEqual(["a.db", "a.db-wal"]);
});
