import { platform } from "node:os";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { parseSet } from "../../src/config/flags.ts";
import { checkLayer } from "../../src/config/schema.ts";
import { settingFlags } from "../../src/hook/arguments.ts";
import { defaultHome, findLocations } from "../../src/agents/hermes/locations.ts";
import type { StartupSweepOptions } from "../../src/hook.ts";
import type { SettingKey, Settings, SettingsInput } from "../../src/model/settings.ts";

/** What `auto` would make of the flags. */
function parsed(flags: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [at, flag] of flags.entries()) {
    if (at % 2 === 0) {
      expect(flag).toBe("--set");
      continue;
    }
    const { key, value } = parseSet(flag);
    if (key === "keep") values[key] = [...((values[key] as unknown[] | undefined) ?? []), value];
    else values[key] = value;
  }
  return values;
}

describe("settings as flags", () => {
  it("are the settings of the rest of us", () => {
    expectTypeOf<NonNullable<StartupSweepOptions["settings"]>>().toEqualTypeOf<SettingsInput>();
  });

  it.each<[string, Partial<Settings> | undefined, readonly string[]]>([
    ["none", undefined, []],
    ["an empty object", {}, []],
    ["undefined is not there", { retention_days: undefined } as unknown as Partial<Settings>, []],
    ["numbers", { retention_days: 30, trash_days: 0.5 }, ["--set", "retention_days=30", "--set", "trash_days=0.5"]],
    ["a negative one", { retention_days: -1 }, ["--set", "retention_days=-1"]],
    ["switches", { delete_orphans: false }, ["--set", "delete_orphans=false"]],
    ["patterns", { keep: ["~/a", "/b,c=d"] }, ["--set", "keep=~/a", "--set", "keep=/b,c=d"]],
    ["no patterns", { keep: [] }, []],
  ])("%s", (_name, settings, flags) => {
    expect(settingFlags(settings)).toEqual(flags);
  });

  it("are unchanged after a round trip through `--set`", () => {
    const days = fc.double({ min: 0, max: 36_500, noNaN: true });
    const settings = fc.record(
      {
        auto_prune: fc.boolean(),
        retention_days: fc.double({ max: 36_500, noNaN: true, noDefaultInfinity: true }),
        delete_orphans: fc.boolean(),
        min_interval_hours: days,
        orphan_grace_hours: days,
        trash_days: days,
        max_size: fc.maxSafeNat(),
        keep: fc.array(fc.constantFrom("~", "~/x y", "/a=b", "**/c", "/d/{e,f}"), { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    // `-0` is 0 to everybody who compares days.
    const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(settings, (each) => {
        expect(plain(parsed(settingFlags(each)))).toEqual(plain(each));
      }),
    );
  });

  it.each<[SettingKey, readonly unknown[]]>([
    ["auto_prune", ["true", 1, null]],
    ["retention_days", ["7", null, Number.NaN, Infinity, -Infinity, 36_501, 36_500, -5]],
    ["min_interval_hours", [-1, -0.1, 0, 876_000, 876_001, true]],
    ["orphan_grace_hours", [-1, 0]],
    ["trash_days", [-1, 0, 36_501]],
    ["max_size", [-1, 0, 1, "2GiB", "2G", "2", "0", " 500 ", "2 g", "1.5T", "2P", "", 2 ** 60]],
    ["keep", [[""], [" "], ["a"], ["./a"], ["~bob"], ["/a\n/b"], ["/a\0"], ["/a "], [7], {}, ["~"], ["~/a"], ["**"]]],
  ])("are refused where `auto` would refuse them: %s", (key, values) => {
    for (const value of values) {
      // A lone text for a list is a courtesy of the file; -Infinity is JSON's null.
      const wrong = checkLayer({ [key]: value }).kind === "wrong";
      const look = (): unknown => settingFlags({ [key]: value });
      if (wrong) expect(look, String(value)).toThrow(new RegExp(`^settings\\.${key} is .*, expected `, "s"));
      else expect(look, String(value)).not.toThrow();
    }
  });

  it("are refused when the key is unknown", () => {
    expect(() => settingFlags({ retention: 3 } as unknown as Partial<Settings>)).toThrow('unknown setting "retention"');
  });
});

describe.runIf(platform() !== "win32")("the home", () => {
  it.each([
    ["none", {}],
    ["HERMES_HOME", { HERMES_HOME: "/srv/hermes" }],
    ["white space", { HERMES_HOME: " /srv/hermes/\n" }],
    ["blank", { HERMES_HOME: "  " }],
    ["~", { HERMES_HOME: "~" }],
    ["~/x", { HERMES_HOME: "~/x" }],
    ["~bob", { HERMES_HOME: "~bob" }],
    ["relative", { HERMES_HOME: "x/../y" }],
  ])("is the one that `auto` would take: %s", (_name, env) => {
    const osHome = "/home/$&";
    const expected = defaultHome({ env, osHome, platform: process.platform, cwd: process.cwd() });
    expect(findLocations({}, { ...env, HOME: osHome })).toEqual([{ kind: "home", path: expected, userHome: osHome }]);
  });

  it.each([["home"], ["base"]] as const)("a named %s", (kind) => {
    const named = (path: unknown): unknown => findLocations({ [kind]: path }, { HOME: "/home/ada" })[0]?.path;
    expect(named("/a/b/")).toBe("/a/b");
    expect(named("~/x")).toBe("/home/ada/x");
    expect(named("x")).toBe(`${process.cwd()}/x`);
    expect(() => named("")).toThrow(`${kind} is empty`);
    expect(() => named(" ")).toThrow(`${kind} is empty`);
    expect(() => named(7)).toThrow(`${kind} is empty`);
  });
});
