import { describe, expect, it } from "vitest";
import { ineffectiveSwitch, isSwitchedOff } from "../../src/gate/off-switch.ts";

describe("CHECKPOINT_GC", () => {
  it.each<[string | undefined, boolean, string | null]>([
    ["off", true, null],
    [" OFF ", true, null],
    ["on", false, null],
    ["On", false, null],
    ["", false, null],
    ["  ", false, null],
    [undefined, false, null],
    // Mistyped: it does not switch anything off, and is told as it was typed.
    ["of", false, "of"],
    [" False ", false, " False "],
    ["0", false, "0"],
  ])("%j: switched off %s, told as without effect %j", (value, off, told) => {
    const env = value === undefined ? {} : { CHECKPOINT_GC: value };
    expect([isSwitchedOff(env), ineffectiveSwitch(env)]).toEqual([off, told]);
  });
});
