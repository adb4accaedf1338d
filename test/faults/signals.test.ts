// Ctrl-C, `kill` and a closed terminal at every named point and at every call that changes something: what is whole is
// whole, in its place or in the trash; the last line says what happened; the exit code says which signal it was; and the
// next run finishes. One that comes when all is done ends as if it had not come.

import { describe, expect, it } from "vitest";
import { looseIn, looseRepo, scratchIn, truthOf } from "../compact/support.ts";
import { isMarked, namesIn, trashNames, trashOf } from "../reclaim/runs.ts";
import { runFaulty } from "../support/faults.ts";
import { assertSound } from "../support/git.ts";
import { run, type RunResult } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { checkEnd, checkHalfway, type Struck, three } from "./three.ts";

const SIGNALS = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

type Moment = readonly [at: string, nth: number];

function times(nths: readonly number[], ...operations: readonly string[]): Moment[] {
  return operations.flatMap((at) => nths.map((nth): Moment => [at, nth]));
}

const TAKEN = times([1, 2, 3], "point:verified", "point:isolated", "point:member-isolated");
const DESTROYED = [
  ...times([1, 2, 3], "point:marked", "point:destroyed"),
  ...times([1, 4, 40, 90], "unlink"),
  ...times([1, 2, 3], "rmdir"),
];
const STATE = [
  ...times([1, 2, 3, 5, 8], "rename", "fsync", "write", "utimes"),
  ...times([1, 2], "point:written", "mkdir"),
];
const COMPACTED = ["packed", "journal", "pack-moved", "loose-moved", "exchanged", "verified", "marked"];

interface Case {
  readonly args: readonly string[];
  /** What puts the three into the trash first. */
  readonly first?: readonly string[];
  /** Where the three are when it has finished, and where one of them may be when it was stopped. */
  readonly ends: "gone" | "in the trash" | "in place";
  readonly stopped: readonly ("gone" | "in the trash" | "in place")[];
  readonly moments: readonly Moment[];
}

const TO_TRASH = ["prune", "--yes", "--trash", "-q"];

const CASES: Readonly<Record<string, Case>> = {
  "prune": {
    args: ["prune", "--yes"],
    ends: "gone",
    stopped: ["gone", "in place"],
    moments: [...TAKEN, ...DESTROYED, ...STATE],
  },
  "prune --trash": {
    args: ["prune", "--yes", "--trash"],
    ends: "in the trash",
    stopped: ["in the trash", "in place"],
    moments: [...TAKEN, ...STATE],
  },
  "auto": {
    args: ["auto", "--opt-in", "--now"],
    ends: "in the trash",
    stopped: ["in the trash", "in place"],
    moments: [...TAKEN, ...STATE],
  },
  "trash restore": {
    args: ["trash", "restore", "--last"],
    first: ["auto", "--opt-in", "--now", "-q"],
    ends: "in place",
    stopped: ["in the trash", "in place"],
    moments: [...times([1, 2, 3], "point:member-returned"), ...STATE],
  },
  "trash empty": {
    args: ["trash", "empty", "--yes"],
    first: TO_TRASH,
    ends: "gone",
    stopped: ["gone", "in the trash"],
    moments: [...DESTROYED, ...STATE],
  },
};

describe("Ctrl-C", () => {
  it.each<[string, Moment, readonly string[]]>([
    ["entry is finished where one is being removed", ["point:isolated", 1], ["prune", "--yes"]],
    ["command stops where it only shows what it would do", ["readdir", 1], ["prune", "-n"]],
    ["command stops where it only looks", ["readdir", 1], ["status"]],
  ])("says that the %s", async (_, [at, nth], args) => {
    const { w } = three();
    const { code, stderr } = await runFaulty({ kind: "signal", at, nth, signal: "SIGINT" }, args, { home: w });
    const [first] = stderr.split("\n");
    expect([code, first]).toEqual([
      130,
      args.includes("--yes") ? "Finishing the current entry. Press Ctrl-C again to stop now." : "Stopping.",
    ]);
  });
});

describe.each(Object.entries(CASES))("%s", (_, one) => {
  it.each(chosen(one.moments))("%s (exit %i) at %s, time %i", async (signal, code, at, nth) => {
    const struck = three();
    const { w, gone } = struck;
    const prints = new Map(gone.map(({ id, path }) => [id, fingerprint(path, { inodes: false })]));
    if (one.first !== undefined) expect((await run(one.first, { home: w })).code).toBe(0);
    const result = await runFaulty({ kind: "signal", at, nth, signal }, one.args, { home: w });
    checkHalfway(struck);
    expect(trashNames(w).filter(isMarked)).toEqual([]);
    const places = await placesOf(struck);
    if (result.code === 0) expect(places).toEqual(gone.map(() => one.ends));
    else {
      expect(result.code, result.stderr).toBe(code);
      for (const place of places) expect(one.stopped).toContain(place);
      expect(lastWords(result), result.stdout + result.stderr).toMatch(
        /^(?:Interrupted: .*|Nothing was changed\.|.*interrupted.*)$/m,
      );
      if (/Nothing was changed/.test(lastWords(result)))
        expect(places).toEqual(gone.map(() => (one.first === undefined ? "in place" : "in the trash")));
    }

    const isLeft = places.some((place) => place !== one.ends);
    const next = isLeft ? await run(one.args, { home: w }) : null;
    expect(next?.code ?? 0, next?.stderr).toBe(0);
    expect(await placesOf(struck)).toEqual(gone.map(() => one.ends));
    if (one.ends === "in place")
      for (const { id, path } of gone) expect(diff(prints.get(id)!, fingerprint(path, { inodes: false }))).toEqual([]);
    await checkEnd(struck);
  });
});

describe("compact", () => {
  const moments = [
    ...COMPACTED.map((name): Moment => [`point:compact:${name}`, 1]),
    ...times([2, 17], "point:compact:loose-moved"),
    ...times([1, 2, 5, 9], "git"),
    ...STATE,
  ];
  it.each(chosen(moments))("%s (exit %i) at %s, time %i", async (signal, code, at, nth) => {
    const w = world();
    const repos = [looseRepo(w, "one"), looseRepo(w, "two")];
    const truths = repos.map(({ path }) => truthOf(path));
    const result = await runFaulty({ kind: "signal", at, nth, signal }, ["compact", "--yes"], { home: w });
    for (const { path } of repos) assertSound(path);
    expect(repos.map(({ path }) => truthOf(path))).toEqual(truths);
    expect(scratchIn(w)).toEqual([]);
    if (result.code !== 0) {
      expect(result.code, result.stderr).toBe(code);
      expect(lastWords(result), result.stdout + result.stderr).toMatch(
        /^(?:Interrupted: .*|Nothing was changed\.|.*interrupted.*)$/m,
      );
      const next = await run(["compact", "--yes"], { home: w });
      expect(next.code, next.stderr).toBe(0);
    }
    expect(repos.map(({ path }) => looseIn(path).length)).toEqual([0, 0]);
    expect(repos.map(({ path }) => truthOf(path))).toEqual(truths);
  });
});

/** Every signal at every moment with LONG=1, otherwise each at one of them, and always the same. */
function chosen(moments: readonly Moment[]): [NodeJS.Signals, number, string, number][] {
  return SIGNALS.flatMap(([signal, code], index) => {
    const at = Math.floor(((index + 0.5) * moments.length) / SIGNALS.length);
    const some = process.env["LONG"] === "1" ? moments : moments.slice(at, at + 1);
    return some.map(([at, nth]): [NodeJS.Signals, number, string, number] => [signal, code, at, nth]);
  });
}

async function placesOf({ w, gone }: Struck): Promise<readonly Case["ends"][]> {
  const trashed = new Set((await trashOf(w)).map(({ item }) => item.entryId));
  return gone.map(({ id }) => {
    if (namesIn(w.base).includes(id)) return "in place";
    return trashed.has(id) ? "in the trash" : "gone";
  });
}

function lastWords({ stdout, stderr }: RunResult): string {
  return `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
}
