import { describe, expect, it } from "vitest";
import { openerOf } from "../../src/process/open-file.ts";

describe("the program that opens a file", () => {
  it.each([
    ["linux", ["xdg-open"]],
    ["freebsd", ["xdg-open"]],
    ["darwin", ["open"]],
    ["win32", ["rundll32", "url.dll,FileProtocolHandler"]],
  ])("on %s is %j", (platform, words) => {
    expect(openerOf(platform)).toEqual(words);
  });
});
