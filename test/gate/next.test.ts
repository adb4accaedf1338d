import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { decodeNext, encodeNext, readNext } from "../../src/gate/next.ts";
import { leaveNotice, writeNext } from "../../src/gate/write-next.ts";

const FLAGS = [false, true].flatMap((disabled) =>
  [false, true].flatMap((notice) => [false, true].map((given) => ({ disabled, notice, given }))),
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
    expect(decodeNext(3)).toEqual({ disabled: false, notice: false, given: false });
  });

  it.each(FLAGS)("is read as it was written: %o", ({ disabled, notice, given }) => {
    const state = stateDirectory();
    writeNext(state, 1_795_000_000_000, { disabled, given });
    if (notice) leaveNotice(state, "told");
    expect(readNext(state)).toMatchObject({ at: 1_795_000_000_000, disabled, notice, given });
  });

  it("keeps the time and the flags of the run when a notice is left after it", () => {
    const state = stateDirectory();
    leaveNotice(state, "told");
    expect(readNext(state)).toBeNull();
    writeNext(state, 1_795_000_000_000, { disabled: true, given: true });
    expect(readNext(state)).toMatchObject({ disabled: true, notice: true, given: true });
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
