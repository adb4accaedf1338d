// Whether the clock is to be trusted, with every boundary, and what a row of runs makes of a jump.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockDoubt, type ClockMemory, updateClockMemory } from "../../src/gate/clock.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/model/time.ts";

/** 20 Nov 2026, 13:20 UTC. */
const NOW = Date.UTC(2026, 10, 20, 13, 20);
const NEW: ClockMemory = { lastRunAt: null, doubtedSince: null };

describe("the clock", () => {
  it.each<[string, number, boolean]>([
    ["where it was", NOW, false],
    ["a second later", NOW - SECOND, false],
    ["a second less than 30 days later", NOW - 30 * DAY + SECOND, false],
    ["30 days later", NOW - 30 * DAY, false],
    ["30 days and a millisecond later", NOW - 30 * DAY - 1, true],
    ["30 days and a second later", NOW - 30 * DAY - SECOND, true],
    ["ten years later", NOW - 3650 * DAY, true],
    ["a minute before", NOW + MINUTE, false],
    ["a millisecond less than an hour before", NOW + HOUR - 1, false],
    ["an hour before", NOW + HOUR, false],
    ["an hour and a millisecond before", NOW + HOUR + 1, true],
    ["an hour and a second before", NOW + HOUR + SECOND, true],
    ["at 1970, as a machine without a battery has it", NOW * 2, true],
  ])("%s", (_, lastRunAt, doubted) => {
    expect(clockDoubt({ lastRunAt, doubtedSince: null }, NOW)).toEqual(
      doubted ? { recorded: lastRunAt, now: NOW } : null,
    );
  });

  it("of a first run is trusted: there is nothing to compare it with", () => {
    expect(clockDoubt(NEW, NOW)).toBeNull();
    expect(clockDoubt({ lastRunAt: null, doubtedSince: NOW }, NOW)).toBeNull();
  });
});

describe("after a doubt", () => {
  it.each<[string, number, boolean]>([
    ["a second", SECOND, true],
    ["a second less than a day", DAY - SECOND, true],
    ["a millisecond less than a day", DAY - 1, true],
    ["a day", DAY, false],
    ["a day and a millisecond", DAY + 1, false],
    ["a week", 7 * DAY, false],
    // It was set back within the hour that does not count as a jump: still not a day later.
    ["a minute less than nothing", -MINUTE, true],
    ["an hour less than nothing", -HOUR, true],
  ])("%s", (_, later, doubted) => {
    const now = NOW + later;
    expect(clockDoubt({ lastRunAt: NOW, doubtedSince: NOW }, now)).toEqual(
      doubted ? { recorded: NOW, now, until: NOW + DAY } : null,
    );
  });

  it("counts from the jump, and not from the runs in between", () => {
    const memory = { lastRunAt: NOW + 23 * HOUR, doubtedSince: NOW };
    expect(clockDoubt(memory, NOW + 24 * HOUR)).toBeNull();
    expect(clockDoubt(memory, NOW + 24 * HOUR - 1)).not.toBeNull();
  });
});

describe("what is remembered", () => {
  it.each<[string, ClockMemory, number, number | null]>([
    ["of a first run", NEW, NOW, null],
    ["of an ordinary one", { lastRunAt: NOW - DAY, doubtedSince: null }, NOW, null],
    ["of a jump ahead", { lastRunAt: NOW - 31 * DAY, doubtedSince: null }, NOW, NOW],
    ["of a jump back", { lastRunAt: NOW + 2 * HOUR, doubtedSince: null }, NOW, NOW],
    ["while it waits", { lastRunAt: NOW - HOUR, doubtedSince: NOW - HOUR }, NOW, NOW - HOUR],
    ["when it has waited", { lastRunAt: NOW - HOUR, doubtedSince: NOW - DAY }, NOW, null],
    ["of a second jump, while it waits", { lastRunAt: NOW - 40 * DAY, doubtedSince: NOW - 40 * DAY - HOUR }, NOW, NOW],
    [
      "of the clock being set right, while it waits",
      { lastRunAt: NOW + 40 * DAY, doubtedSince: NOW + 40 * DAY },
      NOW,
      NOW,
    ],
    // Exactly at the boundaries of a jump nothing has jumped.
    ["30 days later", { lastRunAt: NOW - 30 * DAY, doubtedSince: null }, NOW, null],
    ["an hour before", { lastRunAt: NOW + HOUR, doubtedSince: null }, NOW, null],
    ["30 days later, while it waits for a doubt ahead", { lastRunAt: NOW - 30 * DAY, doubtedSince: NOW }, NOW, NOW],
  ])("%s", (_, memory, now, doubtedSince) => {
    expect(updateClockMemory(memory, now)).toEqual({ lastRunAt: now, doubtedSince });
  });
});

/** A row of runs; gives at which of them the clock was in doubt. */
function runs(times: readonly number[], start: ClockMemory = NEW): readonly boolean[] {
  let memory = start;
  return times.map((now) => {
    const doubted = clockDoubt(memory, now) !== null;
    memory = updateClockMemory(memory, now);
    return doubted;
  });
}

describe("a row of runs", () => {
  it("a day apart is never in doubt", () => {
    expect(runs([0, 1, 2, 31, 61].map((day) => NOW + day * DAY))).toEqual([false, false, false, false, false]);
  });

  it("after a month off waits for a day, and continues", () => {
    const back = NOW + 31 * DAY;
    expect(runs([NOW, back, back + HOUR, back + DAY - 1, back + DAY, back + 2 * DAY])).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("in the wrong year, and back again, waits each time", () => {
    const wrong = NOW + 3650 * DAY;
    expect(runs([NOW, wrong, NOW + HOUR, NOW + 2 * HOUR, NOW + HOUR + DAY])).toEqual([false, true, true, true, false]);
  });

  it("around a change of summer time is never in doubt", () => {
    expect(runs([NOW, NOW - HOUR, NOW - HOUR + MINUTE])).toEqual([false, false, false]);
  });

  it("law: whatever the clock does, a run is trusted only if none was in doubt in the day before it, by its clock", () => {
    const steps = fc.array(
      fc.constantFrom(MINUTE, HOUR, 23 * HOUR, DAY, 29 * DAY, 31 * DAY, -MINUTE, -HOUR, -2 * HOUR, -40 * DAY),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, (by) => {
        const times = [NOW];
        for (const step of by) times.push((times.at(-1) ?? NOW) + step);
        const doubted = runs(times);
        for (const [index, now] of times.entries()) {
          if (index === 0) continue;
          const before = times[index - 1] ?? now;
          const jumped = now - before > 30 * DAY || before - now > HOUR;
          if (jumped) expect(doubted[index]).toBe(true);
          else if (doubted[index] === false && doubted[index - 1] === true) {
            const since = lastJump(times, index);
            expect(now - since).toBeGreaterThanOrEqual(DAY);
          } else if (doubted[index] === true) expect(doubted[index - 1]).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The time of the last run before `index` whose clock had jumped. */
function lastJump(times: readonly number[], index: number): number {
  for (let at = index - 1; at > 0; at--) {
    const [now, before] = [times[at] ?? 0, times[at - 1] ?? 0];
    if (now - before > 30 * DAY || before - now > HOUR) return now;
  }
  throw new Error("there was a jump before every doubt");
}
