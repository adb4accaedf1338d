// What people write to name workdirs: in `keep`, and as words of `prune`.
import { describe, expect, it } from "vitest";
import type { NamedPattern } from "../../src/model/patterns.ts";
import { expandHome, hasMagic, keepMatcher, nameMatcher, pathMatcher, wordMatcher } from "../../src/plan/patterns.ts";
import { BASE, HOME } from "./build.ts";

describe("~", () => {
  it.each([
    ["~", "/home/ann"],
    ["~/", "/home/ann/"],
    ["~/work", "/home/ann/work"],
    ["~bob/work", "~bob/work"],
    ["~~", "~~"],
    ["/srv/~/x", "/srv/~/x"],
    ["/srv", "/srv"],
    ["", ""],
  ])("%j is %j", (pattern, expanded) => {
    expect(expandHome(pattern, HOME)).toBe(expanded);
  });

  it.each([
    ["~", "/", "/"],
    ["~/code", "/", "/code"],
    ["~", "/root/", "/root"],
    ["~/work", "/root/", "/root/work"],
  ])("%j in the home %j is %j", (pattern, home, expanded) => {
    expect(expandHome(pattern, home)).toBe(expanded);
  });
});

const MATCHES: readonly (readonly [pattern: string, path: string, expected: boolean])[] = [
  // A plain path names itself and all below it, dot files included.
  ["/srv/work", "/srv/work", true],
  ["/srv/work", "/srv/work/a/b", true],
  ["/srv/work", "/srv/work/.cache/x", true],
  ["/srv/work", "/srv/workshop", false],
  ["/srv/work", "/srv", false],
  ["/srv/work", "/SRV/work", false],
  ["/srv/work", "/home/srv/work", false],
  // A slash at the end changes nothing.
  ["/srv/work/", "/srv/work", true],
  ["/srv/work///", "/srv/work/a", true],
  ["/srv/work/", "/srv/workshop", false],
  ["/srv/*/", "/srv/work", true],
  // The root is above everything.
  ["/", "/", true],
  ["/", "/srv", true],
  ["//", "/srv", true],
  ["~//", "/home/ann/work", true],
  ["~//", "/home/bob/work", false],
  // The home of the person.
  ["~", "/home/ann", true],
  ["~", "/home/ann/work", true],
  ["~", "/home/anna", false],
  ["~/", "/home/ann/work", true],
  ["~/work", "/home/ann/work/x", true],
  ["~/work", "/home/bob/work/x", false],
  ["~/w*", "/home/ann/work/deep/er", true],
  ["~/.config", "/home/ann/.config/x", true],
  // A glob names what it matches and all below that, dot files included.
  ["/srv/*", "/srv/work", true],
  ["/srv/*", "/srv/work/deep/er", true],
  ["/srv/*", "/srv/.hidden", true],
  ["/srv/*", "/srv/work/.hidden", true],
  ["/srv/*", "/srv", false],
  ["/srv/w*k", "/srv/work", true],
  ["/srv/w*k", "/srv/worn", false],
  ["/srv/w*k", "/srv/a/work", false],
  ["/srv/**/keep", "/srv/a/.b/keep", true],
  ["/srv/**/keep", "/srv/keep/below", true],
  ["/srv/**/keep", "/srv/a/keeper", false],
  ["**/keep", "/any/where/keep", true],
  ["**/keep", "/any/where/keep/below", true],
  ["**/keep", "/any/where/kept", false],
  ["**", "/any/.where", true],
  ["/srv/wor?", "/srv/work", true],
  ["/srv/wor?", "/srv/wor", false],
  ["/srv/wor?", "/srv/works", false],
  ["/srv/{a,b}/x", "/srv/b/x/y", true],
  ["/srv/{a,b}/x", "/srv/c/x", false],
  ["/srv/@(a|b)", "/srv/a", true],
  ["/srv/+(a)", "/srv/aaa", true],
  ["/srv/!(a)", "/srv/b", true],
  ["/srv/!(a)", "/srv/a", false],
  // Brackets are a class, and also themselves: directories are really called so.
  ["/srv/[ab]", "/srv/a", true],
  ["/srv/[ab]", "/srv/c", false],
  ["/srv/[ab]", "/srv/[ab]", true],
  ["/srv/[ab]", "/srv/[ab]/below", true],
  ["/app/[slug]", "/app/[slug]", true],
  ["/srv/a (copy)", "/srv/a (copy)/x", true],
  ["/srv/a (copy)", "/srv/a", false],
  ["/srv/c++", "/srv/c++/x", true],
  ["/srv/me@work", "/srv/me@work", true],
  ["/srv/\\[ab\\]", "/srv/[ab]", true],
  ["/srv/\\[ab\\]", "/srv/a", false],
  ["/srv/what!", "/srv/what!/now", true],
];

describe("a pattern", () => {
  it.each(MATCHES)("%s names %s: %s", (pattern, path, expected) => {
    expect(pathMatcher(pattern, HOME)(path)).toBe(expected);
  });

  // Containers have `/`, and some shells a slash at the end: a `keep` that names nothing would protect nothing.
  it.each([
    ["~/code", "/", "/code/x", true],
    ["~", "/", "/code", true],
    ["~/c*", "/", "/code/x", true],
    ["~/work", "/root/", "/root/work", true],
    ["~", "/root/", "/root", true],
    ["~", "/root/", "/rooted", false],
    // What is special in a glob is not special in the home that stands for `~`.
    ["~/w*", "/home/a[b]", "/home/a[b]/work", true],
    ["~/w*", "/home/a[b]", "/home/ab/work", false],
    ["~/w*", "/Users/ann (work)", "/Users/ann (work)/web", true],
    ["~/w*", "/home/ann@corp.example", "/home/ann@corp.example/web", true],
    ["~/w*", "/home/{ann}", "/home/{ann}/web", true],
    ["~/w*", "/home/back\\slash", "/home/back\\slash/web", true],
  ])("%s in the home %s names %s: %s", (pattern, home, path, expected) => {
    expect(pathMatcher(pattern, home)(path)).toBe(expected);
  });

  it("that begins with ! does not match all the others", () => {
    expect(pathMatcher("!/srv/keep", HOME)("/srv/other")).toBe(false);
    expect(pathMatcher("!/srv/keep", HOME)("/srv/keep/below")).toBe(false);
  });
});

describe("keep", () => {
  it("names the first pattern that matches", () => {
    const kept = keepMatcher(["/srv/a", "~/work", "**/work/*"], HOME);
    expect(kept("/home/ann/work/x")).toBe("~/work");
    expect(kept("/opt/work/x")).toBe("**/work/*");
    expect(kept("/opt/x")).toBeNull();
  });

  it("names what a pattern leads to, below which a glob may go on", () => {
    const places = [
      { at: "/data/c++", glob: null },
      { at: "/", glob: "/opt/[ab]" },
      { at: "/home/{ann}/", glob: "/w*" },
    ];
    const kept = keepMatcher(["~/code"], HOME, [{ pattern: "~/code", places, settled: [], problem: null }]);
    for (const path of ["/data/c++", "/data/c++/x", "/opt/a", "/opt/b/c", "/home/{ann}/web", "/home/ann/code"])
      expect(kept(path)).toBe("~/code");
    for (const path of ["/data/c", "/data/c++x", "/opt/c", "/home/ann/web", "/home/{ann}"])
      expect(kept(path)).toBeNull();
  });

  it("keeps nothing where it is empty", () => {
    expect(keepMatcher([], HOME)("/srv")).toBeNull();
  });
});

describe("a word", () => {
  const ROW = { id: "1aeadc333175595d", path: `${BASE}/1aeadc333175595d`, subject: "/home/ann/work/acme" };
  const NAMELESS = { ...ROW, subject: null };
  const typed = (pattern: string): NamedPattern => ({ pattern, places: [], settled: [], problem: null });

  it.each([
    ["the id", "1aeadc333175595d", true, true],
    ["a part of the id", "1aeadc33", false, false],
    ["the id in capitals", "1AEADC333175595D", false, false],
    ["the path of the entry", `${BASE}/1aeadc333175595d`, true, true],
    ["the base", BASE, false, false],
    ["the workdir", "/home/ann/work/acme", true, false],
    ["the workdir with a slash", "/home/ann/work/acme/", true, false],
    ["the workdir with ~", "~/work/acme", true, false],
    ["a directory above the workdir", "~/work", true, false],
    ["a directory below the workdir", "/home/ann/work/acme/src", false, false],
    ["a glob of workdirs", "/home/*/work/a*", true, false],
    ["a glob of ids", "1aead*", false, false],
    ["another workdir", "/home/ann/work/acmes", false, false],
    // `prune "$UNSET"`: an empty selection is not everything.
    ["nothing", "", false, false],
    ["white space", " ", false, false],
  ])("%s", (_, word, named, nameless) => {
    expect(wordMatcher(typed(word), HOME)(ROW)).toBe(named);
    expect(wordMatcher(typed(word), HOME)(NAMELESS)).toBe(nameless);
  });

  it("names what it leads to: a workdir, what a glob names below it, and an entry", () => {
    const leads = (at: string, glob: string | null): NamedPattern => ({ ...typed("/link"), places: [{ at, glob }] });
    expect(wordMatcher(leads("/home/ann/work", null), HOME)(ROW)).toBe(true);
    expect(wordMatcher(leads("/home/ann", "/w*"), HOME)(ROW)).toBe(true);
    expect(wordMatcher(leads("/home/ann", "/x*"), HOME)(ROW)).toBe(false);
    expect(wordMatcher(leads(ROW.path, null), HOME)(NAMELESS)).toBe(true);
    expect(wordMatcher(leads(ROW.path, "/*"), HOME)(NAMELESS)).toBe(false);
  });

  it("may be a glob where it has a character of one", () => {
    expect(["/srv/*", "a[b]", "c++", "/srv/thesis", "~/x"].filter(hasMagic)).toEqual(["/srv/*", "a[b]", "c++"]);
  });

  it("that is one part of a path matches names, those that begin with a dot too", () => {
    expect(["a", ".a", "ab", "b"].filter(nameMatcher("*a"))).toEqual(["a", ".a"]);
    expect([".a", "!a"].filter(nameMatcher("!a"))).toEqual(["!a"]);
  });
});
