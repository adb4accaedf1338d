// A law over made-up stores: a session goes where all that it says, and all that its files say, is old, whole and its own, and
// where nothing protects it; whatever else lies in the folder changes nothing of it.

import { appendFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { scan } from "../../../../src/index.ts";
import { openclawStore, setAge, writeAt, writeIndex, writeTranscript } from "../../../support/openclaw-store.ts";
import { SESSION_NOW, takenBy } from "../../../support/session-store.ts";
import { sessionsOf } from "./store.ts";

const DAY = 86_400_000;
const UUID = "0e0e0e0e-1111-4222-8333-444455556666";

/** Ages in days, on both sides of each limit. */
const AGES = fc.constantFrom(0, 1, 29, 31, 31, 60, 60, 300, 400, 400);

const ownKeys = ["telegram:direct:", "cron:", "subagent:", "hook:", "acp:", "x:main:", "maintenance:"] as const;
const protectedKeys = [
  "telegram:group:",
  "discord:channel:",
  "slack:direct:1:thread:",
  "telegram:direct:1:topic:",
] as const;

/** Mostly the first one: what has one fault alone shows that the fault counts. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: fc.constantFrom(...others), weight: 1 });
}

/** Of the index. `ages`: those of the two times in it; the second one may be missing. */
const written = {
  ages: fc.tuple(AGES, fc.option(AGES, { freq: 2 })),
  spoiled: mostly(
    ...(["no", "no time", "text", "seconds", "future", "future use", "ancient"] as const),
    ...(["no id", "path", "elsewhere", "array", "number", "key twice"] as const),
  ),
  chatType: mostly("direct", undefined, "group", "channel", "thread"),
  shared: mostly("no", "here", "here as file", "by another agent"),
};

/** On the disk. */
const transcript = fc.record({
  ages: fc.tuple(AGES, AGES),
  damage: mostly(...(["none", "cut", "other", "future", "empty", "link", "directory"] as const)),
  beside: fc.option(fc.record({ age: AGES, place: fc.constantFrom("trajectory", "checkpoint"), isCut: fc.boolean() }), {
    freq: 1,
  }),
});

const session = fc.record({
  ...written,
  key: fc.oneof(fc.constantFrom(...ownKeys), mostly(ownKeys[0], ...protectedKeys)),
  transcript: fc.option(transcript, { freq: 4 }),
  isLocked: mostly(false, true),
});
type Planted = typeof session extends fc.Arbitrary<infer T> ? T : never;

/** A heartbeat of one age, and what it answered. */
const heartbeat = fc.record({
  age: fc.constantFrom(1, 6, 8, 9, 10, 29, 31),
  answer: fc.constantFrom("HEARTBEAT_OK", "HEARTBEAT_OK", " HEARTBEAT_OK\n", "one task", ""),
});

const main = fc.record({
  key: fc.constantFrom("main", "Main", "global", "agent:main:main", "agent:ops:main"),
  age: AGES,
});
const strange = fc.constantFrom(
  "notes.txt",
  ".hidden.jsonl",
  "x.trajectory.jsonl",
  "sessions.json.bak.1",
  "s0.jsonl.bak",
);
const state = fc.constantFrom(
  ...(["whole", "whole", "whole", "whole", "whole", "whole"] as const),
  ...(["cut", "mark", "array", "database", "other agent cut"] as const),
);

type Sessions = Record<string, unknown>;

function timesOf({ ages: [updated, used], spoiled }: Planted): object {
  const [at, usedAt] = [updated, used ?? 0].map((days) => SESSION_NOW - days * DAY);
  const known = used === null ? {} : { lastInteractionAt: usedAt };
  switch (spoiled) {
    case "no time":
      return known;
    case "text":
      return { ...known, updatedAt: new Date(at ?? 0).toISOString() };
    case "seconds":
      return { ...known, updatedAt: (at ?? 0) / 1000 };
    case "future":
      return { ...known, updatedAt: SESSION_NOW + DAY };
    case "future use":
      return { updatedAt: at, lastInteractionAt: SESSION_NOW + DAY };
    case "ancient":
      return { ...known, updatedAt: Date.UTC(2019, 11, 31) };
    default:
      return { ...known, updatedAt: at };
  }
}

function fieldsOf(one: Planted, id: string): unknown {
  const { spoiled, chatType } = one;
  if (spoiled === "number") return 7;
  const fields = {
    ...timesOf(one),
    ...(spoiled === "no id" ? {} : { sessionId: spoiled === "path" ? `../${id}` : id }),
    ...(spoiled === "elsewhere" ? { sessionFile: `/srv/${id}.jsonl` } : {}),
    ...(chatType === undefined ? {} : { chatType }),
  };
  return spoiled === "array" ? [fields] : fields;
}

/** Its files; gives whether they are old, whole and its own. */
function plantFiles(base: string, id: string, one: Planted): boolean {
  if (one.isLocked) writeAt(join(base, `${id}.jsonl.lock`), "{}", 400);
  if (one.transcript === null) return true;
  const { ages, damage, beside } = one.transcript;
  const [record, file] = ages;
  const path = join(base, `${id}.jsonl`);
  if (damage === "link") symlinkSync("elsewhere", path);
  else if (damage === "directory") mkdirSync(path);
  else {
    writeTranscript(base, id, record, damage === "other" ? "another" : id);
    if (damage === "future") appendFileSync(path, `{"timestamp":${SESSION_NOW + DAY}}\n`);
    if (damage === "cut") writeAt(path, '{"type":"session', file);
    if (damage === "empty") writeAt(path, "", file);
    setAge(path, file);
  }
  const isSound = damage === "none" || damage === "empty";
  // Nothing in an empty one says how old it is, and its index does.
  const areOld = file > 30 && (damage === "empty" || record > 30);
  if (beside === null) return isSound && areOld;
  const name = beside.place === "trajectory" ? `${id}.trajectory.jsonl` : `${id}.checkpoint.${UUID}.jsonl`;
  writeAt(join(base, name), beside.isCut ? "{" : "{}\n", beside.age);
  return damage === "none" && areOld && beside.age > 30 && !beside.isCut;
}

function isIndexOld({ ages: [updated, used], spoiled }: Planted): boolean {
  return spoiled === "no" && updated > 30 && (used ?? 400) > 30;
}

/** With these an entry may be that of any file. */
const UNCLEAR: ReadonlySet<string> = new Set(["number", "array", "no id", "path"]);

/** Adds it to the store; gives its key if it is to go, and whether files go with it. */
function plant(
  base: string,
  one: Planted,
  nth: number,
  sessions: Sessions,
  elsewhere: Sessions,
): { readonly key: string; readonly withFiles: boolean } | null {
  const id = `s${nth}`;
  const key = `agent:main:${one.key}${nth}`;
  sessions[key] = fieldsOf(one, id);
  const young = SESSION_NOW - DAY;
  if (one.shared === "here") sessions[`agent:main:z:${nth}`] = { sessionId: id, updatedAt: young };
  if (one.shared === "here as file")
    sessions[`agent:main:z:${nth}`] = { sessionId: `z${nth}`, sessionFile: `${base}/${id}.jsonl`, updatedAt: young };
  if (one.shared === "by another agent") elsewhere[`agent:ops:z:${nth}`] = { sessionId: id, updatedAt: young };
  const areFilesOld = plantFiles(base, id, one);
  // Where another session of this index has the files, they stay, and say nothing of this one.
  const isAlone = one.shared === "here" || one.shared === "here as file";
  const hasFiles = one.transcript !== null;
  const isFree = one.shared !== "by another agent" || !hasFiles;
  const isProtected =
    protectedKeys.some((protectedKey) => protectedKey === one.key) ||
    ["group", "channel", "thread"].includes(one.chatType ?? "");
  const goes = isIndexOld(one) && (isAlone || areFilesOld) && isFree && !isProtected && !one.isLocked;
  return goes ? { key, withFiles: hasFiles && !isAlone } : null;
}

/** Adds heartbeats; gives the keys of those that are to go. */
function plantBeats(
  base: string,
  beats: readonly { readonly age: number; readonly answer: string }[],
  sessions: Sessions,
): readonly string[] {
  const all = beats.map(({ age, answer }, nth) => {
    const id = `b${nth}`;
    const key = `agent:main:telegram:direct:${nth}:heartbeat`;
    sessions[key] = { sessionId: id, updatedAt: SESSION_NOW - age * DAY };
    writeTranscript(base, id, age, id, answer);
    return { key, age, counts: age <= 7 || (age <= 30 && answer.trim() === "HEARTBEAT_OK") };
  });
  const newest = all
    .filter(({ counts }) => counts)
    .map(({ age }) => age)
    .toSorted((a, b) => a - b);
  const last = newest[2] ?? Infinity;
  return all.filter(({ age, counts }) => age > 30 || (counts && age > 7 && age > last)).map(({ key }) => key);
}

function textOf(sessions: Sessions, twice: readonly string[]): string {
  const own = Object.entries(sessions).flatMap(([key, value]) => {
    const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    return twice.includes(key) ? [member, member] : [member];
  });
  return `{\n  ${own.join(",\n  ")}\n}`;
}

it(
  "no session goes that is young, protected, locked, shared, broken or strange, and every other one does",
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(session, { maxLength: 8 }),
        fc.array(heartbeat, { maxLength: 6 }),
        fc.array(main, { maxLength: 2 }),
        fc.array(strange, { maxLength: 3 }),
        state,
        async (planted, beats, mains, others, now) => {
          const { base, home, options } = sessionsOf(openclawStore());
          const sessions: Sessions = { "agent:main:main": { sessionId: "live", updatedAt: SESSION_NOW - 400 * DAY } };
          const elsewhere: Sessions = {};
          const gone = planted.map((one, nth) => plant(base, one, nth, sessions, elsewhere));
          const goneBeats = plantBeats(base, beats, sessions);
          for (const { key, age } of mains) sessions[key] = { sessionId: "live2", updatedAt: SESSION_NOW - age * DAY };
          for (const name of others) writeAt(join(base, name), "{}", 400);
          const twice = planted.flatMap(({ key, spoiled }, nth) =>
            spoiled === "key twice" ? [`agent:main:${key}${nth}`] : [],
          );
          const text = textOf(sessions, twice);
          const texts = { cut: text.slice(0, -1), mark: `\ufeff${text}`, array: `[${text}]` };
          writeIndex(base, Object.entries(texts).find(([state]) => state === now)?.[1] ?? text);
          const ops = join(home, "agents/ops/sessions");
          writeIndex(ops, elsewhere);
          if (now === "other agent cut") writeIndex(ops, "{");
          if (now === "database") writeAt(join(home, "agents/ops/agent/openclaw-agent.sqlite"), "", 0);
          const isUnclear = planted.some(({ spoiled }) => UNCLEAR.has(spoiled));
          const expected = [
            ...gone.flatMap((one) => (one === null || (isUnclear && one.withFiles) ? [] : [one.key])),
            ...(isUnclear ? [] : goneBeats),
          ].toSorted();
          expect(takenBy(await scan(options))).toEqual(now === "whole" ? expected : []);
        },
      ),
      { numRuns: 300, seed: 20_261_127 },
    );
  },
);
