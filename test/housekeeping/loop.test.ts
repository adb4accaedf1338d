// Taking turns, with a clock and a sleep that the test moves: nothing here waits.

import { describe, expect, it } from "vitest";
import { type LoopOptions, startLoop, type DueStatus } from "../../src/housekeeping/loop.ts";

const MINUTE = 60_000;
const HOUR: number = 60 * MINUTE;
const DAY: number = 24 * HOUR;
const START = 1_800_000_000_000;

interface Scene {
  readonly naps: number[];
  /** When each sweep began, ms after the start, by time slept. */
  readonly sweeps: number[];
  readonly expected: (number | null)[];
}

interface Wish extends Partial<Pick<LoopOptions, "jitter">> {
  /** What a look finds; `swept`: how many sweeps there were. */
  readonly look: (now: number, swept: number) => DueStatus;
  readonly outcome?: "done" | "failed";
  readonly turns: number;
  /** Called before each nap, to move the wall clock. */
  readonly jump?: (turn: number) => number;
}

async function play({ look, outcome = "done", turns, jump = () => 0, jitter = 0 }: Wish): Promise<Scene> {
  const stop = new AbortController();
  const scene: Scene = { naps: [], sweeps: [], expected: [] };
  let wall = START;
  let slept = 0;
  const loop = startLoop({
    now: () => wall,
    signal: stop.signal,
    jitter,
    check: () => look(wall, scene.sweeps.length),
    sweep: () => {
      scene.sweeps.push(slept);
      return Promise.resolve(outcome);
    },
    sleep: (ms) => {
      // Until the loop has come here for the first time there is nothing to ask.
      if (scene.naps.length > 0) scene.expected.push(loop.next());
      scene.naps.push(ms);
      slept += ms;
      wall += ms + jump(scene.naps.length);
      if (scene.naps.length === turns) stop.abort();
      return Promise.resolve();
    },
  });
  await loop.stopped;
  expect(loop.next()).toBeNull();
  return scene;
}

const due: DueStatus = { kind: "checked", due: true, next: null };
const notDue = (next: number | null): DueStatus => ({ kind: "checked", due: false, next });

describe("a turn", () => {
  it("waits a random while first, also where something is due, and then sweeps", async () => {
    const { naps, sweeps } = await play({
      jitter: 7 * MINUTE,
      turns: 4,
      look: (now, swept) => (swept === 0 ? due : notDue(now + DAY)),
    });
    expect(sweeps).toEqual([7 * MINUTE]);
    expect(naps.slice(0, 2)).toEqual([5 * MINUTE, 2 * MINUTE]);
  });

  it("sweeps once an interval for a hundred intervals, and never naps for longer than five minutes", async () => {
    let next = START;
    const look = (now: number, swept: number): DueStatus => {
      next = START + swept * DAY;
      return now >= next ? due : notDue(next);
    };
    const { naps, sweeps } = await play({ turns: 100 * 288, look });
    expect(sweeps).toEqual(Array.from({ length: 100 }, (_, day) => day * DAY));
    expect(Math.max(...naps)).toBe(5 * MINUTE);
  });

  it("comes when it is due, and not up to five minutes later", async () => {
    const { naps, sweeps } = await play({
      turns: 3,
      look: (now, swept) =>
        swept > 0 ? notDue(now + DAY) : now >= START + 7 * MINUTE ? due : notDue(START + 7 * MINUTE),
    });
    expect(naps.slice(0, 2)).toEqual([5 * MINUTE, 2 * MINUTE]);
    expect(sweeps).toEqual([7 * MINUTE]);
  });

  it("looks on where nothing is there, or it is switched off", async () => {
    const { naps, sweeps, expected } = await play({
      turns: 3,
      look: (_, swept) => (swept > 9 ? due : { kind: "off" }),
    });
    expect([naps, sweeps, expected]).toEqual([Array(3).fill(5 * MINUTE), [], [null, null]]);
    expect((await play({ turns: 3, look: () => notDue(null) })).naps).toEqual(Array(3).fill(5 * MINUTE));
  });

  it("sees at the next look that settings have changed", async () => {
    let looks = 0;
    const look = (now: number, swept: number): DueStatus => (++looks === 2 && swept === 0 ? due : notDue(now + DAY));
    expect((await play({ turns: 3, look })).sweeps).toEqual([5 * MINUTE]);
  });
});

describe("what would make it spin", () => {
  it.each([
    ["always due, as with an interval of 0", "done", [0, 1, 2, 3, 4, 5].map((hour) => hour * HOUR)],
    ["failing without leaving a time", "failed", [0, 1, 3, 7, 15, 31, 55, 79].map((hour) => hour * HOUR)],
  ] as const)("%s: is paused", async (_, outcome, sweeps) => {
    const scene = await play({ turns: outcome === "done" ? 70 : 1000, outcome, look: () => due });
    expect(scene.sweeps.slice(0, sweeps.length)).toEqual(sweeps);
    expect(Math.min(...scene.naps)).toBeGreaterThanOrEqual(1000);
  });

  it("due in a moment: is a second", async () => {
    const { naps } = await play({ turns: 3, look: (now) => notDue(now + 1) });
    expect(naps).toEqual([1000, 1000, 1000]);
  });

  it("a clock that jumps back and forth with every nap", async () => {
    const { naps } = await play({
      turns: 200,
      jump: (turn) => (turn % 2 === 0 ? 40 * DAY : -40 * DAY),
      look: (now) => (now > START + 20 * DAY ? due : notDue(START + DAY)),
    });
    expect(Math.min(...naps)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...naps)).toBeLessThanOrEqual(5 * MINUTE);
  });
});

describe("what would make it sleep for ever", () => {
  it.each([
    ["a year back", -365 * DAY],
    ["a year ahead, as after a long suspend", 365 * DAY],
  ])("a clock that was set %s is seen at the next look", async (_, jump) => {
    const seen: number[] = [];
    const look = (now: number): DueStatus => {
      seen.push(now);
      return notDue(START + DAY);
    };
    const { naps } = await play({ turns: 3, jump: (turn) => (turn === 1 ? jump : 0), look });
    expect(seen[1]).toBe(START + 5 * MINUTE + jump);
    expect(Math.max(...naps)).toBeLessThanOrEqual(5 * MINUTE);
  });

  it("a pause is counted in time slept, whatever the clock says", async () => {
    const scene = await play({ turns: 30, jump: (turn) => (turn === 2 ? -400 * DAY : 0), look: () => due });
    expect(scene.sweeps.slice(0, 3)).toEqual([0, HOUR, 2 * HOUR]);
  });

  it("a jitter longer than setTimeout can count is slept in slices", async () => {
    const { naps } = await play({ jitter: 30 * DAY, turns: 5, look: () => due });
    expect(naps).toEqual(Array(5).fill(5 * MINUTE));
  });
});

it("tells when the next sweep is expected", async () => {
  const { expected } = await play({ turns: 3, look: () => notDue(START + DAY) });
  expect(expected).toEqual([START + DAY, START + DAY]);
  const paused = await play({ turns: 3, look: () => due });
  expect(paused.expected[0]).toBe(START + 5 * MINUTE + 55 * MINUTE);
});

it("does nothing where the signal was aborted before", async () => {
  const loop = startLoop({
    now: () => START,
    signal: AbortSignal.abort(),
    jitter: 0,
    check: () => {
      throw new Error("looked");
    },
    sweep: () => Promise.reject(new Error("swept")),
    sleep: () => Promise.reject(new Error("slept")),
  });
  await loop.stopped;
  expect(loop.next()).toBeNull();
});
