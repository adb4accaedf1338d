// The names in the trash: what is written is read back, and made-up names are left alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRASH_RULES } from "../../src/model/trash.ts";
import { formatTrashName, isTrashId, parseTrashName, trashId, type TrashName } from "../../src/model/trash-name.ts";

function name(over: Partial<TrashName> = {}): TrashName {
  return {
    marked: false,
    entryId: "1aeadc333175595d",
    taken: over.since ?? 1_795_180_800_000,
    since: 1_795_180_800_000,
    nonce: "0a1b2c3d",
    rule: "orphan",
    conflicted: false,
    store: "hermes-shadow",
    member: 1,
    of: 1,
    place: over.entryId ?? "1aeadc333175595d",
    ...over,
  };
}

const REST = "1795180800000.0a1b2c3d.orphan.hermes-shadow";

/** What a name that is marked begins with. */
const MARK = formatTrashName(name({ marked: true })).replace(formatTrashName(name()), "");

describe("a name", () => {
  it.each<[string, Partial<TrashName>, string]>([
    ["of a shadow repo", {}, `1aeadc333175595d.${REST}`],
    ["that is marked", { marked: true }, `~1aeadc333175595d.${REST}`],
    ["that could not go back", { conflicted: true }, "1aeadc333175595d.1795180800000.0a1b2c3d.orphan~.hermes-shadow"],
    [
      "of a copy of what was put back",
      { as: "ref", returned: true },
      "1aeadc333175595d.1795180800000.0a1b2c3d.orphan=.hermes-shadow.1of1+ref.1aeadc333175595d",
    ],
    [
      "of such a copy in conflict",
      { as: "ref", returned: true, conflicted: true },
      "1aeadc333175595d.1795180800000.0a1b2c3d.orphan=~.hermes-shadow.1of1+ref.1aeadc333175595d",
    ],
    [
      "of one of two members",
      { member: 2, of: 2, place: "meta/a.json" },
      `1aeadc333175595d.${REST}.2of2.meta%2Fa%2Ejson`,
    ],
    ["of one member elsewhere", { place: "deep/er" }, `1aeadc333175595d.${REST}.1of1.deep%2Fer`],
    [
      "of what was a ref",
      { member: 1, of: 2, place: "store/refs/hermes/x", as: "ref" },
      `1aeadc333175595d.${REST}.1of2+ref.store%2Frefs%2Fhermes%2Fx`,
    ],
    ["of a ref alone, whose place is its id", { as: "ref" }, `1aeadc333175595d.${REST}.1of1+ref.1aeadc333175595d`],
    ["with dots", { entryId: "a.b", place: "a.b" }, `a%2Eb.${REST}`],
    ["with what marks a conflict", { entryId: "a~", place: "a~" }, `a%7E.${REST}`],
    [
      "whose period started again",
      { taken: 1_795_180_800_000, since: 1_795_440_000_000 },
      "1aeadc333175595d.1795180800000-1795440000000.0a1b2c3d.orphan.hermes-shadow",
    ],
    ["with a fraction of a millisecond", { since: 1_795_180_800_000.4 }, `1aeadc333175595d.${REST}`],
  ])("%s", (_, over, text) => {
    expect(formatTrashName(name(over))).toBe(text);
    const { taken, since } = name(over);
    expect(parseTrashName(text)).toEqual({ ...name(over), taken: Math.round(taken), since: Math.round(since) });
  });

  it.each(TRASH_RULES)("tells the rule %s, in conflict or not, marked or not", (rule) => {
    for (const conflicted of [false, true]) {
      for (const marked of [false, true]) {
        const one = name({ rule, conflicted, marked });
        expect(parseTrashName(formatTrashName(one))).toEqual(one);
      }
    }
  });

  // None of these may be confused with the mark, or be lost in the trash.
  it.each(["x", "x.", "x.x", ".", "..", "~", "%", "%41", "a b", "ä", "日本", "a'b(c)*!", "-"])(
    "of an entry that is called %j",
    (id) => {
      for (const marked of [false, true]) {
        const one = name({ entryId: id, store: id, place: "somewhere", marked });
        expect(parseTrashName(formatTrashName(one))).toEqual(one);
      }
    },
  );

  it.each(["x", "~", "~~"])("of an entry called %s that is there", (id) => {
    for (const marked of [false, true]) {
      const one = name({ entryId: id, marked });
      expect(parseTrashName(formatTrashName(one))).toEqual(one);
    }
  });

  it("has an id that all members of one entry share, marked or not", () => {
    const first = name({ member: 1, of: 2, place: "a" });
    expect(trashId(first)).toBe("1aeadc333175595d.1795180800000.0a1b2c3d");
    const other = { ...first, member: 2, place: "b", marked: true, conflicted: true, since: first.since + 1 };
    expect(trashId(other)).toBe(trashId(first));
    expect(trashId({ ...first, nonce: "ffffffff" })).not.toBe(trashId(first));
  });
});

describe("an id", () => {
  const id = "1aeadc333175595d.1795180800000.0a1b2c3d";
  it.each([
    ["names its item", id, true],
    ["names it by any other time, as older versions changed it", "1aeadc333175595d.1795440000000.0a1b2c3d", true],
    ["names no other of the same entry", "1aeadc333175595d.1795180800000.0a1b2c3e", false],
    ["names none of another entry", "1aeadc333175595e.1795180800000.0a1b2c3d", false],
    ["is not the entry's alone", "1aeadc333175595d", false],
    ["is not a part of it", "1aeadc333175595d.0a1b2c3d.", false],
  ])("%s", (_, typed, names) => {
    expect(isTrashId(typed, id)).toBe(names);
  });
});

describe("a round trip", () => {
  const part = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
  const place = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const of = fc.integer({ min: 1, max: 9999 });
  const any: fc.Arbitrary<TrashName> = fc
    .record({
      marked: fc.boolean(),
      entryId: fc.oneof(part, fc.constantFrom("x", "~")),
      taken: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
      since: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
      nonce: fc.nat(0xffff_ffff).map((number) => number.toString(16).padStart(8, "0")),
      rule: fc.constantFrom(...TRASH_RULES),
      conflicted: fc.boolean(),
      store: part,
      of,
      member: of,
      place: fc.option(place),
    })
    .map((one) => ({ ...one, member: Math.min(one.member, one.of), place: one.place ?? one.entryId }));

  it("gives the same name, without a slash or a NUL in it, that begins with no dot", () => {
    fc.assert(
      fc.property(any, (one) => {
        const text = formatTrashName(one);
        expect(parseTrashName(text)).toEqual(one);
        expect(text).toMatch(/^[^./\0][^/\0]*$/);
        expect(formatTrashName(parseTrashName(text) ?? one)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on made-up names", () => {
    const field = fc.oneof(
      part,
      fc.constantFrom("", "x", "~", "..", "%2E%2E", "%", "1of1", "orphan", "0a1b2c3d", "1795180800000"),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (fields) => {
        const found = parseTrashName(fields.join("."));
        if (found !== null) expect(found.place.split("/")).not.toContain("..");
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is not a trash name", () => {
  const ID = "1aeadc333175595d";

  it.each<[string, string]>([
    ["nothing", ""],
    ["the name of an entry", ID],
    ["a note", "0a1b2c3d.json"],
    ["a mark alone", MARK],
    ["too few fields", `${ID}.1795180800000.0a1b2c3d.orphan`],
    ["six fields", `${ID}.${REST}.1of1`],
    ["too many fields", `${ID}.${REST}.1of1.a.b`],
    ["two marks", `${MARK}${MARK}${ID}.${REST}`],
    // A name that would be written differently is not a trash name.
    ["a time with a nought in front", `${ID}.01795180800000.0a1b2c3d.orphan.hermes-shadow`],
    ["a letter that needs no percent sign", `%31aeadc333175595d.${REST}`],
    ["a percent sign with small letters", `a%2eb.${REST}`],
    ["a place that goes without saying", `${ID}.${REST}.1of1.${ID}`],
    ["an empty id", `.${REST}`],
    ["an empty id with a place", `.${REST}.1of1.a`],
    ["no time", `${ID}..0a1b2c3d.orphan.hermes-shadow`],
    ["a time that is not a number", `${ID}.now.0a1b2c3d.orphan.hermes-shadow`],
    ["a time before 1970", `${ID}.-1.0a1b2c3d.orphan.hermes-shadow`],
    ["a time with an exponent", `${ID}.1e3.0a1b2c3d.orphan.hermes-shadow`],
    ["a time of 17 digits", `${ID}.17951808000000000.0a1b2c3d.orphan.hermes-shadow`],
    ["a time that no double holds", `${ID}.9007199254740993.0a1b2c3d.orphan.hermes-shadow`],
    ["a short nonce", `${ID}.1795180800000.0a1b2c3.orphan.hermes-shadow`],
    ["a long nonce", `${ID}.1795180800000.0a1b2c3d4.orphan.hermes-shadow`],
    ["a nonce in capitals", `${ID}.1795180800000.0A1B2C3D.orphan.hermes-shadow`],
    ["an unknown rule", `${ID}.1795180800000.0a1b2c3d.ripe.hermes-shadow`],
    ["no rule", `${ID}.1795180800000.0a1b2c3d..hermes-shadow`],
    ["a rule in two conflicts", `${ID}.1795180800000.0a1b2c3d.orphan~~.hermes-shadow`],
    ["a rule in capitals", `${ID}.1795180800000.0a1b2c3d.Orphan.hermes-shadow`],
    ["no store", `${ID}.1795180800000.0a1b2c3d.orphan.`],
    ["no member", `${ID}.${REST}..a`],
    ["member nought", `${ID}.${REST}.0of1.a`],
    ["member one of nought", `${ID}.${REST}.1of0.a`],
    ["member three of two", `${ID}.${REST}.3of2.a`],
    ["member one of ten thousand", `${ID}.${REST}.1of10000.a`],
    ["a member in words", `${ID}.${REST}.oneofone.a`],
    ["an empty place", `${ID}.${REST}.1of1.`],
    ["the base as place", `${ID}.${REST}.1of1.%2E`],
    ["a place above the base", `${ID}.${REST}.1of1.%2E%2E`],
    ["a place above the base, further on", `${ID}.${REST}.1of1.a%2F%2E%2E%2F%2E%2E%2Fb`],
    ["an absolute place", `${ID}.${REST}.1of1.%2Fetc`],
    ["a place with an empty part", `${ID}.${REST}.1of1.a%2F%2Fb`],
    ["a place that ends in a slash", `${ID}.${REST}.1of1.a%2F`],
    ["a place with a NUL", `${ID}.${REST}.1of1.a%00b`],
    ["an id above the base", `%2E%2E.${REST}`],
    ["an id with a slash in front", `%2Fetc.${REST}`],
    ["an id with a NUL", `a%00b.${REST}`],
    ["a percent sign that encodes nothing", `%.${REST}`],
    ["a percent sign before no hex", `%zz.${REST}`],
    ["half a character", `%C3.${REST}`],
    ["half a character in the place", `${ID}.${REST}.1of1.%FF`],
    ["half a character in the store", `${ID}.1795180800000.0a1b2c3d.orphan.%FF`],
  ])("%s", (_, text) => {
    expect(parseTrashName(text)).toBeNull();
    expect(parseTrashName(MARK + text)).toBeNull();
  });
});

it.each([
  ["of an unknown removal method", `1aeadc333175595d.${REST}.1of2+tree.a`],
  ["with two ways", `1aeadc333175595d.${REST}.1of2+ref+ref.a`],
  ["with a way and no place", `1aeadc333175595d.${REST}.1of1+ref`],
])("a name %s is none", (_, text) => {
  expect(parseTrashName(text)).toBe(null);
});
