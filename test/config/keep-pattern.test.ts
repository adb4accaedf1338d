import { describe, expect, it } from "vitest";
import { checkKeepPattern } from "../../src/config/keep-pattern.ts";

const START = 'expected a path or glob that begins with "/", "~/" or "**/"';
const BRACKETS = 'expected every bracket to have its partner, or a "\\" before it';
const RESOLVED = 'expected a path without "." and ".." parts, as workdirs are recorded';
const SPACE = "expected no space at its ends; a space that is part of the name is [ ]";
const LINE = "expected one pattern on one line; several are a list";

describe("a good pattern", () => {
  it.each([
    "/",
    "/srv/work",
    "/srv/work/",
    "~",
    "~/",
    "~/x",
    "~/x/**",
    "**",
    "**/demo",
    "**/demo/**",
    "/srv/*/x",
    "/a b/c",
    "/a (copy)",
    "/app/[slug]",
    "/a/{b,c}",
    "/a/{b,{c,d}}",
    "/a/[{]",
    "/a/[]]",
    "/a/[!x]",
    "/a/\\[b",
    "/a/\\}",
    "/a/\\(b",
    "~/!(x)",
    "/a/.b",
    "/a/..b",
    "/a/b..",
    "/a/...",
    "/ä/日本",
    "/x/[ ]",
    "C:\\Users\\x",
    "d:/code",
    "\\\\nas\\share",
  ])("%j", (pattern) => {
    expect(checkKeepPattern(pattern)).toBeNull();
  });
});

describe("a bad pattern", () => {
  it.each([
    ["", START],
    [" ", START],
    ["\n", START],
    ["work", START],
    ["./work", START],
    ["../work", START],
    ["*", START],
    ["*/x", START],
    ["*.bak", START],
    ["?/x", START],
    ["**x", START],
    ["!/srv", START],
    ["{/a,/b}", START],
    ["[/]a", START],
    ["C:x", START],
    ["$HOME/x", START],
    ["file:///x", START],
    ["~bob", 'expected "~/" or an absolute path; other people\'s homes are not looked up'],
    ["~bob/x", 'expected "~/" or an absolute path; other people\'s homes are not looked up'],
    ["~*/x", 'expected "~/" or an absolute path; other people\'s homes are not looked up'],
    ["/a\n/b\n", LINE],
    ["/a\n", LINE],
    ["/a\r", LINE],
    ["/a\0b", LINE],
    [" /a", SPACE],
    ["/a ", SPACE],
    ["/a\t", SPACE],
    ["/a/../b", RESOLVED],
    ["/a/./b", RESOLVED],
    ["/a/..", RESOLVED],
    ["/a/.", RESOLVED],
    ["~/../b", RESOLVED],
    ["**/..", RESOLVED],
    ["C:\\a\\..\\b", RESOLVED],
    ["/a/[b", BRACKETS],
    ["/a/b]", BRACKETS],
    ["/a/{b", BRACKETS],
    ["/a/b}", BRACKETS],
    ["/a/(b", BRACKETS],
    ["/a/b)", BRACKETS],
    ["/a/[]", BRACKETS],
    ["/a/{b,[c}", BRACKETS],
    ["/a/*(", BRACKETS],
    ["/a/}{", BRACKETS],
    ["**/[", BRACKETS],
    ["/a/\\\\[b", BRACKETS],
  ])("%j: %s", (pattern, reason) => {
    expect(checkKeepPattern(pattern)).toBe(reason);
  });

  it("that does not compile is refused in the words of picomatch", () => {
    expect(checkKeepPattern("/a/[z-a]")).toMatch(/^expected a glob \(Invalid regular expression: .+\)$/);
  });

  it.each([
    ["characters", "/" + "x".repeat(4096), "expected at most 4096 characters"],
    ["brackets", `/${"(".repeat(101)}${")".repeat(101)}`, "expected at most 100 brackets"],
    ["brackets of all kinds", `/${"{a,[b](c)}".repeat(34)}`, "expected at most 100 brackets"],
  ])("has too many %s", (_what, pattern, reason) => {
    expect(checkKeepPattern(pattern)).toBe(reason);
  });
});

it("a long pattern with many brackets is still good", () => {
  expect(checkKeepPattern(`/${"x".repeat(3500)}${"(".repeat(50)}a${")".repeat(50)}${"/{a,b}".repeat(50)}`)).toBeNull();
});
