import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atomsOf, visible } from "../../src/report/sanitize.ts";
import { look } from "./build.ts";

const utf8 = look();
const ascii = look({ unicode: false });

describe("visible", () => {
  it.each([
    ["plain", "/home/ann/work", "/home/ann/work"],
    ["an escape sequence", "a\u001b[31mb", "a\\x1b[31mb"],
    ["a C1 control, which terminals obey too", "a\u009b31mb", "a\\u009b31mb"],
    ["a newline", "a\nb\r\n", "a\\x0ab\\x0d\\x0a"],
    ["a tab and a NUL", "\ta\0", "\\x09a\\x00"],
    ["DEL", "a\u007f", "a\\x7f"],
    ["a bidi override", "a\u202egnp.exe", "a\\u202egnp.exe"],
    ["a bidi isolate", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["a zero-width space", "a\u200bb", "a\\u200bb"],
    ["a soft hyphen and a BOM", "a\u00adb\ufeff", "a\\u00adb\\ufeff"],
    ["line and paragraph separators", "a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
    ["a variation selector without an emoji", "a\ufe0f", "a\\ufe0f"],
    ["a filler that is a letter", "a\u3164", "a\\u3164"],
    ["a joiner between letters", "a\u200db", "a\\u200db"],
    ["a no-break space", "a\u00a0b", "a\\u00a0b"],
    ["spaces at either end", " a b ", "\\x20a b\\x20"],
    ["a lone space", " ", "\\x20"],
    ["a lone surrogate", "a\ud800", "a\\ud800"],
    ["accents, composed or not", "é e\u0301", "é e\u0301"],
    ["wide characters", "漢字\u3000の", "漢字\u3000の"],
    ["an emoji family", "👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"],
    ["a backslash", "C:\\x", "C:\\x"],
    ["bytes that are not UTF-8", "base64:L3D/w6k=", "/p\\xffé"],
    ["an overlong sequence", "base64:4ICA", "\\xe0\\x80\\x80"],
    ["a name that only begins like bytes", "base64:not it", "base64:not it"],
    ["nothing", "", ""],
  ])("shows %s", (_, name, shown) => {
    expect(visible(name, utf8)).toBe(shown);
  });

  it.each([
    ["é", "\\u00e9"],
    ["漢", "\\u6f22"],
    ["🎉", "\\u{1f389}"],
    ["a\u001b", "a\\x1b"],
  ])("writes %s in ASCII where the terminal knows no other", (name, shown) => {
    expect(visible(name, ascii)).toBe(shown);
  });

  it("never lets a control, format or surrogate character through", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(visible(name, utf8).replaceAll(/\u200d|\ufe0f/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(visible(name, ascii)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  it("keeps an escape in one piece", () => {
    expect(atomsOf("a\u001bé", ascii)).toEqual(["a", "\\x1b", "\\u00e9"]);
  });
});
