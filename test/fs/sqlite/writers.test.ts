// A writer at work: each answer is a state that was committed, at the earliest the one that was known when the reading
// began, or there is none. Once the writer rests there always is one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { runCooperatively, yieldToEventLoop } from "../../../src/fs/cooperative.ts";
import { type DatabaseReading, readDatabase } from "../../../src/fs/sqlite/read-database.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import { scratch } from "../support.ts";
import { needSqlite, random } from "./support.ts";

beforeEach(needSqlite);

const LONG = process.env["LONG"] === "1";
const BURSTS = LONG ? 120 : 4;
const TRANSACTIONS = 80;
const ACCOUNTS = 40;

/** The sqlite3 program with a database open. */
function startWriter(path: string): { readonly send: (sql: string) => void; readonly done: () => Promise<void> } {
  const child = spawn("sqlite3", ["-bail", path], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  });
  const lines: AsyncIterator<string, undefined> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    send: (sql) => void child.stdin.write(sql),
    async done() {
      child.stdin.write(".print done\n");
      for (;;) {
        const line = await lines.next();
        if (line.done === true) throw new Error("the writer ended");
        if (line.value === "done") return;
      }
    },
  };
}

/** The rows after each transaction, by its number, as the transactions say it. */
function createModel(seed: number): {
  readonly states: string[];
  readonly begin: string;
  readonly transfer: () => string;
} {
  const next = random(seed);
  const accounts = Array.from({ length: ACCOUNTS }, () => 100);
  const state = (): string => [states.length, ...accounts].join(" ");
  const states: string[] = [];
  states.push(state());
  const note = "hex(zeroblob(100 + abs(v) * 13 % 900)) || v";
  return {
    states,
    begin: `create table accounts (id text primary key, note text, v integer);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ACCOUNTS})
      insert into accounts select printf('a%03d', i), '', 100 from n; update accounts set note = ${note};
      insert into accounts values ('counter', '', 0);\n`,
    transfer() {
      const [from, to, amount] = [next(ACCOUNTS), next(ACCOUNTS), next(90)];
      accounts[from]! -= amount;
      accounts[to]! += amount;
      states.push(state());
      const change = (account: number, by: number): string => {
        const id = `a${String(account + 1).padStart(3, "0")}`;
        return `update accounts set v = v + ${by} where id = '${id}'; update accounts set note = ${note} where id = '${id}';`;
      };
      // The name of the row changes too, and with it the index that it is compared with.
      return `begin; ${change(from, -amount)} ${change(to, amount)}
        update accounts set v = v + 1, id = 'counter' || (v + 1) where id glob 'counter*'; commit;\n`;
    },
  };
}

/** All accounts of one state, and the number of the transaction. Throws where a row contradicts itself. */
async function read(path: string): Promise<DatabaseReading<string>> {
  const task = readDatabase(bytePath(path), function* (database) {
    const rows: (readonly [string, number])[] = [];
    yield* database.rows("accounts", ["id", "v", "note"], ([id, v, note]) => {
      const counted = id === `counter${String(v)}` || v === 0;
      const fits = String(id).startsWith("counter") ? counted : String(note).endsWith(`0${String(v)}`);
      rows.push([String(id), fits ? Number(v) : Number.NaN]);
    });
    const counter = rows.find(([id]) => id.startsWith("counter"))?.[1];
    return [counter, ...rows.filter(([id]) => id.startsWith("a")).map(([, v]) => v)].join(" ");
  });
  return runCooperatively(task);
}

const MODES: Readonly<Record<string, { readonly mode: string; readonly between: readonly string[] }>> = {
  "a log that grows": { mode: "wal", between: [] },
  "a log and checkpoints of all kinds": {
    mode: "wal",
    between: ["passive", "full", "restart", "truncate"].map((kind) => `pragma wal_checkpoint(${kind});\n`),
  },
  "a log that is checkpointed by itself": { mode: "wal; pragma wal_autocheckpoint=5", between: [] },
  "a log, and the database is closed and opened": { mode: "wal", between: ["", ".open PATH\n"] },
  "a log, and VACUUM": { mode: "wal", between: ["", "vacuum;\n", "pragma wal_checkpoint(restart);\n"] },
  "a journal that is deleted": { mode: "delete", between: [] },
  "a journal that is truncated": { mode: "truncate", between: [] },
  "a journal that stays": { mode: "persist", between: [] },
  "a journal, and VACUUM": { mode: "delete", between: ["", "", "vacuum;\n"] },
  "a journal, and pages that are written early": { mode: "delete; pragma cache_size=5", between: [] },
  "a lock that is kept": { mode: "delete; pragma locking_mode=exclusive", between: [] },
  "changes between both": { mode: "wal", between: ["", "pragma journal_mode=delete;\n", "pragma journal_mode=wal;\n"] },
};

describe("while another program writes with", () => {
  it.each(Object.entries(MODES))("%s each answer is a committed state", async (_, { mode, between }) => {
    const path = join(scratch(), "a.db");
    const model = createModel(3);
    const writer = startWriter(path);
    writer.send(`pragma page_size=512; pragma synchronous=off; ${model.begin} pragma journal_mode=${mode};\n`);
    await writer.done();
    let known = 0;
    for (let burst = 0; burst < BURSTS; burst += 1) {
      const state = { busy: true };
      for (let number = 0; number < TRANSACTIONS; number += 1) {
        writer.send(model.transfer() + (between[number % between.length] ?? "").replace("PATH", path));
      }
      const done = writer.done().then(() => (state.busy = false));
      do {
        const result = await read(path);
        if (result.kind === "read") {
          const number = Number(result.value.split(" ")[0]);
          expect(number).toBeGreaterThanOrEqual(known);
          expect(result.value).toBe(model.states[number]);
          known = number;
        } else {
          expect(result).toMatchObject({ kind: "unreadable" });
          expect(["changing", "hot-journal"]).toContain(result.kind === "unreadable" && result.code);
        }
        await yieldToEventLoop();
      } while (state.busy);
      await done;
      expect(await read(path)).toMatchObject({ kind: "read", value: model.states.at(-1) });
      known = model.states.length - 1;
    }
  });
});
