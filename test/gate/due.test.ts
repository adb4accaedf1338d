// "Once per interval" of the design, with every boundary.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueAt, type Timing } from "../../src/gate/due.ts";
import type { MarkerReading } from "../../src/gate/marker.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/model/settings.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/model/time.ts";

/** 20 Nov 2026, 13:20 UTC. */
const NOW = Date.UTC(2026, 10, 20, 13, 20);

function every(hours: number): Settings {
  return { ...DEFAULT_SETTINGS, min_interval_hours: hours };
}

function marked(at: number): MarkerReading {
  return { kind: "at", at };
}

/** Our own last sweep was just now: only the marker decides. */
function byMarker(marker: MarkerReading, hours = 24): number | null {
  return dueAt({ marker, ownLast: NOW }, every(hours), NOW);
}

describe("a marker", () => {
  it.each<[string, number, number | null]>([
    ["of just now", NOW, NOW + DAY],
    ["a second younger than the interval", NOW - DAY + SECOND, NOW + SECOND],
    ["a millisecond younger than the interval", NOW - DAY + 1, NOW + 1],
    ["as old as the interval", NOW - DAY, null],
    ["a millisecond older than the interval", NOW - DAY - 1, null],
    ["a second older than the interval", NOW - DAY - SECOND, null],
    ["a year old", NOW - 365 * DAY, null],
    ["of 1970", 0, null],
    ["of before 1970", -NOW, null],
    ["a second ahead", NOW + SECOND, NOW + SECOND + DAY],
    ["59 minutes ahead", NOW + 59 * MINUTE, NOW + 59 * MINUTE + DAY],
    ["a millisecond less than an hour ahead", NOW + HOUR - 1, NOW + HOUR - 1 + DAY],
    ["an hour ahead", NOW + HOUR, null],
    ["61 minutes ahead", NOW + 61 * MINUTE, null],
    ["a century ahead", NOW + 36_500 * DAY, null],
    // 13 digits: milliseconds were written where seconds belong.
    ["in milliseconds for seconds", NOW * 1000, null],
    ["with fractions of a millisecond", NOW - DAY + 0.25, NOW + 0.25],
  ])("%s", (_, at, due) => {
    expect(byMarker(marked(at))).toBe(due);
  });

  it.each<[string, MarkerReading]>([
    ["missing", { kind: "missing" }],
    ["unusable", { kind: "unusable", reason: "it is not UTF-8" }],
  ])("that is %s means: due", (_, marker) => {
    expect(byMarker(marker)).toBeNull();
  });
});

describe("the interval", () => {
  it.each<[number, number, number | null]>([
    [0, NOW, null],
    [0, NOW + MINUTE, null],
    [-1, NOW, null],
    [1, NOW - HOUR + 1, NOW + 1],
    [1, NOW - HOUR, null],
    [0.5, NOW - HOUR / 2 + 1, NOW + 1],
    [0.5, NOW - HOUR / 2, null],
    [0.01, NOW, NOW + 36 * SECOND],
    [876_000, NOW, NOW + 36_500 * DAY],
  ])("of %d hours, the marker at %d", (hours, at, due) => {
    expect(byMarker(marked(at), hours)).toBe(due);
  });
});

describe("our own last sweep, while the marker is fresh", () => {
  const fresh = marked(NOW - HOUR);
  const next = NOW - HOUR + DAY;

  it.each<[string, number | null, number | null]>([
    ["just now", NOW, next],
    ["a day ago", NOW - DAY, next],
    ["25 hours ago: due by the marker and by the own sweep at the same time", NOW - 25 * HOUR, next],
    ["26 hours ago: due by the own sweep first", NOW - 26 * HOUR, NOW + 22 * HOUR],
    ["a second less than two days ago", NOW - 2 * DAY + SECOND, NOW + SECOND],
    ["a millisecond less than two days ago", NOW - 2 * DAY + 1, NOW + 1],
    ["two days ago", NOW - 2 * DAY, null],
    ["a millisecond more than two days ago", NOW - 2 * DAY - 1, null],
    ["a year ago", NOW - 365 * DAY, null],
    ["59 minutes ahead", NOW + 59 * MINUTE, next],
    ["a millisecond less than an hour ahead", NOW + HOUR - 1, next],
    ["an hour ahead, as a clock that was set back has it", NOW + HOUR, null],
    ["never, and no marker met before", null, next],
  ])("%s", (_, ownLast, due) => {
    expect(dueAt({ marker: fresh, ownLast }, every(24), NOW)).toBe(due);
  });

  it("is ignored where the interval is 0, though both are a little ahead", () => {
    expect(dueAt({ marker: marked(NOW + MINUTE), ownLast: NOW + MINUTE }, every(0), NOW)).toBeNull();
    expect(dueAt({ marker: marked(NOW + MINUTE), ownLast: NOW + MINUTE }, every(1), NOW)).not.toBeNull();
  });

  it("is ignored where the marker is not fresh", () => {
    for (const ownLast of [null, NOW, NOW - DAY]) {
      expect(dueAt({ marker: marked(NOW - DAY), ownLast }, every(24), NOW)).toBeNull();
      expect(dueAt({ marker: { kind: "missing" }, ownLast }, every(24), NOW)).toBeNull();
    }
  });
});

describe("a marker that Hermes keeps fresh", () => {
  /** Looks every so often while Hermes writes the marker right before each look; gives the times of our sweeps. */
  function sweeps(days: number, step: number, hours: number, hermes: (at: number) => number | null): number[] {
    const swept: number[] = [];
    let firstMet: number | null = null;
    let ours: number | null = null;
    for (let now = NOW; now <= NOW + days * DAY; now += step) {
      const theirs = hermes(now);
      const stamp = theirs === null ? ours : Math.max(theirs, ours ?? 0);
      const marker: MarkerReading = stamp === null ? { kind: "missing" } : marked(stamp);
      if (dueAt({ marker, ownLast: ours ?? firstMet }, every(hours), now) === null) {
        ours = now;
        swept.push(now);
      } else firstMet ??= now;
    }
    return swept;
  }

  it("every hour for three days: we sweep every other day", () => {
    expect(sweeps(3, HOUR, 24, (now) => now)).toEqual([NOW + 2 * DAY]);
    expect(sweeps(6, HOUR, 24, (now) => now)).toEqual([NOW + 2 * DAY, NOW + 4 * DAY, NOW + 6 * DAY]);
  });

  it("every hour, and half an hour ahead of our clock: the same", () => {
    expect(sweeps(6, HOUR, 24, (now) => now + HOUR / 2)).toEqual([NOW + 2 * DAY, NOW + 4 * DAY, NOW + 6 * DAY]);
  });

  it("never: we sweep at once, and then every day", () => {
    expect(sweeps(3, HOUR, 24, () => null)).toEqual([NOW, NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]);
  });

  it("at any hours whatsoever: never twice within the interval, never longer apart than two intervals and a look", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(6, 24, 36),
        (writes, hours) => {
          const hermes = (now: number): number => {
            const turn = (now - NOW) / HOUR;
            for (let back = 0; back < writes.length; back++)
              if (writes[(turn - back + 1000 * writes.length) % writes.length] === true) return now - back * HOUR;
            return now;
          };
          const swept = [NOW, ...sweeps(14, HOUR, hours, hermes)];
          const apart = swept.slice(1).map((at, index) => (at - (swept[index] ?? 0)) / HOUR);
          expect(Math.max(...apart)).toBeLessThanOrEqual(2 * hours);
          expect(Math.min(...apart.slice(1))).toBeGreaterThanOrEqual(hours);
          expect(NOW + 14 * DAY - (swept.at(-1) ?? 0)).toBeLessThanOrEqual(2 * hours * HOUR);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("laws", () => {
  const when = fc.integer({ min: NOW - 100 * DAY, max: NOW + 2 * DAY });
  const timing = fc.record({ marker: when.map(marked), ownLast: fc.option(when) });
  const hours = fc.constantFrom(1, 6, 24, 72);

  it("what is not due is due later, within two intervals, and due then", () => {
    fc.assert(
      fc.property(timing, hours, (one: Timing, interval) => {
        const due = dueAt(one, every(interval), NOW);
        if (due === null) return;
        expect(due).toBeGreaterThan(NOW);
        expect(due).toBeLessThanOrEqual(NOW + interval * HOUR + HOUR);
        expect(dueAt(one, every(interval), due)).toBeNull();
        if (one.ownLast !== null) expect(dueAt(one, every(interval), due - 1)).toBe(due);
      }),
      { numRuns: 500 },
    );
  });
});
