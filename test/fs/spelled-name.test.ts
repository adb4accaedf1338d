// Names in the trash that are too long for a file system: whatever the id and the place, what is written is read back, and
// without the file that says it a name says nothing.
import { readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dropSideFile,
  dropSideFiles,
  hashOf,
  readTrashName,
  roomIn,
  writeSideFile,
} from "../../src/fs/spelled-name.ts";
import { fitsForLife, formatTrashName, isPlace, LONGEST_NAME, parseTrashName } from "../../src/model/trash-name.ts";
import type { TrashName } from "../../src/model/trash-name.ts";
import { failCalls } from "../support/intercept-calls.ts";
import { scratch } from "./support.ts";

const AT = 1_795_180_800_000;
const LONG = "agent:main:whatsapp:group:".repeat(12);

function name(over: Partial<TrashName> = {}): TrashName {
  const one: TrashName = {
    marked: false,
    entryId: LONG,
    taken: AT,
    since: AT,
    nonce: "0a1b2c3d",
    rule: "orphan",
    conflicted: false,
    store: "toy",
    member: 1,
    of: 1,
    place: `${LONG}.json`,
    ...over,
  };
  return { ...one, hash: hashOf(one) };
}

/** Writes the file of one name, as that of all members of its entry. */
function spell(directory: string, one: TrashName, prefix = ""): string {
  const places = Array.from({ length: one.of }, (_, at) => (at + 1 === one.member ? one.place : `other-${at}`));
  writeSideFile({ directory, prefix }, { entryId: one.entryId, store: one.store, places, nonce: one.nonce });
  return join(directory, `${prefix}${formatTrashName(one)}`);
}

describe("a name with a hash", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 });
  const place = fc.array(text, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
  const any = fc
    .record({
      marked: fc.boolean(),
      entryId: text,
      taken: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
      since: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
      nonce: fc.nat(0xffff_ffff).map((number) => number.toString(16).padStart(8, "0")),
      rule: fc.constantFrom("orphan" as const, "unidentified" as const, "swapped" as const),
      conflicted: fc.boolean(),
      store: text,
      of: fc.integer({ min: 1, max: 9 }),
      member: fc.integer({ min: 1, max: 9 }),
      place: place.filter(isPlace),
      prefix: fc.constantFrom("", ".gc."),
      ref: fc.boolean(),
    })
    .map(({ prefix, ref, ...one }) => {
      const whole = { ...one, member: Math.min(one.member, one.of), ...(ref ? { as: "ref" as const } : {}) };
      return { prefix, one: { ...whole, hash: hashOf(whole) } };
    });

  it("is read back, fits whatever becomes of it, and is none without its file", () => {
    const directory = scratch();
    fc.assert(
      fc.property(any, ({ prefix, one }) => {
        const path = spell(directory, one, prefix);
        expect(readTrashName(path)).toEqual(one);
        expect(fitsForLife(one, roomIn({ directory, prefix }))).toBe(true);
        expect(parseTrashName(formatTrashName(one))).toBeNull();
        dropSideFile({ directory, prefix }, one.nonce);
        expect([readTrashName(path), readdirSync(directory)]).toEqual([null, []]);
      }),
      { numRuns: 200 },
    );
  });

  it("is used where the whole one would not fit in the end, and not before", () => {
    const whole = (length: number): TrashName => {
      const { hash: _, ...one } = name({ entryId: "x".repeat(length), place: "y" });
      return one;
    };
    const fits = Array.from({ length: 255 }, (_, at) => at + 1).filter((at) => fitsForLife(whole(at), LONGEST_NAME));
    const longest = whole(fits.length);
    expect(fits.length).toBeGreaterThan(150);
    const grown = { ...longest, marked: true, conflicted: true, returned: true, since: AT + 1 };
    expect(formatTrashName(grown)).toHaveLength(LONGEST_NAME);
  });

  it.each([
    { name: "another id", change: { id: "other" } },
    { name: "another store", change: { store: "other" } },
    { name: "another place", change: { places: ["elsewhere"] } },
    { name: "a place above the base", change: { places: ["../x"] } },
    { name: "too many places", change: { places: [`${LONG}.json`, "more"] } },
    { name: "no places", change: { places: "" } },
    { name: "a later version", change: { version: 2 } },
  ])("is none where its file says $name", ({ change }) => {
    const directory = scratch();
    const path = spell(directory, name());
    expect(readTrashName(path)).toEqual(name());
    const said = { version: 1, id: LONG, store: "toy", places: [`${LONG}.json`], ...change };
    writeFileSync(join(directory, "0a1b2c3d.name.json"), JSON.stringify(said));
    expect(readTrashName(path)).toBeNull();
  });

  it("is none where its file is half, or a symlink to the same", () => {
    const directory = scratch();
    const path = spell(directory, name());
    const file = join(directory, "0a1b2c3d.name.json");
    renameSync(file, `${file}.away`);
    symlinkSync(`${file}.away`, file);
    expect(readTrashName(path)).toBeNull();
    rmSync(file);
    writeFileSync(file, '{"version":1,"id":');
    expect(readTrashName(path)).toBeNull();
  });
});

describe("the file beside it", () => {
  it("stays while a name needs it, even one that cannot be read, and goes with the last", () => {
    const directory = scratch();
    const [first, second] = [1, 2].map((member) => name({ member, of: 2, nonce: "0a1b2c3d" }));
    const path = spell(directory, first!);
    const marked = join(directory, formatTrashName({ ...second!, marked: true }));
    spell(directory, name({ nonce: "ffffffff" }));
    writeFileSync(path, "");
    writeFileSync(marked, "");
    writeFileSync(join(directory, "0a1b2c3d.json"), "a note");
    const place = { directory, prefix: "" };
    const files = (): readonly string[] => readdirSync(directory).filter((one) => one.endsWith(".name.json"));
    dropSideFiles(place, () => false);
    expect(files()).toEqual(["0a1b2c3d.name.json", "ffffffff.name.json"]);
    dropSideFiles(place, () => true);
    expect(files()).toEqual(["0a1b2c3d.name.json"]);
    rmSync(path);
    dropSideFile(place, "0a1b2c3d");
    expect(files()).toEqual(["0a1b2c3d.name.json"]);
    rmSync(marked);
    utimesSync(join(directory, "0a1b2c3d.name.json"), 1, 1);
    dropSideFile(place, "0a1b2c3d");
    expect(readdirSync(directory)).toEqual(["0a1b2c3d.json"]);
  });

  it.each(["write", "fsync"])("leaves nothing where it cannot be written: %s", (operation) => {
    const directory = scratch();
    failCalls("ENOSPC", (called) => called === operation);
    expect(() => spell(directory, name())).toThrow("ENOSPC");
    expect(readdirSync(directory)).toEqual([]);
  });
});
