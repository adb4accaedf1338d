import { execFileSync } from "node:child_process";
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep } from "../../src/hook.ts";
import { type World, world } from "../support/world.ts";
import { HOUR, installedPackage, plantNext, runHost, stateOf } from "./support.ts";

const command = ["true"];
const text = "12 to trash (3.1 GB: 9 orphan, 3 stale)\nundo until 28 Nov: checkpoints trash restore --last";

function noticeIn(made: World): string | null {
  return startupSweep({ home: made.home, command }).notice;
}

function left(made: World): string[] {
  return readdirSync(stateOf(made.base)).filter((name) => name.startsWith("notice"));
}

/** A home with `next` an hour ahead and something called `notice` beside it. */
function withNotice(plant: (path: string) => void): World {
  const made = world();
  plantNext(stateOf(made.base), HOUR, "replaced at once");
  rmSync(join(stateOf(made.base), "notice"));
  plant(join(stateOf(made.base), "notice"));
  return made;
}

describe("a notice", () => {
  it.each([
    ["not due", HOUR, "not-due"],
    ["due", -1, "started"],
  ])("is shown once: %s", (_name, ahead, status) => {
    const made = world();
    plantNext(stateOf(made.base), ahead, text);
    expect(startupSweep({ home: made.home, command })).toMatchObject({ status, notice: text });
    expect(left(made)).toEqual([]);
    expect(startupSweep({ home: made.home, command })).toMatchObject({ status, notice: null });
  });

  it("that comes later is shown as well", () => {
    const made = world();
    plantNext(stateOf(made.base), HOUR, "first");
    expect(noticeIn(made)).toBe("first");
    plantNext(stateOf(made.base), HOUR, "second");
    plantNext(stateOf(made.base), HOUR);
    expect(noticeIn(made)).toBe("second");
    plantNext(stateOf(made.base), HOUR);
    expect(lstatSync(join(stateOf(made.base), "next")).size).toBe(0);
    expect(noticeIn(made)).toBeNull();
  });

  it("is not looked for where `next` does not announce it", () => {
    const made = world();
    plantNext(stateOf(made.base), HOUR);
    writeFileSync(join(stateOf(made.base), "notice"), text);
    expect(noticeIn(made)).toBeNull();
    expect(left(made)).toEqual(["notice"]);
  });

  it("is not consumed by a call that is switched off or invalid", () => {
    const made = world();
    plantNext(stateOf(made.base), HOUR, text);
    expect(startupSweep({ home: made.home, enabled: false }).notice).toBeNull();
    expect(startupSweep({ home: made.home, settings: { retention_days: Number.NaN } }).notice).toBeNull();
    expect(noticeIn(made)).toBe(text);
  });

  it("is shown although no sweep can be started", () => {
    const made = world();
    plantNext(stateOf(made.base), -1, text);
    const answer = startupSweep({ home: made.home, command: ["no-such-program"] });
    expect(answer).toEqual({ status: "unavailable", pid: null, notice: text });
  });

  it("of every profile is shown where the home has no base", () => {
    const made = world();
    rmSync(made.base, { recursive: true });
    for (const name of ["coder", "writer"]) plantNext(stateOf(made.profile(name).base), HOUR, `of ${name}`);
    expect(noticeIn(made)?.split("\n").toSorted()).toEqual(["of coder", "of writer"]);
    expect(noticeIn(made)).toBeNull();
  });

  it.each<[string, string | Buffer, string | null]>([
    ["empty", "", null],
    ["blank", " \n\n", null],
    ["escape sequences", "\u001b[31mred\u001b[0m\u0007\r\n\u202enext\u009b2J", "[31mred[0m\nnext2J"],
    ["not UTF-8", Buffer.from([0x61, 0xff, 0x62]), "a\ufffdb"],
    ["a megabyte", "x".repeat(1 << 20), "x".repeat(2048)],
  ])("is a text for a terminal: %s", (_name, content, told) => {
    const made = withNotice((path) => writeFileSync(path, content));
    expect(noticeIn(made)).toBe(told);
    expect(left(made)).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ["a symlink", (path) => symlinkSync("/etc/hostname", path)],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path])],
    ["a directory", (path) => mkdirSync(path)],
  ])("is a regular file, and everything else stays as it is: %s", (_name, plant) => {
    const made = withNotice(plant);
    expect(noticeIn(made)).toBeNull();
    expect(left(made)).toEqual(["notice"]);
    expect(existsSync("/etc/hostname")).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)("of another user is not shown", () => {
    const made = withNotice((path) => {
      writeFileSync(path, "somebody else's");
      chownSync(path, 65_534, 65_534);
    });
    expect(noticeIn(made)).toBeNull();
    expect(left(made)).toEqual(["notice"]);
  });

  it("is shown by one of many hosts that start at once", async () => {
    const made = world();
    plantNext(stateOf(made.base), HOUR, text);
    const installed = await installedPackage(made.root);
    const program = `process.stdout.write(startupSweep({ home: ${JSON.stringify(made.home)} }).notice ?? "");`;
    const hosts = await Promise.all(Array.from({ length: 12 }, () => runHost(installed, { program })));
    expect(hosts.map(({ stdout }) => stdout).join("")).toBe(text);
    expect(left(made)).toEqual([]);
  });
});
