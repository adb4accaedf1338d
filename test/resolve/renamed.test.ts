// Which of the directories that are left is the one that was lost, by inode and birth time. On file systems that keep no
// birth times an inode alone is a doubt too.

import { describe, expect, it } from "vitest";
import type { Ancestor } from "../../src/model/ledger.ts";
import type { Directories, DirectoriesSeen } from "../../src/resolve/ancestors.ts";
import { newAncestors } from "../../src/resolve/ancestors.ts";
import { renamedTo } from "../../src/resolve/renamed.ts";

type Named = readonly [ino: string, name: string, birth: string];

function listed(...named: readonly Named[]): Directories {
  return {
    kind: "directories",
    byInode: new Map(named.map(([ino, name, birth]) => [ino, { name, birth }])),
    births: named.every(([, , birth]) => birth !== "0"),
    whole: true,
  };
}

function point(path: string, ino: string, birth: string): Ancestor {
  return { path, ino, birth, source: "/dev/x", root: "/", type: "ext4", begins: false };
}

function ask(lost: readonly Ancestor[], tree: Readonly<Record<string, DirectoriesSeen | null>>): unknown {
  return renamedTo("/w", lost, { ...newAncestors(), directories: (path) => tree[path] ?? null });
}

describe("a directory that is lost", () => {
  it.each([
    ["there under another name", [point("/w/a", "7", "100")], listed(["7", "b", "100"]), "/w/b", true],
    ["its inode given again", [point("/w/a", "7", "100")], listed(["7", "b", "200"]), null, true],
    ["no birth time recorded", [point("/w/a", "7", "0")], listed(["7", "b", "200"]), "/w/b", false],
    ["no birth time kept now", [point("/w/a", "7", "100")], listed(["7", "b", "0"]), "/w/b", false],
    ["another inode", [point("/w/a", "7", "100")], listed(["8", "b", "100"]), null, true],
    ["it was a file", [point("/w/a", "0", "0")], listed(["0", "b", "0"]), null, true],
  ] as const)("%s", (_, lost, tree, to, surely) => {
    expect(ask(lost, { "/w": tree })).toEqual(to === null ? { kind: "not-found" } : { kind: "renamed", to, surely });
  });

  const both = [point("/w/a", "7", "100"), point("/w/a/p", "8", "200")];

  it("is followed through a directory above it that was renamed", () => {
    const tree = { "/w": listed(["7", "b", "100"]), "/w/b": listed(["8", "p", "200"]) };
    expect(ask(both, tree)).toEqual({ kind: "renamed", to: "/w/b/p", surely: true });
  });

  it("is gone where the directory above it was renamed and does not list it", () => {
    const tree = { "/w": listed(["7", "b", "100"]), "/w/b": listed(["9", "p", "200"]) };
    expect(ask(both, tree)).toEqual({ kind: "not-found" });
  });

  it("counts as renamed where its parent was renamed, on a mount that was not listed", () => {
    expect(ask(both, { "/w": listed(["7", "b", "100"]) })).toEqual({ kind: "renamed", to: "/w/b/p", surely: false });
  });

  it("cannot be told where a directory cannot be read, or has too many in it", () => {
    const trouble = { kind: "trouble", code: "EACCES" } as const;
    expect(ask(both, { "/w": listed(["7", "b", "100"]), "/w/b": trouble })).toEqual(trouble);
    expect(ask(both, { "/w": { ...listed(["1", "x", "1"]), whole: false } })).toMatchObject({ kind: "trouble" });
  });
});
