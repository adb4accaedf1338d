import { describe, expect, it } from "vitest";
import { latestTime, newestUse, timeOfNumber, timeWithZone } from "../../../src/stores/json-files/times.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const HOUR = 3_600_000;

describe("a time with a zone", () => {
  it.each([
    ["2026-11-26T11:59:59Z", NOW - 1000],
    ["2026-11-26t11:59:59z", NOW - 1000],
    ["2026-11-26T11:59:59.1Z", NOW - 900],
    ["2026-11-26T11:59:59.123456Z", NOW - 1000 + 124],
    ["2026-11-26T11:59:59.123000000Z", NOW - 1000 + 123],
    ["2026-11-26T11:59:59+00:00", NOW - 1000],
    ["2026-11-26T13:59:59+02:00", NOW - 1000],
    ["2026-11-26T07:29:59-04:30", NOW - 1000],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2020-01-01T00:00:00Z", Date.UTC(2020, 0, 1)],
    ["2026-11-26T12:01:00Z", NOW + 60_000],
  ])("is read: %s", (text, at) => {
    expect(timeWithZone(text, NOW)).toBe(at);
  });

  it.each([
    ["has no zone", "2026-11-26T11:59:59"],
    ["is more than a minute ahead", "2026-11-26T12:01:00.001Z"],
    ["is before 2020", "2019-12-31T23:59:59Z"],
    ["is the 31st of April", "2026-04-31T00:00:00Z"],
    ["is the 29th of February of another year", "2026-02-29T00:00:00Z"],
    ["is a leap second", "2026-11-25T23:59:60Z"],
    ["has an hour 24", "2026-11-25T24:00:00Z"],
    ["has ten digits of a second", "2026-11-26T11:59:59.0123456789Z"],
    ["has a point without digits", "2026-11-26T11:59:59.Z"],
    ["has a space in place of the T", "2026-11-26 11:59:59Z"],
    ["has a zone without its colon", "2026-11-26T11:59:59+0000"],
    ["has a zone of a day", "2026-11-26T11:59:59+24:00"],
    ["has something before it", " 2026-11-26T11:59:59Z"],
    ["has a line end after it", "2026-11-26T11:59:59Z\n"],
    ["is empty", ""],
    ["is a number", NOW],
    ["is nothing", undefined],
  ])("is none where it %s", (_, value) => {
    expect(timeWithZone(value, NOW)).toBeNull();
  });
});

describe("a time that may lack its zone", () => {
  it.each([
    ["as late as it may be in any zone", "2026-11-20T12:00:00", Date.UTC(2026, 10, 20, 12) + 14 * HOUR],
    ["not later than now", "2026-11-26T11:00:00", NOW],
    ["now, where its program may be ahead of UTC", "2026-11-27T02:00:00", NOW],
    ["exact, where it has one", "2026-11-20T12:00:00.5+01:00", Date.UTC(2026, 10, 20, 11) + 500],
  ])("is %s", (_, text, at) => {
    expect(latestTime(text, NOW)).toBe(at);
  });

  it.each([
    ["in the future in every zone", "2026-11-27T02:01:01"],
    ["before 2020 in some zone", "2020-01-01T13:59:59"],
    ["no time", "yesterday"],
  ])("is none where it is %s", (_, text) => {
    expect(latestTime(text, NOW)).toBeNull();
  });
});

it.each([
  [NOW, NOW],
  [NOW + 60_000, NOW + 60_000],
  [NOW + 60_001, null],
  [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 1)],
  [Date.UTC(2020, 0, 1) - 1, null],
  [NOW / 1000, null],
  [Number.NaN, null],
  [String(NOW), null],
])("a number of milliseconds is a time where it is plausible: %s", (value, at) => {
  expect(timeOfNumber(value, NOW)).toBe(at);
});

it("the newest of several uses is found, whichever are missing", () => {
  const [older, newer] = [
    { at: 1, from: "a" },
    { at: 2, from: "b" },
  ];
  expect(newestUse(null, older, newer, null)).toBe(newer);
  expect(newestUse(newer, older)).toBe(newer);
  expect([newestUse(), newestUse(null)]).toEqual([null, null]);
});
