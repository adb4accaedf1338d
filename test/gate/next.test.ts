import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { decodeNext, encodeNext, type Next, readNext } from "../../src/gate/next.ts";
import { leaveNotice, writeNext } from "../../src/gate/write-next.ts";
import { failCalls, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";

const FLAGS = [false, true].flatMap((disabled) =>
  [false, true].flatMap((notice) =>
    [false, true].flatMap((given) => [false, true].map((settings) => ({ disabled, notice, given, settings }))),
  ),
);

function stateDirectory(): string {
  const state = mkdtempSync(join(tmpdir(), "next-"));
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}

describe("`next`", () => {
  it.each(FLAGS)("has a size of its own for %o", (flags) => {
    expect(decodeNext(encodeNext(flags).length)).toEqual(flags);
  });

  it("says nothing by a size that no run writes", () => {
    expect(decodeNext(3)).toEqual({ disabled: false, notice: false, given: false, settings: false });
  });

  it.each(FLAGS)("is read as it was written: %o", ({ disabled, notice, given, settings }) => {
    const state = stateDirectory();
    writeNext(state, 1_795_000_000_000, { disabled, given, settings });
    if (notice) leaveNotice(state, "told");
    expect(readNext(state)).toMatchObject({ at: 1_795_000_000_000, disabled, notice, given, settings });
  });

  it("keeps the time and the flags of the run when a notice is left after it", () => {
    const state = stateDirectory();
    leaveNotice(state, "told");
    expect(readNext(state)).toBeNull();
    writeNext(state, 1_795_000_000_000, { disabled: true, given: true, settings: false });
    expect(readNext(state)).toMatchObject({ disabled: true, notice: true, given: true });
  });

  const [BEFORE, AFTER] = [1_795_000_000_000, 1_796_000_000_000];

  it.each(FLAGS)("is at each moment the old one or the new one: %o", ({ disabled, notice, given, settings }) => {
    const state = stateDirectory();
    writeNext(state, BEFORE, { disabled: false, given: false, settings: false });
    const seen: (Next | null)[] = [];
    interceptCalls(() => seen.push(readNext(state)));
    writeNext(state, AFTER, { disabled, given, settings });
    if (notice) leaveNotice(state, "told");
    stopIntercepting();
    const after = readNext(state);
    expect(after).toMatchObject({ at: AFTER, disabled, notice, given });
    for (const one of seen) {
      const expected = one?.at === BEFORE ? { disabled: false, given: false } : { at: AFTER, disabled, given };
      expect(one).toMatchObject(expected);
    }
    expect(readdirSync(state).toSorted()).toEqual(notice ? ["next", "notice"] : ["next"]);
  });

  it("changes in one call where only the time does, which a full disk does not prevent", () => {
    const state = stateDirectory();
    writeNext(state, BEFORE, { disabled: true, given: true, settings: false });
    failCalls("ENOSPC", (operation) => ["open", "write"].includes(operation));
    writeNext(state, AFTER, { disabled: true, given: true, settings: false });
    expect(() => writeNext(state, BEFORE, { disabled: false, given: true, settings: false })).toThrow(/ENOSPC/);
    stopIntercepting();
    expect(readNext(state)).toMatchObject({ at: AFTER, disabled: true, given: true });
    expect(readdirSync(state)).toEqual(["next"]);
  });

  it.each([
    ["a symlink", (path: string) => symlinkSync("other", path)],
    ["a FIFO", (path: string) => execFileSync("mkfifo", [path])],
    ["a second name of another file", (path: string) => linkSync(join(path, "..", "other"), path)],
  ])("takes the place of %s and changes nothing there", (_, plant) => {
    const state = stateDirectory();
    writeFileSync(join(state, "other"), "precious");
    plant(join(state, "next"));
    writeNext(state, AFTER, { disabled: true, given: false, settings: false });
    expect(readNext(state)).toMatchObject({ at: AFTER, disabled: true });
    expect(readFileSync(join(state, "other"), "utf8")).toBe("precious");
  });

  it("does not count as a directory", () => {
    const state = stateDirectory();
    expect(readNext(state)).toBeNull();
    mkdirSync(join(state, "next"));
    expect(readNext(state)).toBeNull();
    rmSync(join(state, "next"), { recursive: true });
    writeFileSync(join(state, "next"), "");
    expect(readNext(state)).not.toBeNull();
  });
});
