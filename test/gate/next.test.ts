import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { decodeNext, encodeNext, holds, type Next, readNext, type SettingsFiles } from "../../src/gate/next.ts";
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

describe("no sweep is due before it", () => {
  const NOW = Date.now();

  /** A home of a user with that of an agent in it, and what was written for it with the time until then. */
  function scene({ ownFile }: { ownFile: boolean }): { files: SettingsFiles; next: Next } {
    const userHome = stateDirectory();
    const home = join(userHome, ".agent");
    const settings = join(userHome, ".config/checkpoint-gc");
    mkdirSync(home);
    if (ownFile) {
      mkdirSync(settings, { recursive: true });
      writeFileSync(join(settings, "config.yaml"), "");
    }
    const files = { home, agentFile: join(home, "config.yaml"), userHome, ownFile: join(settings, "config.yaml") };
    // A minute after whatever was just made, by the same clock.
    const writtenAt = statSync(home).ctimeMs + 60_000;
    const flags = { disabled: false, notice: false, given: false, settings: ownFile };
    return { files, next: { at: NOW + 60_000, writtenAt, ...flags } };
  }

  it.each([true, false])("where nothing changed since, with settings of our own: %s", (ownFile) => {
    const { files, next } = scene({ ownFile });
    expect(holds(next, files, NOW, false)).toBe(true);
  });

  it.each<[string, (files: SettingsFiles, next: Next) => Next, boolean]>([
    ["its time has come", (_, next) => ({ ...next, at: NOW }), true],
    ["its time is further ahead than any interval", (_, next) => ({ ...next, at: NOW * 2 }), true],
    ["our file of settings is gone", ({ ownFile }, next) => (rmSync(ownFile), next), true],
    ["its directory is gone", ({ ownFile }, next) => (rmSync(dirname(ownFile), { recursive: true }), next), true],
    ["our file of settings appeared", ({ ownFile }, next) => (makeFile(ownFile), next), false],
    ["our file of settings is newer", (_, next) => ({ ...next, writtenAt: 0 }), true],
    [
      "the file of the agent is newer",
      ({ agentFile }, next) => (makeFile(agentFile), { ...next, writtenAt: 0 }),
      false,
    ],
  ])("not where %s", (_, change, ownFile) => {
    const { files, next } = scene({ ownFile });
    expect(holds(change(files, next), files, NOW, false)).toBe(false);
  });

  it("where our file of settings lies behind a link that it lay behind before", () => {
    const { files, next } = scene({ ownFile: true });
    const directory = dirname(files.ownFile);
    renameSync(directory, `${directory}.real`);
    symlinkSync(`${directory}.real`, directory);
    expect(holds({ ...next, writtenAt: next.writtenAt + 60_000 }, files, NOW, false)).toBe(true);
    rmSync(`${directory}.real`, { recursive: true });
    expect(holds({ ...next, writtenAt: next.writtenAt + 60_000 }, files, NOW, false)).toBe(false);
  });

  it.each(["ownFile", "agentFile"] as const)("where the %s cannot be looked at", (file) => {
    const { files, next } = scene({ ownFile: false });
    expect(holds(next, { ...files, [file]: `${files.userHome}/${"x".repeat(300)}` }, NOW, false)).toBe(true);
  });

  it("not for a call that is itself the consent, where automatic sweeps were off", () => {
    const { files, next } = scene({ ownFile: false });
    expect(holds({ ...next, disabled: true }, files, NOW, false)).toBe(true);
    expect(holds({ ...next, disabled: true }, files, NOW, true)).toBe(false);
  });
});

function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}
