// What the names in a directory show. Pure, so every row has its twin beside it.

import { describe, expect, it } from "vitest";
import { newTally } from "../../src/resolve/names.ts";

type Kind = Parameters<ReturnType<typeof newTally>["add"]>[1];

function tallyOf(names: Readonly<Record<string, Kind>>): ReturnType<typeof newTally> {
  const tally = newTally();
  for (const [name, kind] of Object.entries(names)) tally.add(name, kind);
  return tally;
}

describe("what a directory shows", () => {
  it.each([
    [{}, "nothing"],
    [{ ".DS_Store": "file", ".Trash-1000": "directory" }, "nothing"],
    [{ "x": "symlink", ".y": "file" }, "leftovers"],
    [{ "lost+found": "directory" }, "leftovers"],
    [{ "Desktop.ini": "file", "Thumbs.db": "file" }, "leftovers"],
    [{ "$RECYCLE.BIN": "directory", "System Volume Information": "directory" }, "leftovers"],
    [{ UNMOUNTED: "file" }, "leftovers"],
    [{ "THIS_IS_NOT_MOUNTED.txt": "file" }, "leftovers"],
    [{ "mount-point": "file" }, "leftovers"],
    [{ "please mount me.txt": "file" }, "leftovers"],
    [{ "ReadMe.md": "file" }, "leftovers"],
    [{ drive_unavailable: "file" }, "leftovers"],
    // Something of its own.
    [{ "notes.txt": "file" }, "own"],
    [{ "mountains.jpg": "file" }, "own"],
    [{ "keepass.kdbx": "file" }, "own"],
    [{ NOT_MOUNTED: "directory" }, "own"],
    [{ a: "directory", README: "file", l: "symlink" }, "own"],
    [{ README: "file", a: "other" }, "own"],
  ] as const)("%j: %s", (names, shows) => {
    expect(tallyOf(names).shows()).toBe(shows);
  });
});

describe("a directory that is locked", () => {
  it.each([
    // Linux 5.16 and later, before it, and long names.
    [["3Q2-7wAAAAAZkX0tPbq8yTnR5mLsVh1c"], true],
    [["tJ,+8sRkqLx0aVbZ2mWcYd", "Hn3PzE6rGu+oiF7kMyTwQA"], true],
    [["_Gm9yZXZlciBsb25nIG5hbWVzIGFyZSBoYXNoZWQ0"], true],
    [["ECRYPTFS_FNEK_ENCRYPTED.FWb0a--", "plain"], true],
    [["gocryptfs.conf", "plain"], true],
    [[".encfs6.xml"], true],
    [["masterkey.cryptomator", "d"], true],
    // One plain name, names that are words, too short, in one case alone.
    [["3Q2-7wAAAAAZkX0tPbq8yTnR5mLsVh1c", "plain"], false],
    [["My-Very-Long-Project-Name-Here"], false],
    [["3Q2-7wAAAAAZkX0tPbq"], false],
    [["3f786850e387550fdab836ed7e6dc881"], false],
    [["node_modules_of_2019_and_later"], false],
    [["Report-2026.final-version-for-Ann.pdf"], false],
    [[], false],
  ] as const)("%j: %s", (names, locked) => {
    expect(tallyOf(Object.fromEntries(names.map((name) => [name, "directory"]))).locked()).toBe(locked);
  });
});
