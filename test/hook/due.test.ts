import {
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep, type StartupSweepOptions } from "../../src/hook.ts";
import { type World, world } from "../support/world.ts";
import { DAY, HOUR, plantNext, stateOf, touchAfter } from "./support.ts";

/** Something that ends at once: these tests are about whether it is started. */
const command = ["true"];

function statusIn(home: World, options: StartupSweepOptions = {}): string {
  const answer = startupSweep({ home: home.home, command, ...options });
  expect(answer.pid === null).toBe(answer.status !== "started");
  expect(answer.notice).toBeNull();
  return answer.status;
}

/** A home with settings whose last `auto` said that nothing is due for an hour. */
function quiet(): World {
  const made = world();
  made.settings({ auto_prune: true });
  plantNext(stateOf(made.base), HOUR);
  return made;
}

describe("`next`", () => {
  it.each([
    ["an hour ahead", HOUR, "not-due"],
    ["a minute ahead", 60_000, "not-due"],
    ["a moment ago", -1, "started"],
    ["a year ago", -365 * DAY, "started"],
    ["31 days ahead, almost", 31 * DAY - HOUR, "not-due"],
    ["31 days ahead and more", 31 * DAY + HOUR, "started"],
  ])("%s", (_name, ahead, status) => {
    const made = world();
    plantNext(stateOf(made.base), ahead);
    expect(statusIn(made)).toBe(status);
  });

  it("is due where no sweep has left one, state directory or not", () => {
    const made = world();
    expect(statusIn(made)).toBe("started");
    mkdirSync(stateOf(made.base), { mode: 0o700 });
    expect(statusIn(made)).toBe("started");
  });

  it.each<[string, (path: string) => void]>([
    ["a directory", (path) => mkdirSync(path)],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path])],
    ["a symlink to a good one", (path) => symlinkSync(`${path}-good`, path)],
  ])("counts only as a regular file: %s", (_name, plant) => {
    const made = quiet();
    const next = join(stateOf(made.base), "next");
    copyFileSync(next, `${next}-good`);
    const later = (Date.now() + HOUR) / 1000;
    utimesSync(`${next}-good`, later, later);
    rmSync(next);
    plant(next);
    lutimesSync(next, later, later);
    expect(statusIn(made)).toBe("started");
  });
});

describe("config.yaml", () => {
  const next = (made: World): string => join(stateOf(made.base), "next");
  const config = (made: World): string => join(made.home, "config.yaml");

  it("is due when it was changed since, and not before", () => {
    const made = quiet();
    expect(statusIn(made)).toBe("not-due");
    made.settings({ auto_prune: false });
    touchAfter(config(made), [next(made)]);
    expect(statusIn(made)).toBe("started");
  });

  it("is due when it was written for the first time since", () => {
    const made = world();
    plantNext(stateOf(made.base), HOUR);
    expect(statusIn(made)).toBe("not-due");
    made.settings({ auto_prune: true });
    touchAfter(config(made), [next(made)]);
    expect(statusIn(made)).toBe("started");
  });

  it("counts by the time of the change, not by the time that a copy keeps", () => {
    const made = quiet();
    utimesSync(config(made), 1, 1);
    touchAfter(config(made), [next(made)]);
    expect(statusIn(made)).toBe("started");
  });

  it("with an mtime in the future does not start a sweep at every start", () => {
    const made = world();
    made.settings({ auto_prune: true });
    const later = (Date.now() + 400 * DAY) / 1000;
    utimesSync(config(made), later, later);
    plantNext(stateOf(made.base), HOUR);
    expect(statusIn(made)).toBe("not-due");
  });

  it("behind a symlink is due when what it leads to was changed, or the link itself", () => {
    const made = quiet();
    const real = join(made.root, "dotfiles.yaml");
    renameSync(config(made), real);
    symlinkSync(real, config(made));
    plantNext(stateOf(made.base), HOUR, null, [real]);
    touchLinkAfter(next(made), config(made));
    expect(statusIn(made)).toBe("not-due");

    touchAfter(real, [next(made)]);
    expect(statusIn(made)).toBe("started");

    plantNext(stateOf(made.base), HOUR, null, [real]);
    expect(statusIn(made)).toBe("not-due");
    rmSync(config(made));
    symlinkSync(real, config(made));
    lutimesSync(config(made), 1, 1);
    expectEventually(
      () => statusIn(made),
      "started",
      () => lutimesSync(config(made), 1, 1),
    );
  });

  it.each<[string, (path: string) => void]>([
    ["a FIFO", (path) => void execFileSync("mkfifo", [path])],
    ["a directory", (path) => mkdirSync(path)],
    ["a dangling symlink", (path) => symlinkSync("/nowhere/at/all", path)],
    ["a loop", (path) => symlinkSync("config.yaml", path)],
  ])("is only looked at: %s", (_name, plant) => {
    const made = world();
    plant(config(made));
    mkdirSync(stateOf(made.base), { mode: 0o700 });
    writeFileSync(next(made), "");
    const later = (Date.now() + HOUR) / 1000;
    expectEventually(
      () => statusIn(made),
      "not-due",
      () => utimesSync(next(made), later, later),
    );
  });

  /** Within one tick of the kernel's clock two changes look the same: changes again until they differ. */
  function expectEventually(look: () => string, wanted: string, again: () => void): void {
    const end = Date.now() + 60_000;
    do again();
    while (look() !== wanted && Date.now() < end);
    expect(look()).toBe(wanted);
  }

  function touchLinkAfter(path: string, link: string): void {
    const { mtime } = lstatSync(path);
    do lutimesSync(path, mtime, mtime);
    while (lstatSync(link).ctimeMs >= lstatSync(path).ctimeMs);
  }
});
