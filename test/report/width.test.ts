import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { pathText } from "../../src/report/paths.ts";
import { columnsOf, fitPath, padEnd, padStart, PLAIN, wrap } from "../../src/report/width.ts";
import { look } from "./build.ts";

const here = look();

describe("pathText", () => {
  it.each([
    ["/home/ann", "~"],
    ["/home/ann/work", "~/work"],
    ["/home/anna/work", "/home/anna/work"],
    ["/srv/home/ann/x", "/srv/home/ann/x"],
    ["base64:L2hvbWUvYW5uL/8=", "~/\\xff"],
  ])("shows %s as %s", (path, shown) => {
    expect(pathText(path, here)).toBe(shown);
  });

  it.each([null, "", "/"])("shortens nothing where the home is %j", (home) => {
    expect(pathText("/home/ann", look({ home }))).toBe("/home/ann");
  });
});

describe("columnsOf", () => {
  it("counts as string-width does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(columnsOf(text)).toBe(stringWidth(text));
      }),
    );
  });

  it("counts each character that needs no table as one column", () => {
    const plain = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
      PLAIN.test(one),
    );
    expect(plain.length).toBeGreaterThan(400);
    expect(plain.filter((one) => stringWidth(one) !== 1)).toEqual([]);
  });
});

describe("fitPath", () => {
  it.each([
    ["/srv/a/long/way/to/the/landing-page", 40, "/srv/a/long/way/to/the/landing-page"],
    ["/srv/a/long/way/to/the/landing-page", 24, "/srv/a/lon…/landing-page"],
    ["/srv/a/long/way/to/the/landing-page", 16, "/srv…anding-page"],
    ["/home/ann/漢字の名前/アプリ", 14, "~/漢字…/アプリ"],
  ])("shortens %s to %i columns in its middle", (path, width, shown) => {
    expect(fitPath(path, width, here)).toBe(shown);
  });

  it("uses three dots without UTF-8", () => {
    expect(fitPath("/srv/a/long/way/to/the/landing-page", 20, look({ unicode: false }))).toBe("/srv.../landing-page");
  });

  it("never cuts an escape and never is too wide", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        (name, width, unicode) => {
          const shown = fitPath(`/x/${name}\u001b/y`, width, look({ unicode }));
          expect(stringWidth(shown)).toBeLessThanOrEqual(width);
          expect(shown).not.toContain("\u001b");
          expect(shown.replaceAll("\\x1b", "")).not.toMatch(/\\x1?$|\\x1?[….]/);
        },
      ),
    );
  });
});

describe("wrap", () => {
  it("breaks between words, indents what follows, and keeps numbers with their units", () => {
    expect(wrap("freed 3.1 GB on 21 Nov at noon", 12, here, "  ")).toEqual([
      "freed 3.1 GB",
      "  on 21 Nov",
      "  at noon",
    ]);
  });

  it("breaks a longer word hard, behind a slash where one is near", () => {
    expect(wrap("in /home/somebody/somewhere now", 18, here)).toEqual(["in", "/home/somebody/", "somewhere now"]);
    expect(wrap("abcdefghij", 4, here)).toEqual(["abcd", "efgh", "ij"]);
  });

  it("loses nothing and fits", () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom("a", "b", "/", "漢", "🎉", "."), minLength: 1, maxLength: 30 }),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 60 }), (parts, width) => {
        const lines = wrap(parts.join(" "), width, here);
        expect(lines.every((line) => stringWidth(line) <= width)).toBe(true);
        expect(lines.join("").replaceAll(" ", "")).toBe(parts.join(""));
      }),
    );
  });
});

describe("columns", () => {
  it("counts wide characters twice and pads by that", () => {
    expect(columnsOf("漢a")).toBe(3);
    expect(padEnd("漢", 4)).toBe("漢  ");
    expect(padStart("漢", 4)).toBe("  漢");
    expect(padEnd("long", 2)).toBe("long");
  });
});
