// The indexes of a home are the witness: what any of them names stays, and where one cannot be read nothing goes.

import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../src/index.ts";
import { isRoot } from "../../fs/support.ts";
import { writeAt, writeIndex, writeTranscript } from "../../support/openclaw-store.ts";
import { takenBy, verdictsOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";
import { agent, ALL_HELD, ARCHIVE, holdsOn, OLD, store, TEMPORARY } from "./unreferenced.ts";

it("takes what no index names", async () => {
  expect(takenBy(await scan(store().options))).toEqual(OLD);
});

describe("nothing goes where an index", () => {
  const change = (file: string, act: (text: string) => string | Buffer): void =>
    writeFileSync(file, act(readFileSync(file, "utf8")));
  it.each([
    ["is missing", (file: string) => rmSync(file)],
    ["is empty", (file: string) => writeFileSync(file, "")],
    ["is cut off", (file: string) => change(file, (text) => text.slice(0, -3))],
    ["is followed by something", (file: string) => change(file, (text) => `${text}{}`)],
    ["is a list", (file: string) => writeFileSync(file, "[]")],
    ["is null", (file: string) => writeFileSync(file, "null")],
    ["has a comment", (file: string) => change(file, (text) => `// mine\n${text}`)],
    ["has a byte order mark", (file: string) => change(file, (text) => `\ufeff${text}`)],
    ["is not UTF-8", (file: string) => change(file, (text) => Buffer.from(text.replace("main", "m\xe4in"), "latin1"))],
    [
      "is a directory",
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
    [
      "is a symlink",
      (file: string) => {
        renameSync(file, `${file}.moved`);
        symlinkSync(`${file}.moved`, file);
      },
    ],
  ])("%s: the one of this agent, and of another one that has transcripts", async (_, spoil) => {
    const own = store();
    spoil(join(own.base, "sessions.json"));
    const before = fingerprint(own.home);
    expect(await holdsOn(own)).toEqual(ALL_HELD);
    await prune(await scan(own.options), own.options);
    expect(diff(before, fingerprint(own.home))).toEqual([]);
    const other = store();
    writeTranscript(agent(other, "ops"), "of-ops", 1);
    spoil(join(agent(other, "ops"), "sessions.json"));
    expect(await holdsOn(other)).toEqual(ALL_HELD);
  });

  it("has a gigabyte", async () => {
    const made = store();
    truncateSync(join(made.base, "sessions.json"), 2 ** 30);
    expect(await holdsOn(made)).toEqual(ALL_HELD);
  });

  it("may not be read", async (test) => {
    if (isRoot()) return test.skip();
    const made = store();
    chmodSync(join(made.base, "sessions.json"), 0);
    expect(await holdsOn(made)).toEqual(ALL_HELD);
  });

  it("is gone between the plan and the move", async () => {
    const made = store();
    const plan = await scan(made.options);
    expect(takenBy(plan)).toEqual(OLD);
    rmSync(join(made.base, "sessions.json"));
    const before = fingerprint(made.base);
    await prune(plan, made.options);
    expect(diff(before, fingerprint(made.base))).toEqual([]);
  });
});

it("a folder of another agent that has neither an index nor transcripts says nothing", async () => {
  const made = store();
  mkdirSync(join(made.home, "agents/new/sessions"), { recursive: true });
  mkdirSync(join(made.home, "agents/newer/agent"), { recursive: true });
  writeFileSync(join(made.home, "agents/notes.txt"), "");
  expect(takenBy(await scan(made.options))).toEqual(OLD);
});

it("an agent in a directory that is not UTF-8 is not left out", async () => {
  const made = store();
  mkdirSync(Buffer.concat([Buffer.from(`${made.home}/agents/x`), Buffer.from([0xff])]));
  expect(await holdsOn(made)).toEqual(ALL_HELD);
});

it("the sessions of an agent in another place, behind a link, are known with those of its home", async () => {
  const made = store();
  renameSync(join(made.home, "agents/main"), join(made.root, "moved"));
  symlinkSync(join(made.root, "moved"), join(made.home, "agents/main"));
  expect(takenBy(await scan(made.options))).toEqual(OLD);
  writeIndex(agent(made, "ops"), { "agent:ops:main": { sessionId: "old" } });
  expect(await holdsOn(made)).toMatchObject({ old: "active" });
});

describe("a transcript stays where an index names", () => {
  const named = (value: unknown): unknown => ({ sessionId: "live", value });
  it.each([
    ["its session", { sessionId: "old" }],
    ["its session in another case", { sessionId: "OLD" }],
    ["its session, escaped", '{"agent:main:x":{"sessionId":"\\u006fld"}}'],
    ["its session in a key", '{"agent:main:explicit:old":{"sessionId":"live"}}'],
    ["its session first, and another one by the same key", '{"k":{"sessionId":"old"},"k":{"sessionId":"live"}}'],
    ["its session below __proto__", '{"__proto__":{"sessionId":"old"},"k":{"sessionId":"live"}}'],
    ["its file", { sessionId: "live", sessionFile: "old.jsonl" }],
    [
      "its file in another home",
      { sessionId: "live", sessionFile: "/home/x/.openclaw/agents/main/sessions/old.jsonl" },
    ],
    ["its file on Windows", { sessionId: "live", sessionFile: "C:\\x\\agents\\main\\sessions\\old.jsonl" }],
    ["it in a checkpoint", named([{ preCompaction: { sessionFile: "/x/old.jsonl" } }])],
    ["its trajectory", named("old.trajectory.jsonl")],
    ["it ten thousand levels down", `{"k":{"sessionId":"live","x":${"[".repeat(10_000)}"old"${"]".repeat(10_000)}}}`],
  ])("%s, of this agent or of another one", async (_, session) => {
    const index = typeof session === "string" ? session : { "agent:main:main": session };
    const own = store();
    writeAt(join(own.base, "old.trajectory.jsonl"), "{}\n", 40);
    writeIndex(own.base, index);
    // With most of these indexes no session is left that names `live`.
    expect(takenBy(await scan(own.options)).filter((id) => id !== "live")).toEqual([ARCHIVE, TEMPORARY]);
    const other = store();
    writeAt(join(other.base, "old.trajectory.jsonl"), "{}\n", 40);
    writeIndex(agent(other, "ops"), index);
    expect(await holdsOn(other)).toMatchObject({ old: "active", [ARCHIVE]: "" });
  });

  it("the session of its topic, and goes where one of a longer name is named", async () => {
    const made = store();
    writeTranscript(made.base, "live-topic-9", 40, "live");
    writeTranscript(made.base, "liv", 40);
    expect(verdictsOf(await scan(made.options))).toMatchObject({
      "live-topic-9": "stale unused, expired: keep (active)",
      "liv": "stale unused, expired: remove",
    });
  });
});

it("transcripts stay where the index names no session at all, and what was put aside goes", async () => {
  const made = store();
  writeIndex(made.base, "{}");
  expect(await holdsOn(made)).toEqual({ old: "active", [ARCHIVE]: "", [TEMPORARY]: "" });
});

describe("a home that keeps its sessions in a database", () => {
  it.each([
    "main/agent/openclaw-agent.sqlite",
    "ops/agent/openclaw-agent.sqlite",
    "main/session-sqlite-import-archive/x",
    "main/agent/session-sqlite-import-archive/x",
    "ops/sessions/session-sqlite-import-archive/x",
  ])("is only reported: %s", async (place) => {
    const made = store();
    writeAt(join(made.home, "agents", place), "", 0);
    expect(await holdsOn(made)).toEqual(Object.fromEntries(OLD.map((id) => [id, "active"])));
    const { entries = [] } = (await scan(made.options)).bases[0] ?? {};
    const row = entries.find(({ judged }) => judged.entry.id === "old");
    expect(row?.ruling.holds[0]?.sentence).toMatch("openclaw sessions cleanup --enforce");
  });

  it("is none because of the database of its gateway", async () => {
    const made = store();
    writeAt(join(made.home, "state/openclaw.sqlite"), "x", 0);
    expect(takenBy(await scan(made.options))).toEqual(OLD);
  });
});

describe("settings that move the index", () => {
  it("are followed: what it names stays, and what lies there is judged as well", async () => {
    const made = store();
    writeAt(join(made.home, "openclaw.json"), `{session: {store: '${made.root}/moved/{agentId}/sessions.json'}}`, 0);
    const moved = join(made.root, "moved/main");
    writeIndex(moved, { "agent:main:main": { sessionId: "old", updatedAt: 1 } });
    writeTranscript(moved, "elsewhere", 40);
    const plan = await scan(made.options);
    expect(plan.bases.map(({ ref, exists }) => [ref.path, ref.label, exists])).toEqual([
      [made.base, "main", true],
      [agent(made, "ops"), "ops", true],
      [moved, "main", true],
      [join(made.root, "moved/ops"), "ops", false],
    ]);
    expect(verdictsOf(plan)).toMatchObject({
      old: "stale unused, expired: keep (active)",
      elsewhere: "stale unused, expired: remove",
    });
  });

  it("with ~ mean the directory that the home is in", async () => {
    const made = store();
    writeAt(join(made.home, "openclaw.json"), '{"session":{"store":"~/moved/{agentId}/sessions.json"}}', 0);
    writeIndex(join(made.root, "moved/main"), { "agent:main:main": { sessionId: "old", updatedAt: 1 } });
    expect(await holdsOn(made)).toMatchObject({ old: "active", [ARCHIVE]: "" });
  });

  it.each([
    ["are broken", "{session: {store"],
    ["are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["are a list", "[]"],
    ["stand in another file", "{$include: './more.json5'}"],
    ["stand in another file for a part", "{session: {$include: './more.json5'}}"],
    ["depend on a variable", '{"session":{"store":"${SESSIONS}/sessions.json"}}'],
    ["are relative", '{"session":{"store":"sessions/sessions.json"}}'],
    ["have another name for it", '{"session":{"store":"/tmp/{agentId}.json"}}'],
    ["are a number", '{"session":{"store":7}}'],
    ["say it twice", '{"session":{"store":"/a/sessions.json"},"session":{}}'],
  ])("%s: nothing goes", async (_, text) => {
    const made = store();
    writeAt(join(made.home, "openclaw.json"), text, 0);
    expect(await holdsOn(made)).toEqual(ALL_HELD);
  });

  it.each([
    ["nothing of sessions", "{}"],
    ["nothing of the index", "{session: {maintenance: {mode: 'warn'}}, /* kept */ agents: {list: [{id: 'ops'}]},}"],
  ])("say %s: what no index names goes", async (_, text) => {
    const made = store();
    writeAt(join(made.home, "openclaw.json"), text, 0);
    expect(takenBy(await scan(made.options))).toEqual(OLD);
  });
});

it("a folder that belongs to no home is only shown: which indexes name its files is not known", async () => {
  const made = store();
  renameSync(made.base, join(made.root, "lonely"));
  expect(await holdsOn({ ...made, options: { ...made.options, base: join(made.root, "lonely") } })).toEqual(ALL_HELD);
});

it("a second name of the index changes nothing", async () => {
  const made = store();
  linkSync(join(made.base, "sessions.json"), join(made.root, "copy.json"));
  expect(takenBy(await scan(made.options))).toEqual(OLD);
});
