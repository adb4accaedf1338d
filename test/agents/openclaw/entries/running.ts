// Sessions go only while no OpenClaw runs and no program has a file of the folder open, and under the lock of the index.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { prune, restore, scan } from "../../../../src/index.ts";
import { isOpenclaw } from "../../../../src/agents/openclaw/running.ts";
import { interceptCallAt, stopIntercepting } from "../../../support/intercept-calls.ts";
import { outcomesOf, SESSION_NOW, takenBy } from "../../../support/session-store.ts";
import { main, type Sessions, store } from "./store.ts";

const OLD = main("old:1");
const sessions = (): Sessions =>
  store({ [OLD]: { sessionId: "old" }, [main("main")]: { sessionId: "live", updatedAt: SESSION_NOW } });

/** A program that does nothing until it is ended, from a file of this name. */
async function program(root: string, name: string, script = ""): Promise<ChildProcess> {
  const path = join(root, name);
  writeFileSync(path, `${script}\nconsole.log("ready");\nsetInterval(() => undefined, 1000);\n`);
  const child = spawn(process.execPath, [path, "gateway"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    await end(child);
  });
  await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

describe("a command", () => {
  it.each([
    [["openclaw"], true],
    [["openclaw-gateway"], true],
    [["openclaw gateway --port 1"], true],
    [["/usr/local/bin/openclaw", "agent"], true],
    [["node", "/usr/lib/node_modules/openclaw/dist/index.js", "gateway"], true],
    [["/opt/node-22/bin/node", "--no-warnings", "openclaw.mjs"], true],
    [["node20", "/x/clawdbot/dist/entry.js"], true],
    [["bun", "/x/moltbot/src/entry.ts"], true],
    [["C:\\Program Files\\nodejs\\node.exe", "C:\\x\\openclaw\\dist\\index.js"], true],
    [["node", "/usr/bin/checkpoints", "prune", "--agent", "openclaw"], false],
    [["checkpoints", "auto", "--agent", "openclaw"], false],
    [["vim", "/home/ada/.openclaw/openclaw.json"], false],
    [["node", "/home/ada/.openclaw/scripts/mine.js"], false],
    [["tail", "-f", "/x/openclaw/log"], false],
    [["my-openclaw"], false],
    [["node", "/srv/openclawed/x.js"], false],
    [["node"], false],
    [[], false],
  ])("%j is one of OpenClaw: %s", (command, expected) => {
    expect(isOpenclaw({ command })).toBe(expected);
  });
});

describe("while OpenClaw runs", () => {
  it("sessions are held, with what to stop, and files that no session names are not", async () => {
    const made = sessions();
    const child = await program(made.root, "openclaw.mjs");
    const plan = await scan(made.options);
    const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === OLD);
    expect(row?.ruling.holds).toMatchObject([
      {
        code: "unsure-owner",
        sentence: `OpenClaw is running (pid ${child.pid}) and would write over the change: stop it first (openclaw gateway stop)`,
      },
    ]);
    await end(child);
    expect(takenBy(await scan(made.options))).toEqual([OLD]);
  });

  it("under the title that it gives itself they are as well", async () => {
    const made = sessions();
    await program(made.root, "hidden.mjs", 'process.title = "openclaw-gateway";');
    expect(takenBy(await scan(made.options))).toEqual([]);
  });

  it("none goes that was planned before, and none comes back", async () => {
    const made = sessions();
    const text = made.index();
    const plan = await scan(made.options);
    const child = await program(made.root, "openclaw.mjs");
    expect(outcomesOf(await prune(plan, made.options))).toEqual([[OLD, "changed"]]);
    expect([made.index(), existsSync(join(made.base, "old.jsonl"))]).toEqual([text, true]);
    await end(child);
    await prune(plan, made.options);
    const without = made.index();
    expect(without).not.toBe(text);
    const again = await program(made.root, "openclaw.mjs");
    const back = await restore({ ...made.options, ids: [OLD] });
    expect(back.rows.map(({ outcome, error }) => [outcome, error?.code])).toEqual([["failed", "EBUSY"]]);
    expect([made.index(), existsSync(join(made.base, "old.jsonl"))]).toEqual([without, false]);
    await end(again);
    await restore({ ...made.options, ids: [OLD] });
    expect(made.index()).toBe(text);
  });

  it("none goes although it was started after the last check", async () => {
    const made = sessions();
    const text = made.index();
    const plan = await scan(made.options);
    let started = null as ChildProcess | null;
    const path = join(made.root, "openclaw.mjs");
    writeFileSync(path, "setInterval(() => undefined, 1000);\n");
    interceptCallAt("point:verified", () => {
      started = spawn(process.execPath, [path], { stdio: "ignore" });
    });
    const done = await prune(plan, made.options);
    stopIntercepting();
    if (started !== null) await end(started);
    expect(outcomesOf(done)).toEqual([[OLD, "failed"]]);
    expect([made.index(), existsSync(join(made.base, "sessions.json.lock"))]).toEqual([text, false]);
  });
});

it("no session goes while a file of the folder is open in some program", async () => {
  const made = sessions();
  const fd = openSync(join(made.base, "old.jsonl"), "r");
  try {
    // What is open is asked for several times in a quarter of a second (fs/open-files.ts): that answer may be of before.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(takenBy(await scan(made.options))).toEqual([]);
  } finally {
    closeSync(fd);
  }
});

describe("the lock of the index", () => {
  const lockOf = ({ base }: Sessions): string => join(base, "sessions.json.lock");
  const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;
  const minutes = (path: string, many: number): void => {
    const at = Date.now() / 1000 - many * 60;
    utimesSync(path, at, at);
  };

  it.each([
    ["of a program that runs", () => JSON.stringify({ pid: process.pid, createdAt: "2026-11-26T12:00:00.000Z" }), 60],
    ["that is empty", () => "", 60],
    ["without a pid", () => '{"createdAt":"2026-11-26T12:00:00.000Z"}', 60],
    ["of a program that ended just now", () => JSON.stringify({ pid: deadPid() }), 0],
  ])("%s is waited for, and then nothing goes", async (_, text, age) => {
    const made = sessions();
    writeFileSync(lockOf(made), text());
    minutes(lockOf(made), age);
    const before = [made.index(), readFileSync(lockOf(made), "utf8")];
    const done = await prune(await scan(made.options), made.options);
    expect(done.bases[0]?.entries.map(({ outcome, error }) => [outcome, error?.code])).toEqual([["failed", "EBUSY"]]);
    expect([made.index(), readFileSync(lockOf(made), "utf8")]).toEqual(before);
  });

  it("of a program that ended a minute ago is broken, as its agent would", async () => {
    const made = sessions();
    writeFileSync(lockOf(made), JSON.stringify({ pid: deadPid(), startedAt: 1 }));
    minutes(lockOf(made), 1);
    expect(outcomesOf(await prune(await scan(made.options), made.options))).toEqual([[OLD, "trashed"]]);
    expect(existsSync(lockOf(made))).toBe(false);
  });

  it("is taken with our pid before anything is moved, and is gone afterwards", async () => {
    const made = sessions();
    const seen: unknown[] = [];
    interceptCallAt("point:record-saved", () => seen.push(existsSync(lockOf(made))));
    const plan = await scan(made.options);
    const texts: string[] = [];
    interceptCallAt("point:guard-taken", () => texts.push(readFileSync(lockOf(made), "utf8")));
    await prune(plan, made.options);
    stopIntercepting();
    expect(JSON.parse(texts[0] ?? "")).toEqual({ pid: process.pid, createdAt: expect.stringMatching(/Z$/) as string });
    expect(existsSync(lockOf(made))).toBe(false);
  });

  it("that another program made in the meantime is not removed", async () => {
    const made = sessions();
    const plan = await scan(made.options);
    interceptCallAt("point:guard-taken", () => {
      rmSync(lockOf(made));
      writeFileSync(lockOf(made), "of another");
    });
    await prune(plan, made.options);
    stopIntercepting();
    expect(readFileSync(lockOf(made), "utf8")).toBe("of another");
  });
});

/**
 * As versions 2026.2 to 2026.4 write: under the lock, the whole index anew, a temporary file and a rename. Every tenth time it
 * begins a session, whose transcript and times are of forty days ago.
 */
const WRITER = `
import { closeSync, existsSync, openSync, readFileSync, renameSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
const [index, stop, now] = process.argv.slice(2);
const at = Number(now) - 40 * 86_400_000;
let writes = 0;
let begun = 0;
let old = null;
while (!existsSync(stop)) {
  let fd;
  try { fd = openSync(index + ".lock", "wx"); } catch { continue; }
  writeFileSync(fd, JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }));
  closeSync(fd);
  const all = JSON.parse(readFileSync(index, "utf8"));
  all["agent:main:main"].writes = ++writes;
  if (writes % 10 === 1) {
    const id = "old" + begun;
    const transcript = dirname(index) + "/" + id + ".jsonl";
    writeFileSync(transcript, JSON.stringify({ type: "session", id, timestamp: new Date(at).toISOString() }) + "\\n");
    old = transcript;
    all["agent:main:old:" + begun] = { sessionId: id, updatedAt: at };
    begun += 1;
  }
  const temporary = index + "." + process.pid + ".0e0e0e0e-1111-4222-8333-444455556666.tmp";
  writeFileSync(temporary, JSON.stringify(all, null, 2));
  renameSync(temporary, index);
  // Not before: an old file that no session names would go by itself.
  if (old !== null) utimesSync(old, at / 1000, at / 1000);
  old = null;
  unlinkSync(index + ".lock");
  if (writes === 1) console.log("writing");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
console.log(JSON.stringify({ writes, begun }));
`;

/** How long they are at it: a minute with LONG=1. */
const SECONDS = process.env["LONG"] === "1" ? 60 : 4;

it(
  `two runs at once beside a program that writes the index under its lock lose none of its writes, for ${SECONDS} s`,
  { timeout: 600_000 },
  async () => {
    const made = store({ [main("main")]: { sessionId: "live", updatedAt: SESSION_NOW } });
    const [script, stop] = [join(made.root, "writer.mjs"), join(made.root, "stop")];
    writeFileSync(script, WRITER);
    const argv = [script, join(made.base, "sessions.json"), stop, String(SESSION_NOW)];
    const writer = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
    const printed: Buffer[] = [];
    writer.stdout.on("data", (some: Buffer) => printed.push(some));
    const ended = once(writer, "exit");
    await once(writer.stdout, "data");
    const sweep = async (): Promise<void> => {
      // One of the two finds the base locked.
      await prune(await scan({ ...made.options, mode: "manual", disposal: "trash" }), made.options).catch(
        () => undefined,
      );
    };
    const until = performance.now() + SECONDS * 1000;
    try {
      while (performance.now() < until) await Promise.all([sweep(), sweep()]);
    } finally {
      writeFileSync(stop, "");
      await ended;
    }
    const last = Buffer.concat(printed).toString().trim().split("\n").at(-1) ?? "";
    const { writes, begun } = JSON.parse(last) as { readonly writes: number; readonly begun: number };
    const index = JSON.parse(made.index()) as Record<string, { readonly writes?: number }>;
    expect(index[main("main")]?.writes).toBe(writes);
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    const items = new Map(trash.map(({ item }) => [item.entryId, item]));
    // Each is in one place: in the index with its transcript, or in the trash with that.
    for (let nth = 0; nth < begun; nth += 1) {
      const key = main(`old:${nth}`);
      const isThere = key in index;
      expect([key, isThere, existsSync(join(made.base, `old${nth}.jsonl`))]).toEqual([key, isThere, isThere]);
      expect(items.get(key)?.complete, key).toBe(isThere ? undefined : true);
    }
    // Nothing else is there, the main session aside.
    expect(trash).toHaveLength(begun + 1 - Object.keys(index).length);
    expect(trash.length).toBeGreaterThan(0);
  },
);
