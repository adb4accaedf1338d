// What was seen of a file when its base was listed serves the first look at it, and no other.

import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { children } from "../../../src/fs/listing.ts";
import { bytePath } from "../../../src/fs/syscalls.ts";
import type { Member } from "../../../src/model/entry.ts";
import { discoverFiles } from "../../../src/stores/json-files/files.ts";
import { lookAt } from "../../../src/stores/json-files/look.ts";
import { scratch } from "../../fs/support.ts";
import { interceptCalls } from "../../support/intercept-calls.ts";

const OLD = 1_700_000_000;

/** A file that was listed when it was `OLD`. */
function listed(): Member {
  const base = scratch();
  writeFileSync(join(base, "s.json"), "{}");
  utimesSync(join(base, "s.json"), OLD, OLD);
  const [entry] = discoverFiles("toy", base, children(bytePath(base)), () => true).entries;
  if (entry === undefined) throw new Error("no entry");
  return entry.members[0];
}

function countCalls(): () => number {
  let calls = 0;
  interceptCalls(() => void (calls += 1));
  return () => calls;
}

describe("a look at a listed file", () => {
  it("makes no call the first time, and one the second time", () => {
    const member = listed();
    const calls = countCalls();
    expect(lookAt(member, { justListed: true })).toMatchObject({ mtime: OLD * 1000, kind: "file" });
    expect(calls()).toBe(0);
    expect(lookAt(member, { justListed: true })).toMatchObject({ mtime: OLD * 1000 });
    expect(calls()).toBe(1);
  });

  it.each([
    ["that is not the first", true, true],
    ["of a check before a removal", false, false],
  ])("sees what was written since, in a look %s", (_, isSecond, justListed) => {
    const member = listed();
    if (isSecond) lookAt(member, { justListed: true });
    utimesSync(member.path, OLD + 60, OLD + 60);
    expect(lookAt(member, { justListed })).toMatchObject({ mtime: (OLD + 60) * 1000 });
  });

  it("is not answered by an earlier one after a check before a removal", () => {
    const member = listed();
    lookAt(member, {});
    rmSync(member.path);
    expect(lookAt(member, { justListed: true })).toMatchObject({ code: "ENOENT" });
  });

  it("is a new one for a copy of the member, as another thread has it", () => {
    const member = listed();
    const calls = countCalls();
    expect(lookAt(structuredClone(member), { justListed: true })).toMatchObject({ mtime: OLD * 1000 });
    expect(calls()).toBe(1);
  });
});
