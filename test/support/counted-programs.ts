// Programs of PATH that write down each start before they do their work, and may do something else first.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface CountedPrograms {
  /** For `PATH`. */
  readonly path: string;
  /** Command lines until now, without the program. */
  readonly starts: (program: string) => readonly string[];
}

/** `before`: shell commands that see the arguments as "$@", and $real, the program itself. */
export function countedPrograms(
  directory: string,
  programs: readonly string[],
  before: Readonly<Record<string, string>> = {},
): CountedPrograms {
  const bin = join(directory, "counted");
  mkdirSync(bin);
  const logOf = (program: string): string => join(directory, `${program}.starts`);
  for (const program of programs) {
    const real = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
    if (real === "") throw new Error(`this test needs ${program}`);
    const file = join(bin, program);
    writeFileSync(logOf(program), "");
    writeFileSync(
      file,
      `#!/bin/sh\nreal='${real}'\necho "$*" >>'${logOf(program)}'\n${before[program] ?? ""}\nexec "$real" "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
  return {
    path: `${bin}:${process.env["PATH"] ?? ""}`,
    starts: (program) =>
      readFileSync(logOf(program), "utf8")
        .split("\n")
        .filter((line) => line !== ""),
  };
}
