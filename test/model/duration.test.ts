// Lengths of time as they are typed.

import { describe, expect, it } from "vitest";
import { durationFromText } from "../../src/model/duration.ts";
import { DAY, HOUR } from "../../src/model/time.ts";

describe("a length of time", () => {
  it.each([
    ["12h", 12 * HOUR],
    ["30d", 30 * DAY],
    ["2w", 14 * DAY],
    ["6m", 180 * DAY],
    ["1y", 365 * DAY],
    ["1y6m", 545 * DAY],
    ["1.5d", 36 * HOUR],
    [".5d", 12 * HOUR],
    ["30 days", 30 * DAY],
    ["1 week 2 days", 9 * DAY],
    [" 3D ", 3 * DAY],
    ["0", 0],
    ["0d", 0],
  ])("%s is read", (text, ms) => {
    expect(durationFromText(text)).toBe(ms);
  });

  // `30` may be meant as days, and as minutes; `m` is a month here, so minutes and seconds have no unit.
  it.each([
    "",
    "30",
    "d",
    "30x",
    "-3d",
    "3d-",
    "1e3d",
    "30min",
    "1h30m",
    "2 hours 5 m",
    "30s",
    "3 d 4",
    "Infinityd",
    "NaN",
    "3d;rm",
    "３d",
  ])("%j is not one", (text) => {
    expect(durationFromText(text)).toBeNull();
  });
});
