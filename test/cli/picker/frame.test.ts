// The list of prune -i on terminals of several sizes.

import { describe, expect, it } from "vitest";
import { frameOf, pageSize } from "../../../src/cli/picker/frame.ts";
import { initialState, type PickerRow, type PickerState, withPlan } from "../../../src/cli/picker/state.ts";
import { columnsOf } from "../../../src/report/width.ts";
import { look } from "../../report/build.ts";

const NOW = look().now;
const ROWS = Array.from({ length: 50 }, (_, n): PickerRow => {
  const name = String(n).padStart(2, "0");
  return {
    key: name,
    id: `${name}aeadc333175595`,
    name: `~/code/a/rather/deep/directory/for/one/project-${name}`,
    verdict: n % 2 === 0 ? "orphan" : "stale",
    bytes: (50 - n) * 1_000_000,
    at: NOW - n * 86_400_000,
    why: "its directory was deleted, and this is a longer sentence that does not fit on one line of a narrow terminal",
    choosable: n > 45 ? "no" : "yes",
    needs: [],
  };
});

const planned = (over: Partial<PickerState> = {}): PickerState => ({
  ...withPlan(initialState("size"), ROWS),
  ...over,
});

describe("the line of keys", () => {
  it.each([
    [34, "Space choose, Enter go on, ? keys"],
    [60, "Space choose, a all, / filter, Enter go on, q quit, ? keys"],
    [80, "Space choose, a all, / filter, s sort, Enter go on, q quit, ? keys"],
    [100, "Up/Down move, Space choose, a all, / filter, s sort, Enter go on, q quit, ? keys"],
  ])("in %i columns is whole, and says where the rest is", (columns, line) => {
    expect(frameOf(planned(), 24, look({ columns })).split("\n").at(-1)).toBe(line);
  });

  it("gives way to a list of all of them", () => {
    const lines = frameOf(planned({ help: true }), 24, look({ columns: 44 })).split("\n");
    expect(lines).toEqual([
      "Keys",
      "Up Down k j   move",
      "PgUp PgDn     move by a page",
      "Home End g G  to the first, to the last",
      "Space         choose, or choose no longer",
      "a             all that are shown, or none",
      "/             filter by what you type",
      "s             sort by size, age or name",
      "Enter         go on with what is chosen",
      "q Esc         quit, and remove nothing",
      "Any key: back to the list",
    ]);
  });
});

describe("the frame", () => {
  it.each([
    [40, 10],
    [60, 16],
    [80, 24],
    [200, 60],
  ])("of %i columns and %i lines fits, whatever is in it", (columns, height) => {
    const states = [
      planned(),
      planned({ cursor: "49" }),
      planned({ filter: "nothing like it" }),
      planned({ help: true }),
      planned({ typing: true, filter: "x".repeat(300) }),
      planned({ notice: "n ".repeat(300) }),
      planned({ chosen: new Set(ROWS.map(({ key }) => key)) }),
      initialState("size"),
      { ...initialState("size"), scanning: "Measuring: 132 of 880, 27.0 MB..." },
    ];
    for (const state of states) {
      const lines = frameOf(state, height, look({ columns })).split("\n");
      expect(lines.length).toBeLessThan(height);
      expect(Math.max(...lines.map((line) => columnsOf(line)))).toBeLessThan(columns);
    }
  });

  it("keeps the row under the cursor on the screen", () => {
    for (const { key } of ROWS) {
      const text = frameOf(planned({ cursor: key }), 16, look({ columns: 100 }));
      expect(text).toMatch(new RegExp(`^> .*project-${key}$`, "m"));
    }
  });

  it("says what is chosen of what, why the row is there, and which keys there are", () => {
    const text = frameOf(planned({ chosen: new Set(["00", "01"]), cursor: "01" }), 20, look({ columns: 100 }));
    const lines = text.split("\n");
    expect(lines[1]).toBe("2/50  sorted by size: largest first");
    expect(lines[0]).toBe("2 of 46 chosen: 99.0 MB of 1.2 GB");
    expect(text).toMatch(/^> \[x\] {3}49\.0 MB {2}1 day ago +stale +~\/code/m);
    expect(text).toContain("01aeadc333175595: its directory was deleted");
    expect(lines.at(-1)).toContain("Space choose");
  });

  it("marks what cannot be chosen", () => {
    expect(frameOf(planned({ cursor: "47" }), 20, look({ columns: 100 }))).toMatch(/^> {2}- .*project-47$/m);
  });

  it("always has as many lines about a row, so that nothing moves", () => {
    const short = ROWS.map((row) => ({ ...row, why: "short" }));
    const lines = (rows: readonly PickerRow[]): number =>
      frameOf(planned({ rows }), 20, look({ columns: 60 })).split("\n").length;
    expect(lines(short)).toBe(lines(ROWS));
  });

  it("has room for a few rows on the smallest terminal", () => {
    expect(pageSize(5)).toBe(3);
  });
});
