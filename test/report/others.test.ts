import stringWidth from "string-width";
import { expect, it } from "vitest";
import type { OtherPlace } from "../../src/model/others.ts";
import { otherLines } from "../../src/report/others.ts";
import { DAY, look, NOW } from "./build.ts";

const PLACES: readonly OtherPlace[] = [
  {
    title: "Claude Code",
    path: "/home/ann/.claude/file-history",
    cleaning: "by itself",
    extent: { bytes: 1_200_000, files: 1234, oldest: NOW - 40 * DAY, newest: NOW - 2 * DAY, partial: false },
  },
  {
    title: "goose",
    path: "/home/ann/.local/share/goose/sessions",
    cleaning: { command: "goose session remove" },
    extent: { bytes: 5000, files: 2, oldest: NOW - DAY, newest: NOW - DAY, partial: true },
  },
  {
    title: "pi",
    path: "/home/ann/x\u001b[31m",
    cleaning: null,
    extent: { bytes: 0, files: 1, oldest: null, newest: null, partial: true },
  },
];

it("lists what there is, with ages, and what could not be read whole as a lower bound", () => {
  expect(otherLines(PLACES, look())).toEqual([
    "Other programs, only shown",
    "PROGRAM         SIZE  FILES  OLDEST       NEWEST      CLEANED BY            PLACE",
    "Claude Code   1.2 MB  1,234  40 days ago  2 days ago  itself                ~/.claude/file-history",
    "goose        >5.0 kB      2  1 day ago    1 day ago   goose session remove  ~/.local/share/goose/sessions",
    String.raw`pi              >0 B      1  -            -           -                     ~/x\x1b[31m`,
    "",
  ]);
});

it.each([40, 60, 80])("has no line that is wider than %i columns", (columns) => {
  const lines = otherLines(PLACES, look({ columns }));
  expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
  expect(lines.join(" ")).toContain("Claude Code: 1.2 MB in 1,234 files");
});

it("says of a single file that it is one", () => {
  const one = { ...PLACES[0], extent: { bytes: 5000, files: 1, oldest: NOW - DAY, newest: NOW - DAY, partial: false } };
  const [, line] = otherLines([{ ...one, title: "pi", path: "/home/ann/pi", cleaning: null }], look({ columns: 40 }));
  expect(line).toBe("pi: 5.0 kB in 1 file, 1 day ago; ~/pi");
});

it("says nothing where there is nothing", () => {
  expect(otherLines([], look())).toEqual([]);
});
