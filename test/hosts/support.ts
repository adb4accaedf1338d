// Programs in which start-up hooks run, and a command that only writes down how it was called.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, COMMAND } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home that is due, with one repo to take, and `checkpoints` on the PATH. */
export function scene(): { readonly w: World; readonly gone: string; readonly env: Record<string, string> } {
  const w = world();
  w.settings({ auto_prune: true });
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  const gone = w.repo("gone", { workdir: "delete" }).id;
  const bin = join(w.root, "bin");
  mkdirSync(bin);
  symlinkSync(COMMAND, join(bin, "checkpoints"));
  return { w, gone, env: cleanEnv({ home: w, env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` } }) };
}

export async function host(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const child: ChildProcess = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((done) => child.once("close", done)),
  ]);
  return { code, stdout, stderr };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

/** In place of the command: what it is called with ends up as lines of a file; `after`: what it does then. */
export function recorder(after = ":"): {
  readonly w: World;
  readonly env: Record<string, string>;
  readonly recorded: () => readonly string[];
} {
  const w = world();
  const bin = join(w.home, "..", "work", "bin");
  mkdirSync(bin);
  const lines = join(w.work, "lines");
  const program = join(bin, "checkpoints");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" >>'${lines}'\n${after}\n`);
  chmodSync(program, 0o755);
  const recorded = (): readonly string[] => {
    const text = lstatSync(lines, { throwIfNoEntry: false }) === undefined ? "" : readFileSync(lines, "utf8");
    return text.split("\n").filter((line) => line !== "");
  };
  return { w, recorded, env: cleanEnv({ home: w, env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` } }) };
}

export function words(line: string): [string, ...string[]] {
  const [first = "", ...rest] = line.split(" ");
  return [first, ...rest];
}

/** A directory with these programs of the PATH and no others. */
export function linked(w: World, name: string, programs: readonly string[]): string {
  const directory = join(w.root, name);
  mkdirSync(directory);
  for (const program of programs) {
    const found = spawnSync("sh", ["-c", 'command -v -- "$1"', "sh", program], { encoding: "utf8" }).stdout.trim();
    symlinkSync(found, join(directory, program));
  }
  return directory;
}

/** A `checkpoints` in this directory that says that `env` does not find Node. */
export function commandWithoutNode(directory: string): void {
  const program = join(directory, "checkpoints");
  writeFileSync(program, "#!/usr/bin/env node\n");
  chmodSync(program, 0o755);
}
