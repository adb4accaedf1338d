// Timers find git: the PATH that they are written with, and what is said where it leads to none.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gitNote, programPath, splitPath, withPath } from "../../src/schedule/program-path.ts";
import { argvInBlock, cronBlock } from "../../src/schedule/render-cron.ts";
import { argvInService } from "../../src/schedule/render-systemd.ts";
import { argvOf, pathsIn } from "../../src/schedule/task.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";
import { TASK } from "./build.ts";
import { documentOf, machine } from "./machine.ts";
import { place, recorder } from "./recorder.ts";

const ALWAYS = "/usr/local/bin:/usr/bin:/bin";

describe("the PATH of a timer", () => {
  it.each([
    {
      what: "git of Homebrew",
      path: "/opt/homebrew/bin:/usr/bin",
      there: ["/opt/homebrew/bin/git"],
      made: `/opt/homebrew/bin:${ALWAYS}`,
    },
    {
      what: "git in a home, flock of the system",
      path: "/home/ann/bin:/usr/bin",
      there: ["/home/ann/bin/git", "/usr/bin/flock"],
      made: "/home/ann/bin:/usr/bin:/usr/local/bin:/bin",
    },
    {
      what: "directories that hold nothing of it",
      path: "/opt/a:/opt/b:/bin",
      there: ["/opt/b/perl"],
      made: `/opt/b:${ALWAYS}`,
    },
    { what: "no git anywhere", path: "/opt/a", there: [], made: ALWAYS },
    {
      what: "relative and empty ones",
      path: "bin::./x:/opt/a",
      there: ["bin/git", "/opt/a/git"],
      made: `/opt/a:${ALWAYS}`,
    },
    {
      what: "a name that no timer can hold",
      path: "/opt/a\u0001:/opt/b",
      there: ["/opt/a\u0001/git", "/opt/b/git"],
      made: `/opt/b:${ALWAYS}`,
    },
    { what: "no PATH", path: undefined, there: [], made: ALWAYS },
  ])("has $what", async ({ path, there, made }) => {
    const system = recorder({}, Object.fromEntries(there.map((file) => [file, ""])));
    expect(await programPath({ env: { PATH: path }, platform: "linux" }, system)).toBe(made);
  });

  it("is left to Windows there", async () => {
    expect(await programPath({ env: { PATH: "C:\\git" }, platform: "win32" }, recorder())).toBeNull();
    expect(await gitNote(["node"], place({ platform: "win32" }), recorder())).toBeNull();
  });

  it("travels in the command line, and comes out of it again", () => {
    const argv = ["/usr/bin/node", "/x.js", "auto"];
    expect(splitPath(withPath("/a b:/c", argv))).toEqual({ path: "/a b:/c", argv });
    expect(splitPath(withPath(null, argv))).toEqual({ path: null, argv });
    expect(splitPath(["/usr/bin/env", "node", "/x.js"])).toEqual({
      path: null,
      argv: ["/usr/bin/env", "node", "/x.js"],
    });
    expect(pathsIn(argvOf({ ...TASK, path: "/a:/b" }))).toEqual(pathsIn(argvOf(TASK)));
  });
});

describe("git that a timer does not find", () => {
  const argv = withPath("/opt/a:/usr/bin", ["/usr/bin/node"]);

  it.each([
    { what: "is in its PATH", words: argv, there: ["/opt/a/git"], says: null },
    {
      what: "is where systems have it, for a timer that names no PATH",
      words: ["/usr/bin/node"],
      there: ["/usr/bin/git"],
      says: null,
    },
    {
      what: "is elsewhere",
      words: argv,
      there: ["/opt/b/git"],
      says: /^git is in \/opt\/b, which is not in the PATH of the timer \(\/opt\/a:\/usr\/bin\)/,
    },
    {
      what: "is elsewhere, for a timer that names no PATH",
      words: ["/usr/bin/node"],
      there: ["/opt/b/git"],
      says: /^git is in \/opt\/b, .*\(\/usr\/bin:\/bin\)/,
    },
    { what: "is nowhere", words: argv, there: [], says: /^git is not in PATH \(\/opt\/a:\/usr\/bin\).* Install git/ },
  ])("$what", async ({ words, there, says }) => {
    const system = recorder({}, Object.fromEntries(there.map((file) => [file, ""])));
    const note = await gitNote(words, place({ env: { PATH: "/opt/b" } }), system);
    if (says === null) expect(note).toBeNull();
    else expect(note).toMatch(says);
  });

  it("is reported by status and install, and fixed by installing again", async () => {
    const m = machine();
    const own = join(m.w.root, "own bin");
    mkdirSync(own);
    symlinkSync(spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim(), join(own, "git"));
    const bare = { ...m.env, PATH: m.env["FAKE"] ?? "" };
    const schedule = (env: Record<string, string>, ...words: readonly string[]) =>
      run(["schedule", ...words], { home: m.w, env });
    const withGit = { ...bare, PATH: `${bare.PATH}:${own}` };

    await schedule(withGit, "install", "--yes");
    const service = join(m.units, "checkpoint-gc.service");
    expect(splitPath(argvInService(readFileSync(service, "utf8")) ?? []).path).toBe(`${own}:${ALWAYS}`);
    expect((await schedule(bare, "status")).stdout).not.toContain("git is");

    // As it was before git moved to that directory.
    const hidden = readFileSync(service, "utf8").replace(/"PATH=[^"]*"/g, `"PATH=${bare.PATH}"`);
    writeFileSync(service, hidden);
    const { stdout } = await schedule(withGit, "status");
    expect(stdout).toContain("own bin, which is not in the PATH of the timer");
    expect(documentOf(await schedule(withGit, "status", "--json")).timers[0]?.notes.join()).toContain(
      "which is not in the PATH",
    );
    expect((await schedule(withGit, "install", "--yes")).stdout).toContain("Installed.");
    expect((await schedule(withGit, "status")).stdout).not.toContain("which is not in the PATH");
  });
});

it("the line of a crontab finds git with cron's PATH, and a program that is only in the given directory", () => {
  const w = world();
  const own = join(w.root, "own");
  mkdirSync(own);
  writeFileSync(join(own, "git"), '#!/bin/sh\necho "own git"\n');
  chmodSync(join(own, "git"), 0o755);
  const block = cronBlock(withPath(`${own}:/usr/bin:/bin`, ["/bin/sh", "-c", "git"]), "24h", 0);
  expect(argvInBlock(block)).toEqual(["/usr/bin/env", `PATH=${own}:/usr/bin:/bin`, "/bin/sh", "-c", "git"]);
  const command = /^(?:\S+ ){5}(.*)$/m.exec(block.split("\n")[2] ?? "")?.[1] ?? "";
  const { stdout } = spawnSync("/bin/sh", ["-c", command], { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
  expect(stdout).toBe("own git\n");
});
