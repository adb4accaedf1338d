import { expect, it } from "vitest";
import { KINDS } from "../../src/agents/index.ts";
import { KIND_NAMES } from "../../src/agents/names.ts";
import { settingsFileOf } from "../../src/locations/settings-file.ts";

it.each([
  ["linux", { HOME: "/home/ann" }, "/home/ann/.config/checkpoint-gc/config.yaml"],
  ["linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "/x/" }, "/x/checkpoint-gc/config.yaml"],
  ["linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "" }, "/home/ann/.config/checkpoint-gc/config.yaml"],
  ["linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "relative" }, "/home/ann/.config/checkpoint-gc/config.yaml"],
  ["darwin", { HOME: "/Users/ann", APPDATA: "/no" }, "/Users/ann/.config/checkpoint-gc/config.yaml"],
  ["win32", { USERPROFILE: "C:\\Users\\ann", AppData: "D:\\roam" }, "D:\\roam\\checkpoint-gc\\config.yaml"],
  ["win32", { USERPROFILE: "C:\\Users\\ann" }, "C:\\Users\\ann\\AppData\\Roaming\\checkpoint-gc\\config.yaml"],
])("on %s with %j it is %s", (platform, env, path) => {
  expect(settingsFileOf(env, platform)).toBe(path);
});

it("a command line knows the kinds without loading them", () => {
  expect(KIND_NAMES.toSorted()).toEqual(KINDS.map(({ kind }) => kind).toSorted());
});
