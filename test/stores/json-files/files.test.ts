// What a kind made of JSON files takes for one of its files, and what it makes of their content.

import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { children } from "../../../src/fs/listing.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { discoverFiles, isFileEntry, measureFiles } from "../../../src/stores/json-files/files.ts";
import { type FileFormat, inspectFile } from "../../../src/stores/json-files/inspect.ts";
import { fifo, scratch } from "../../fs/support.ts";
import { interceptCalls } from "../../support/intercept-calls.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const DAY = 86_400_000;

const isWanted = (name: string): boolean => /^s.*\.(?:json|tmp)$/.test(name);
const FORMAT: FileFormat = {
  isTemporary: (name) => name.endsWith(".tmp"),
  read: ({ at }) => ({
    reading: { kind: "not-applicable" },
    lastUse: typeof at === "number" ? { at, from: "at" } : null,
  }),
};

function found(base: string): ReturnType<typeof discoverFiles> {
  return discoverFiles("toy", base, children(bytePath(base)), isWanted);
}

function fileWith(content: string | Buffer, { name = "s.json", at = NOW - 90 * DAY } = {}): Entry {
  const base = scratch();
  writeFileSync(join(base, name), content);
  utimesSync(join(base, name), at / 1000, at / 1000);
  const [entry] = found(base).entries;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

function inspected(entry: Entry, freshAfter: number | null = null): Inspection {
  return inspectFile(entry, { freshAfter, locks: false, claims: false, now: NOW }, FORMAT);
}

describe("an entry of one file", () => {
  it("is a regular file of a wanted name, and nothing else in the base is", () => {
    const base = scratch();
    for (const name of ["s.json", "s-ü.json", "s.tmp", "other.json", "s.txt"]) writeFileSync(join(base, name), "{}");
    writeFileSync(Buffer.concat([Buffer.from(join(base, "s-")), Buffer.from([0xff]), Buffer.from(".json")]), "{}");
    mkdirSync(join(base, "s-directory.json"));
    symlinkSync("s.json", join(base, "s-link.json"));
    symlinkSync("missing", join(base, "s-dangling.json"));
    fifo(join(base, "s-fifo.json"));
    writeFileSync(join(base, "s-twice.json"), "{}");
    linkSync(join(base, "s-twice.json"), join(base, "another-name"));
    const { entries, claimed } = found(base);
    expect(entries.map(({ id, members }) => [id, members.map(({ place }) => place)])).toEqual([
      ["s-ü.json", ["s-ü.json"]],
      ["s.json", ["s.json"]],
      ["s.tmp", ["s.tmp"]],
    ]);
    expect(claimed).toEqual([bytePath("s-ü.json"), "s.json", "s.tmp"]);
  });

  it.each([
    ["its own place", "s.json", ["s.json"], true],
    ["another place", "s.json", ["s-2.json"], false],
    ["two places", "s.json", ["s.json", "s.tmp"], false],
    ["a directory below", "s/x.json", ["s/x.json"], false],
    ["a place above", "s/../../x.json", ["s/../../x.json"], false],
    ["a name of another shape", "other.json", ["other.json"], false],
  ])("can be at %s: %s %j %s", (_, id, places, expected) => {
    expect(isFileEntry(id, places, isWanted)).toBe(expected);
  });

  it("is measured without a walk, and not at all where it is gone", async () => {
    const [there, gone] = [fileWith("x".repeat(5000)), fileWith("{}")];
    rmSync(gone.members[0].path);
    const measured = measureFiles([there, gone]);
    expect(measured.get(there)).toMatchObject({ files: 1, newest: null, troubles: [] });
    expect(measured.get(there)).toHaveProperty("bytes", expect.any(Number));
    expect(measured.get(gone)).toBeNull();
  });
});

describe("the content of a file", () => {
  it("counts with the time of the file, whichever is later", () => {
    const at = NOW - 60 * DAY;
    expect(inspected(fileWith(JSON.stringify({ at }))).lastUse).toEqual({ at, from: "at" });
    const touched = fileWith(JSON.stringify({ at }), { at: NOW - 2 * DAY });
    expect(inspected(touched).lastUse).toEqual({ at: NOW - 2 * DAY, from: "mtime" });
  });

  it("has no last use at all where it has no time of its own, however old the file is", () => {
    expect(inspected(fileWith('{"at": "long ago"}'))).toMatchObject({ lastUse: null, touched: null });
  });

  it("is not read where the file was written recently", () => {
    const entry = fileWith("{", { at: NOW - DAY });
    const opened: string[] = [];
    interceptCalls((operation, path) => void (operation === "open" && opened.push(path)));
    const { reading, lastUse } = inspected(entry, NOW - 2 * DAY);
    expect([reading, lastUse?.from, opened]).toEqual([{ kind: "not-applicable" }, "mtime", []]);
    expect(inspected(entry, NOW - DAY / 2).reading).toMatchObject({ kind: "unidentified", reason: "not-json" });
  });

  it.each([
    ["half written", '{"at": 17956', "not-json"],
    ["a list", "[1]", "not-json"],
    ["null", "null", "not-json"],
    ["a text", '"at"', "not-json"],
    ["white space", "  \n", "not-json"],
    ["two objects", '{"at":1}{"at":1}', "not-json"],
    ["behind a byte order mark", '\ufeff{"at":1}', "not-json"],
    ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), "not-json"],
    ["followed by a NUL", '{"at":1}\0', "not-json"],
    ["one key twice", '{"at":1, "at":2}', "repeated-key"],
    ["one key twice, once escaped", '{"at":1, "\\u0061t":2}', "repeated-key"],
  ])("is unidentified where it is %s", (_, content, reason) => {
    const { reading, lastUse, touched } = inspected(fileWith(content));
    expect(reading).toMatchObject({ kind: "unidentified", reason });
    expect([lastUse, touched]).toEqual([null, null]);
    // By which rule it would go: by none, whatever it said before.
    expect(inspected(fileWith(content))).not.toHaveProperty("expiry");
    expect(inspected(fileWith('{"at": 1}'))).toHaveProperty("expiry");
  });

  it("is read where the same key is in two objects, and where a key is __proto__", () => {
    const at = NOW - 60 * DAY;
    const content = `{"__proto__": {"at": 1}, "a": {"at": 1}, "b": {"at": 2}, "at": ${at}}`;
    expect(inspected(fileWith(content)).lastUse).toEqual({ at, from: "at" });
    expect(inspected(fileWith(`{"__proto__": {"at": ${at}}}`)).lastUse).toBeNull();
  });

  it("is judged however deeply it is nested, and an end that is missing far inside is noticed", () => {
    const depth = 100_000;
    const nested = `{"at": ${NOW - 60 * DAY}, "deep": ${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(inspected(fileWith(nested)).reading.kind).toBe("not-applicable");
    const cut = `{"at": 1, "deep": ${'{"a":'.repeat(depth)}`;
    expect(inspected(fileWith(cut)).reading).toMatchObject({ kind: "unidentified", reason: "not-json" });
  });

  it("is not read where it is huge", () => {
    const entry = fileWith("{}");
    truncateSync(entry.members[0].path, 2 ** 31);
    utimesSync(entry.members[0].path, 1_700_000_000, 1_700_000_000);
    expect(inspected(entry).reading).toMatchObject({ kind: "unidentified", reason: "too-large" });
  });
});

describe("a file that was never finished", () => {
  it.each([
    ["an empty one", "", "s.json", "empty"],
    ["a temporary one", '{"at": 1}', "s.tmp", "left-while-writing"],
    ["an empty temporary one", "", "s.tmp", "empty"],
  ])("is debris a day after it was written: %s", (_, content, name, reason) => {
    const { reading, lastUse } = inspected(fileWith(content, { name, at: NOW - 3 * DAY }), NOW - 30 * DAY);
    expect(reading).toMatchObject({ kind: "debris", reason, after: DAY, subject: null });
    expect(lastUse).toEqual({ at: NOW - 3 * DAY, from: "mtime" });
  });

  it("is not debris with one space in it", () => {
    expect(inspected(fileWith(" ")).reading.kind).toBe("unidentified");
  });

  it("is read by the name that it had, wherever it lies now", () => {
    const entry = fileWith("{}", { name: "s.tmp" });
    const [{ path }] = entry.members;
    renameSync(path, `${path}.elsewhere`);
    const moved: Entry = { ...entry, members: [{ ...entry.members[0], path: `${path}.elsewhere` }] };
    expect(inspected(moved).reading).toMatchObject({ kind: "debris", reason: "left-while-writing" });
  });
});

describe("a file that changed since it was found", () => {
  it("is unidentified where it got a second name, or became something else", () => {
    const [twice, link] = [fileWith('{"at": 1}'), fileWith('{"at": 1}')];
    linkSync(twice.members[0].path, `${twice.members[0].path}.twice`);
    renameSync(link.members[0].path, `${link.members[0].path}.moved`);
    symlinkSync("s.json.moved", link.members[0].path);
    for (const entry of [twice, link]) {
      expect(inspected(entry).reading).toMatchObject({ kind: "unidentified", reason: "not-a-plain-file" });
    }
  });

  it("is unreadable where it is gone", () => {
    const entry = fileWith("{}");
    rmSync(entry.members[0].path);
    expect(inspected(entry)).toMatchObject({
      reading: { kind: "unidentified", reason: "unreadable" },
      lastUse: null,
      troubles: [{ code: "ENOENT" }],
    });
  });
});
