// The command line of a hook: taken apart as a shell and shlex do it.

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandText, hookArgv, isOurs, splitCommand, startedBy } from "../../src/hook-setup/command.ts";
import { works } from "../hook/support.ts";

const PROGRAM = { node: "/opt/a node/bin/node", script: "/home/o'neil/checkpoints" };
const SITE = { gate: { next: "/h/.x.gc/next", settings: "/h/config.yaml" }, words: ["--home", '/h "x" $HOME `id` \\'] };
const ARGV = hookArgv(SITE, PROGRAM, { ownFile: "/c/config.yaml", optIn: true });

describe("the command of a hook", () => {
  it("is taken apart to what it was made of, whatever the paths", () => {
    const word = fc.string({
      minLength: 1,
      unit: fc.constantFrom("a", " ", "'", '"', "\\", "$", "`", "*", "~", "/", "é", "-"),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (argv) => {
        expect(splitCommand(commandText(argv))).toEqual(argv);
      }),
    );
  });

  it.each([
    ["a shell", "sh", ["-c", `printf '%s\\0' ${commandText(ARGV)}`]],
    [
      "shlex",
      "python3",
      ["-c", "import shlex, sys; print(*shlex.split(sys.argv[1]), sep='\\0', end='\\0')", commandText(ARGV)],
    ],
  ] as const)("is the same for %s", (_, program, args) => {
    if (!works(program, "-c", "")) {
      process.stderr.write(`${program} is not here\n`);
      return;
    }
    const { stdout } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, PYTHONUTF8: "1" } });
    expect(stdout.split("\0").slice(0, -1)).toEqual(ARGV);
  });

  it("is known to be ours, and one that only mentions us is not", () => {
    expect(isOurs(commandText(ARGV))).toBe(true);
    expect(isOurs("checkpoints auto --detach")).toBe(false);
    expect(startedBy(ARGV)?.slice(0, 3)).toEqual([PROGRAM.node, PROGRAM.script, "auto"]);
    expect(startedBy(["/bin/sh", "-c", "x", "y"])).toBe(null);
  });

  it("passes on the consent only where it was given", () => {
    expect(ARGV.at(-1)).toBe("--opt-in");
    expect(hookArgv(SITE, PROGRAM, { ownFile: "/c", optIn: false })).not.toContain("--opt-in");
  });

  it("is refused where a path has a line end", () => {
    expect(() => hookArgv({ ...SITE, words: ["--home", "/a\nb"] }, PROGRAM, { ownFile: "/c", optIn: false })).toThrow(
      /cannot be written into a hook/,
    );
  });
});
