import { describe, expect, it } from "vitest";
import { readBlocks } from "./blocks.ts";
import { settingsError } from "./settings-error.ts";

const FILE = "/h/config.yaml";
const SWITCH = "expected true or false";
const DAYS = "expected a number of days";
const HOURS = "expected a number of hours";
const LIST = "expected a path or glob, or a list of them";

/** As written in YAML, and as the message shows it. */
const NOT_A_SCALAR = [
  ["", "empty"],
  ["~", "empty"],
  ["null", "empty"],
  ["[1]", "a list"],
  ["{a: 1}", "a map"],
  ["2001-01-01", "a date"],
  ["!!binary aGk=", "binary data"],
] as const;
const NOT_A_SWITCH = [
  ...NOT_A_SCALAR,
  ["1", "1"],
  ["0", "0"],
  [".nan", ".nan"],
  ["maybe", '"maybe"'],
  ['"true"', '"true"'],
  ["'no'", '"no"'],
  ["''", '""'],
] as const;
const NOT_A_NUMBER = [
  ...NOT_A_SCALAR,
  ["true", "true"],
  ["off", "false"],
  ["seven", '"seven"'],
  ["7d", '"7d"'],
  ['"7"', '"7"'],
  ["''", '""'],
  [".nan", ".nan"],
  [".inf", ".inf"],
  ["-.inf", "-.inf"],
  ["1e999", ".inf"],
] as const;
const NOT_PATTERNS = [
  ["", "empty"],
  ["~", "empty"],
  ["{a: 1}", "a map"],
  ["true", "true"],
  ["7", "7"],
  [".nan", ".nan"],
  ["2001-01-01", "a date"],
] as const;

const wrong = [
  ...["auto_prune", "delete_orphans"].flatMap((key) => NOT_A_SWITCH.map((row) => [key, ...row, SWITCH] as const)),
  ...["retention_days", "trash_days"].flatMap((key) => NOT_A_NUMBER.map((row) => [key, ...row, DAYS] as const)),
  ...["min_interval_hours", "orphan_grace_hours"].flatMap((key) =>
    NOT_A_NUMBER.map((row) => [key, ...row, HOURS] as const),
  ),
  ["retention_days", "36501", "36501", "expected at most 36500 days"],
  ["trash_days", "36500.5", "36500.5", "expected at most 36500 days"],
  ["trash_days", "-1", "-1", "expected 0 or more days"],
  ["trash_days", "-0.001", "-0.001", "expected 0 or more days"],
  ["min_interval_hours", "-1", "-1", "expected 0 or more hours"],
  ["min_interval_hours", "876001", "876001", "expected at most 876000 hours"],
  ["orphan_grace_hours", "-0.5", "-0.5", "expected 0 or more hours"],
  ["orphan_grace_hours", "876001", "876001", "expected at most 876000 hours"],
  ...NOT_PATTERNS.map((row) => ["keep", ...row, LIST] as const),
  ["keep", "work", '"work"', 'expected a path or glob that begins with "/", "~/" or "**/"'],
] as const;

describe.each(["checkpoints", "checkpoint_gc"])("a wrong value in %s", (block) => {
  it.each(wrong)("%s: %s", (key, written, shown, expected) => {
    const error = settingsError(() => readBlocks(`${block}:\n  ${key}: ${written}\n`, FILE));
    expect(error.message).toBe(`${block}.${key} in /h/config.yaml, line 2, is ${shown}: ${expected}`);
    expect(error).toMatchObject({ code: "settings-invalid", exitCode: 2 });
    expect(error.hint).not.toBeNull();
  });

  it.each([
    ["[~]", "[0] in /h/config.yaml, line 2, is empty: expected a path or glob as text"],
    ["[/a, 7]", "[1] in /h/config.yaml, line 2, is 7: expected a path or glob as text"],
    ["[/a, yes]", "[1] in /h/config.yaml, line 2, is true: expected a path or glob as text"],
    ["[/a, [/b]]", "[1] in /h/config.yaml, line 2, is a list: expected a path or glob as text"],
    ["[/a, {b: 1}]", "[1] in /h/config.yaml, line 2, is a map: expected a path or glob as text"],
    ["[/a, '']", '[1] in /h/config.yaml, line 2, is "": expected a path or glob that begins with "/", "~/" or "**/"'],
    [
      "[/a, '/b[']",
      '[1] in /h/config.yaml, line 2, is "/b[": expected every bracket to have its partner, or a "\\" before it',
    ],
  ])("keep: %s", (written, message) => {
    const error = settingsError(() => readBlocks(`${block}:\n  keep: ${written}\n`, FILE));
    expect(error.message).toBe(`${block}.keep${message}`);
  });

  it("shows the beginning of a long text", () => {
    const error = settingsError(() => readBlocks(`${block}:\n  trash_days: ${"x".repeat(5000)}\n`, FILE));
    expect(error.message).toBe(
      `${block}.trash_days in /h/config.yaml, line 2, is "${"x".repeat(80)}"... (5000 characters): expected a number of days`,
    );
  });

  it.each([
    ["7", "7"],
    ["on-off", '"on-off"'],
    ["[1]", "a list"],
  ])("that is not a map: %s", (written, shown) => {
    const error = settingsError(() => readBlocks(`${block}: ${written}\n`, FILE));
    expect(error.message).toBe(`${block} in /h/config.yaml, line 1, is ${shown}: expected a map of settings`);
    expect(error.code).toBe("settings-invalid");
  });

  it.each(["", " ~", " null", " {}"])("that is empty sets nothing: %j", (written) => {
    expect(readBlocks(`${block}:${written}\n`, FILE)).toEqual({ checkpoints: {}, checkpoint_gc: {} });
  });
});

describe("the hint says what to write", () => {
  it.each([
    ["retention_days: '7'", "Write retention_days: 7, without quotes."],
    ["retention_days: 99999", "To remove nothing for its age alone write retention_days: 0."],
    ["retention_days: '99999'", "The default is retention_days: 7."],
    ["retention_days:", "The default is retention_days: 7."],
    ["auto_prune: 'Yes'", "Write auto_prune: true, without quotes."],
    ["auto_prune: 1", "The default is auto_prune: false."],
    ["keep: ~", 'Write keep: ["~/work"]; a lone ~ must be in quotes.'],
    ["keep: [~]", 'Write keep: ["~/work"]; a lone ~ must be in quotes.'],
    ["keep: work", 'Write keep: ["~/work", "**/demo"].'],
  ])("%s", (line, hint) => {
    expect(settingsError(() => readBlocks(`checkpoint_gc:\n  ${line}\n`, FILE)).hint).toBe(hint);
  });
});
