import { describe, expect, it } from "vitest";
import { checkFlag, parseFlag, parseSet } from "../../src/config/flags.ts";
import { settingsError } from "./settings-error.ts";

describe("--set", () => {
  it.each([
    ...["true", "on", "yes", "True", "ON", " yes "].map((text) => [`auto_prune=${text}`, "auto_prune", true] as const),
    ...["false", "off", "no", "False", "OFF"].map(
      (text) => [`delete_orphans=${text}`, "delete_orphans", false] as const,
    ),
    ["retention_days=30", "retention_days", 30],
    [" retention_days = 30 ", "retention_days", 30],
    ["retention_days=-1", "retention_days", -1],
    ["retention_days=+1.5", "retention_days", 1.5],
    ["retention_days=.5", "retention_days", 0.5],
    ["retention_days=7.", "retention_days", 7],
    ["retention_days=1e3", "retention_days", 1000],
    ["min_interval_hours=0", "min_interval_hours", 0],
    ["orphan_grace_hours=0.25", "orphan_grace_hours", 0.25],
    ["trash_days=36500", "trash_days", 36_500],
    ["retention_days=30d", "retention_days", 30],
    ["retention_days=2w", "retention_days", 14],
    ["retention_days=12h", "retention_days", 0.5],
    ["min_interval_hours=2d", "min_interval_hours", 48],
    ["keep=~/x", "keep", "~/x"],
    ["keep=/a,b=c", "keep", "/a,b=c"],
  ] as const)("%s", (text, key, value) => {
    expect(parseSet(text)).toEqual({ key, value, flag: `--set ${key}` });
  });

  it.each([
    ["auto_prune=maybe", '--set auto_prune is "maybe": expected true or false'],
    ["auto_prune=1", '--set auto_prune is "1": expected true or false'],
    ["auto_prune=", '--set auto_prune is "": expected true or false'],
    ["retention_days=", '--set retention_days is "": expected a number of days'],
    ["retention_days=seven", '--set retention_days is "seven": expected a number of days'],
    ["retention_days=7s", '--set retention_days is "7s": expected a number of days'],
    ["retention_days=7d 3", '--set retention_days is "7d 3": expected a number of days'],
    ["retention_days=nan", '--set retention_days is "nan": expected a number of days'],
    ["retention_days=inf", '--set retention_days is "inf": expected a number of days'],
    ["retention_days=1e999", '--set retention_days is "1e999": expected a number of days'],
    ["retention_days=0x10", '--set retention_days is "0x10": expected a number of days'],
    ["retention_days=1_000", '--set retention_days is "1_000": expected a number of days'],
    ["retention_days=true", '--set retention_days is "true": expected a number of days'],
    ["retention_days=36501", "--set retention_days is 36501: expected at most 36500 days"],
    ["trash_days=-1", "--set trash_days is -1: expected 0 or more days"],
    ["min_interval_hours=-1", "--set min_interval_hours is -1: expected 0 or more hours"],
    ["orphan_grace_hours=soon", '--set orphan_grace_hours is "soon": expected a number of hours'],
    ["keep=", '--set keep is "": expected a path or glob that begins with "/", "~/" or "**/"'],
    ["keep=work", '--set keep is "work": expected a path or glob that begins with "/", "~/" or "**/"'],
    ["retention_days", "--set retention_days: expected key=value"],
    ["", "--set : expected key=value"],
    ["retention_day=7", '--set retention_day=7: unknown setting "retention_day"'],
    ["=7", '--set =7: unknown setting ""'],
  ])("%s is refused", (text, message) => {
    const error = settingsError(() => parseSet(text));
    expect(error.message).toBe(message);
    expect(error).toMatchObject({ code: "usage", exitCode: 2 });
  });

  it.each([
    ["retention_day=7", "Did you mean retention_days?"],
    ["trash-days=7", "Did you mean trash_days?"],
    ["retention_days", "For example --set retention_days=30."],
    ["retention_days=99999", "To remove nothing for its age alone write retention_days: 0."],
  ])("%s: the hint", (text, hint) => {
    expect(settingsError(() => parseSet(text)).hint).toBe(hint);
  });
});

describe("a flag with a name of its own", () => {
  it("is typed from its text", () => {
    expect(parseFlag("retention_days", "30", "--retention-days")).toEqual({
      key: "retention_days",
      value: 30,
      flag: "--retention-days",
    });
  });

  it("is named in the error", () => {
    const error = settingsError(() => parseFlag("retention_days", "seven", "--retention-days"));
    expect(error.message).toBe('--retention-days is "seven": expected a number of days');
  });

  it("from a caller is checked like any other", () => {
    const flag = { key: "keep", value: ["/a", 7], flag: "settings.keep" } as const;
    expect(settingsError(() => checkFlag(flag)).message).toBe("settings.keep[1] is 7: expected a path or glob as text");
    const missing = { key: "trash_days", value: undefined, flag: "settings.trash_days" } as const;
    expect(settingsError(() => checkFlag(missing)).message).toBe(
      "settings.trash_days is empty: expected a number of days",
    );
  });
});
