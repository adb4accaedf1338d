import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GcError } from "../../src/errors.ts";
import { cronFields, EVERY, minutesOf, parseEvery, timesOf } from "../../src/schedule/every.ts";

describe("--every", () => {
  it.each([
    ["30m", "30m"],
    ["60m", "1h"],
    ["24h", "24h"],
    ["1d", "24h"],
    ["1440m", "24h"],
    ["7d", "7d"],
    ["168h", "7d"],
  ])("%s is %s", (value, every) => {
    expect(parseEvery(value)).toBe(every);
  });

  it.each(["", "24", "h", "0m", "0h", "36h", "7m", "1w", "-1h", "1.5h", "24H", " 24h", "9999999h", "2d"])(
    "%j is refused, and the error names it and what was expected",
    (value) => {
      expect(() => parseEvery(value)).toThrow(GcError);
      expect(() => parseEvery(value)).toThrow(
        `--every is ${JSON.stringify(value)}: expected 5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h or 7d`,
      );
    },
  );

  it.each(EVERY)("%s comes out as often as it says, wherever it begins", (every) => {
    fc.assert(
      fc.property(fc.nat(), (spread) => {
        const { minutes, hours, weekday } = timesOf(every, spread);
        const week = minutes.length * (hours?.length ?? 24) * (weekday === null ? 7 : 1);
        expect(week).toBe((7 * 24 * 60) / minutesOf(every));
        for (const minute of minutes) expect(minute).toBeLessThan(60);
        for (const hour of hours ?? []) expect(hour).toBeLessThan(24);
        if (weekday !== null) expect(weekday).toBeLessThan(7);
      }),
    );
  });

  it.each(["24h", "7d"] as const)("%s keeps away from the hours in which clocks change", (every) => {
    fc.assert(
      fc.property(fc.nat(), (spread) => {
        const [hour = 0] = timesOf(every, spread).hours ?? [];
        expect(hour).toBeGreaterThanOrEqual(10);
        expect(hour).toBeLessThan(18);
      }),
    );
  });

  it.each([
    ["30m", 7, "7,37 * * * *"],
    ["1h", 7, "7 * * * *"],
    ["6h", 60 * 2 + 5, "5 2,8,14,20 * * *"],
    ["24h", 60 * 3 + 41, "41 13 * * *"],
    ["7d", 60 * 11 + 41, "41 13 * * 1"],
  ] as const)("%s with a spread of %i is %s", (every, spread, fields) => {
    expect(cronFields(every, spread)).toBe(fields);
  });
});
