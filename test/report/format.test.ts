import { describe, expect, it } from "vitest";
import {
  ago,
  count,
  day,
  days,
  duration,
  list,
  moment,
  number,
  size,
  sizePart,
  span,
} from "../../src/report/format.ts";
import { DAY, HOUR, look, NOW } from "./build.ts";

const here = look();

describe("numbers", () => {
  it.each([
    [0, "0 repos"],
    [1, "1 repo"],
    [2, "2 repos"],
    [1104, "1,104 repos"],
  ])("counts %i", (value, shown) => {
    expect(count(value, "repo")).toBe(shown);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [26_163, "26.1 kB"],
    [999_999, "999.9 kB"],
    [1_000_000, "1.0 MB"],
    [999_999_999, "999.9 MB"],
    [1e15, "1.0 PB"],
    [2.5e18, "2500.0 PB"],
    [12_100_000_000, "12.1 GB"],
  ])("sizes %i", (bytes, shown) => {
    expect(size(bytes)).toBe(shown);
  });

  it("does not add up what was not measured", () => {
    expect(sizePart({ count: 2, bytes: 1000, unmeasured: 0 })).toBe(", 1.0 kB");
    expect(sizePart({ count: 2, bytes: 1000, unmeasured: 1 })).toBe(", at least 1.0 kB");
    expect(sizePart({ count: 2, bytes: 0, unmeasured: 2 })).toBe("");
    expect(sizePart({ count: 0, bytes: 0, unmeasured: 0 })).toBe(", 0 B");
  });

  it("lists", () => {
    expect([list([]), list(["a"]), list(["a", "b"]), list(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
    expect([days(1), days(7), days(0.5)]).toEqual(["1 day", "7 days", "0.5 days"]);
    expect(number(1_234_567)).toBe("1,234,567");
  });
});

describe("times", () => {
  it.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 minute ago"],
    [HOUR, "1 hour ago"],
    [DAY - 1, "23 hours ago"],
    [12 * DAY, "12 days ago"],
    [400 * DAY, "400 days ago"],
    [730 * DAY, "2 years ago"],
    [-HOUR, "in the future"],
    [NOW, "1970"],
    [NOW + DAY, "1970"],
  ])("tells an age of %i ms", (age, shown) => {
    expect(ago(NOW - age, here)).toBe(shown);
  });

  it("writes moments in the reader's zone, with the year where it is another", () => {
    expect(moment(NOW + DAY, here)).toBe("21 Nov 13:20");
    expect(moment(NOW, look({ utcOffset: () => 9 * 60 }))).toBe("20 Nov 22:20");
    // A zone that changes its clock: what counts is the offset at the time itself.
    const summer = look({ utcOffset: (at) => (at < NOW - 30 * DAY ? 120 : 60) });
    expect([moment(NOW, summer), moment(NOW - 60 * DAY, summer)]).toEqual(["20 Nov 14:20", "21 Sep 15:20"]);
    // Where the year is another one is decided in the zone, too.
    expect(day(Date.UTC(2026, 11, 31, 23), look({ utcOffset: () => 120 }))).toBe("1 Jan 2027");
    expect(moment(NOW, look({ zone: "UTC" }))).toBe("20 Nov 13:20 UTC");
    expect(moment(NOW - 365 * DAY, here)).toBe("20 Nov 2025 13:20");
    expect(moment(Date.UTC(2026, 0, 1), here)).toBe("1 Jan 00:00");
    expect([day(NOW, here), day(NOW + 60 * DAY, here)]).toEqual(["20 Nov", "19 Jan 2027"]);
    expect([moment(9e15, here), day(-9e15, here)]).toEqual(["an impossible date", "an impossible date"]);
  });

  it("writes durations", () => {
    expect([duration(2100), duration(41), duration(0), duration(192_000)]).toEqual([
      "2.1 s",
      "41 ms",
      "0 ms",
      "3 m 12 s",
    ]);
    expect(span(-5)).toBe("0 milliseconds");
  });
});
