// What comes to a name between the look and the move is not replaced, and a move that was killed in its midst is ended
// by the next one.

import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { moveNew } from "../../src/fs/move-new.ts";
import { errno, interceptCallAt, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { scratch } from "./support.ts";

function twoNames(): { readonly from: string; readonly to: string } {
  const directory = scratch();
  const [from, to] = [join(directory, "from"), join(directory, "to")];
  writeFileSync(from, "ours");
  return { from, to };
}

it("moves a file to a free name, with its inode", () => {
  const { from, to } = twoNames();
  const { ino } = statSync(from);
  moveNew(from, to);
  expect([existsSync(from), readFileSync(to, "utf8"), statSync(to).ino]).toEqual([false, "ours", ino]);
});

it("a file that appears between the look and the link is not overwritten, and ours stays", () => {
  const { from, to } = twoNames();
  const { met } = interceptCallAt("link", () => writeFileSync(to, "theirs"));
  expect(() => moveNew(from, to)).toThrow(/EEXIST/);
  stopIntercepting();
  expect(met()).toBe(1);
  expect([readFileSync(from, "utf8"), readFileSync(to, "utf8")]).toEqual(["ours", "theirs"]);
});

it("a directory that is not empty and appears between the look and the rename is not overwritten", () => {
  const directory = scratch();
  const [from, to] = [join(directory, "from"), join(directory, "to")];
  mkdirSync(from);
  writeFileSync(join(from, "one"), "ours");
  interceptCallAt("rename", () => {
    mkdirSync(to);
    writeFileSync(join(to, "one"), "theirs");
  });
  expect(() => moveNew(from, to)).toThrow(/ENOTEMPTY|EEXIST/);
  stopIntercepting();
  expect([readFileSync(join(from, "one"), "utf8"), readFileSync(join(to, "one"), "utf8")]).toEqual(["ours", "theirs"]);
});

it("a file with both names, as a killed move leaves it, is moved by the next one", () => {
  const { from, to } = twoNames();
  linkSync(from, to);
  moveNew(from, to);
  expect([existsSync(from), readFileSync(to, "utf8"), statSync(to).nlink]).toEqual([false, "ours", 1]);
});

it("a file with the same contents under the other name is not taken for that: the near twin", () => {
  const { from, to } = twoNames();
  writeFileSync(to, "ours");
  expect(() => moveNew(from, to)).toThrow(/EEXIST/);
  expect([existsSync(from), existsSync(to)]).toEqual([true, true]);
});

it.each(["EPERM", "ENOTSUP", "ENOSYS"])(
  "where there are no hard links (%s) it is renamed, to a free name alone",
  (code) => {
    const { from, to } = twoNames();
    interceptCalls((operation, path) => {
      if (operation === "link") throw errno(code, operation, path);
    });
    writeFileSync(to, "theirs");
    expect(() => moveNew(from, to)).toThrow(/EEXIST/);
    expect([readFileSync(from, "utf8"), readFileSync(to, "utf8")]).toEqual(["ours", "theirs"]);
    const free = `${to}-2`;
    moveNew(from, free);
    stopIntercepting();
    expect([existsSync(from), readFileSync(free, "utf8")]).toEqual([false, "ours"]);
  },
);
