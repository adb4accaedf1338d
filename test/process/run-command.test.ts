// One way to run a program: it ends by its deadline, with the signal, with all that it started, and with us.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "rolldown";
import { describe, expect, it } from "vitest";
import { outputNow } from "../../src/process/output-now.ts";
import { type Command, runCommand } from "../../src/process/run-command.ts";
import { looseRepo } from "../compact/support.ts";
import { fifo, loudly, scratch } from "../fs/support.ts";
import { PROJECT } from "../support/paths.ts";
import { type Started, start } from "../support/run.ts";
import { world } from "../support/world.ts";

/** Far longer than any test: what ends is ended by something else. */
const NEVER = 600_000;

function script(text: string, ...args: readonly string[]): Command {
  return { program: "/bin/sh", args: ["-c", text, "sh", ...args] };
}

/** Resolves when no process of a group is left. */
async function groupEnded(group: number): Promise<void> {
  while (isAlive(group)) await new Promise((resolve) => setImmediate(resolve));
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  // What has ended, and was not waited for by the first process of a container, is still there as a zombie.
  return pids().some((pid) => {
    const [state, , itsGroup] = (text(`/proc/${pid}/stat`).split(") ").at(-1) ?? "").split(" ");
    return Number(itsGroup) === group && state !== "Z" && state !== "X";
  });
}

/** Whether a process has something to do: it does not sleep until something happens. Only Linux tells. */
function isInItsTurn(pid: number | undefined): boolean {
  const [state = ""] = (text(`/proc/${pid}/stat`).split(") ").at(-1) ?? "").split(" ");
  return state === "R" || state === "D";
}

function pids(): readonly string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function text(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

describe("a program that is run", () => {
  it("tells its exit code, its output to the byte, and what it complains of", async () => {
    const { end, stdout, stderr } = await runCommand(script(String.raw`printf 'a\377b'; echo no >&2; exit 3`), {
      deadline: NEVER,
    });
    expect(end).toEqual({ kind: "exited", code: 3 });
    expect([...stdout]).toEqual([0x61, 0xff, 0x62]);
    expect(stderr).toBe("no\n");
  });

  it("reads its input to the end, and may leave it unread", async () => {
    const input = Buffer.alloc(1_000_000, "x");
    const { stdout } = await runCommand({ program: "wc", args: ["-c"], input }, { deadline: NEVER });
    expect(stdout.toString().trim()).toBe("1000000");
    expect((await runCommand({ ...script("exit 0"), input }, { deadline: NEVER })).end).toEqual({
      kind: "exited",
      code: 0,
    });
  });

  it("has the descriptors that it is given", async () => {
    const path = join(scratch(), "file");
    writeFileSync(path, "text");
    const fd = openSync(path, "r");
    const { stdout } = await runCommand({ ...script("cat <&3"), descriptors: [fd] }, { deadline: NEVER });
    closeSync(fd);
    expect(stdout.toString()).toBe("text");
  });

  it("that is not there is answered at once, and so is one that may not be run", async () => {
    const file = join(scratch(), "plain");
    writeFileSync(file, "");
    expect((await runCommand({ program: "no-such-program", args: [] }, { deadline: NEVER })).end).toMatchObject({
      kind: "not-started",
      code: "ENOENT",
    });
    expect((await runCommand({ program: file, args: [] }, { deadline: NEVER })).end).toMatchObject({
      kind: "not-started",
      code: "EACCES",
    });
  });

  // The child of the child holds the output open, as pack-objects does for repack.
  it("is ended with all that it started: by the signal", async () => {
    const told = join(scratch(), "group");
    fifo(told);
    const abort = new AbortController();
    const command = script('sleep 600 & echo "$$" > "$1"; wait', told);
    const running = runCommand(command, { deadline: NEVER, signal: abort.signal });
    const group = Number(await readFile(told, "utf8"));
    abort.abort();
    expect((await running).end).toEqual({ kind: "aborted" });
    await groupEnded(group);
  });

  it("is ended with all that it started: by its deadline", async () => {
    let group = 0;
    // One that had no time to say what its group is gets more.
    for (let deadline = 50; group === 0; deadline *= 2) {
      const { end, stdout } = await runCommand(script('sleep 600 & echo "$$"; wait'), { deadline });
      expect(end).toEqual({ kind: "timed-out" });
      group = Number(stdout);
    }
    await groupEnded(group);
  });

  it("is killed where it ignores SIGTERM", async () => {
    const { end } = await runCommand(script("trap '' TERM; while :; do sleep 1; done"), { deadline: 200, grace: 100 });
    expect(end).toEqual({ kind: "timed-out" });
  });

  it("gets SIGTERM first, and may clean up", async () => {
    const lock = join(scratch(), "lock");
    const ready = join(scratch(), "ready");
    fifo(ready);
    const abort = new AbortController();
    const running = runCommand(
      script('trap "rm $1; exit 0" TERM; : > "$1"; echo > "$2"; while :; do sleep 0.05; done', lock, ready),
      { deadline: NEVER, signal: abort.signal },
    );
    await readFile(ready);
    expect(existsSync(lock)).toBe(true);
    abort.abort();
    expect((await running).end).toEqual({ kind: "aborted" });
    expect(existsSync(lock)).toBe(false);
  });

  it("is not started where the signal is aborted already", async () => {
    const trace = join(scratch(), "trace");
    const { end } = await runCommand(script(': > "$1"', trace), { deadline: NEVER, signal: AbortSignal.abort() });
    expect([end.kind, existsSync(trace)]).toEqual(["aborted", false]);
  });

  it("is ended where it prints without an end, and what it printed is bounded", async () => {
    const { end, stdout, stderr } = await runCommand(script("yes & yes >&2"), { deadline: NEVER, maxOutput: 100_000 });
    expect(end).toEqual({ kind: "too-much-output" });
    expect(stdout.length).toBeLessThanOrEqual(100_000);
    expect(stderr.length).toBeLessThan(40_000);
  });

  it("may be slow where each word of it begins the deadline again", async () => {
    // Longer in all than the deadline, which is far longer than a word takes.
    const { end, stdout } = await runCommand(script("for n in 1 2 3 4 5; do echo $n; sleep 1.2; done"), {
      deadline: 5000,
      sinceOutput: true,
    });
    expect([end.kind, stdout.toString().split("\n").length]).toEqual(["exited", 6]);
  });

  it("throws for a word that no program can be given", async () => {
    await expect(runCommand({ program: "echo", args: ["a\0b"] }, { deadline: NEVER })).rejects.toThrow(/null byte/);
  });
});

describe("a git that hangs", () => {
  /** The command, at a git that never ends and has started something itself. */
  async function hanging(): Promise<{ readonly command: Started; readonly group: number }> {
    const w = world();
    looseRepo(w, "resting");
    const bin = join(w.root, "bin");
    const told = join(w.root, "told");
    mkdirSync(bin);
    fifo(told);
    writeFileSync(join(bin, "git"), `#!/bin/sh\nsleep 600 &\necho $$ > '${told}'\nwait\n`, { mode: 0o755 });
    const command = start(["compact", "--yes"], {
      home: w,
      env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
    });
    const group = Number(await readFile(told, "utf8"));
    // The watch is told of a program in the turn in which it starts, and that turn may last until the machine has time.
    while (isInItsTurn(command.child.pid)) await new Promise((resolve) => setImmediate(resolve));
    return { command, group };
  }

  it("ends with a run that is killed", async (test) => {
    if (process.platform !== "linux") return loudly(test, "the watch is looked for in /proc");
    const { command, group } = await hanging();
    command.child.kill("SIGKILL");
    await command.done;
    await groupEnded(group);
  });

  it("ends with a host that is killed in the very turn in which it was started", async (test) => {
    if (process.platform !== "linux") return loudly(test, "what is left is looked for in /proc");
    const directory = scratch();
    const host = join(directory, "host.mjs");
    await build({ input: join(PROJECT, "src/process/run-command.ts"), output: { file: join(directory, "run.mjs") } });
    // How long it sleeps says whose it is.
    const mine = `600.${process.pid}`;
    writeFileSync(
      host,
      `import { runCommand } from "./run.mjs";
for (let n = 0; n < 3; n++) void runCommand({ program: "sleep", args: ["${mine}"] }, { deadline: 600_000 });
process.kill(process.pid, "SIGKILL");`,
    );
    expect(spawnSync(process.execPath, [host]).signal).toBe("SIGKILL");
    const isLeft = (): boolean => pids().some((pid) => text(`/proc/${pid}/cmdline`) === `sleep\0${mine}\0`);
    while (isLeft()) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with a run that gets a second %s", async (signal) => {
    const { command, group } = await hanging();
    command.child.kill(signal);
    command.child.kill(signal);
    await command.done;
    await groupEnded(group);
  });

  it("ends with a run that is interrupted, and no watch is left", async (test) => {
    if (process.platform !== "linux") return loudly(test, "the watch is looked for in /proc");
    const { command, group } = await hanging();
    const [watch = ""] = watches(command.child.pid);
    expect(watch).not.toBe("");
    command.child.kill("SIGINT");
    expect((await command.done).code).toBe(130);
    await groupEnded(group);
    while (isWatch(watch)) await new Promise((resolve) => setImmediate(resolve));
  });
});

it("one watch serves all, and ends where nothing runs any more", async (test) => {
  if (process.platform !== "linux") return loudly(test, "the watch is looked for in /proc");
  const noneIsLeft = async (): Promise<void> => {
    while (watches(process.pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  // That of the tests before this one.
  await noneIsLeft();
  const go = [1, 2, 3].map((n) => fifo(join(scratch(), `go${n}`)));
  const running = go.map((path) => runCommand(script('read -r _ < "$1"', path), { deadline: NEVER }));
  await Promise.all(go.map((path) => writeFile(path, "\n")));
  expect(watches(process.pid)).toHaveLength(1);
  await Promise.all(running);
  await noneIsLeft();
  const { end } = await runCommand(script("exit 3"), { deadline: NEVER });
  expect(end).toEqual({ kind: "exited", code: 3 });
});

/** The shells that wait for the end of a process. */
function watches(parent: number | undefined): readonly string[] {
  return pids().filter((pid) => {
    const [, itsParent] = (text(`/proc/${pid}/stat`).split(") ").at(-1) ?? "").split(" ");
    return Number(itsParent) === parent && isWatch(pid);
  });
}

function isWatch(pid: string): boolean {
  return text(`/proc/${pid}/cmdline`).includes("read -r what group");
}

it("a table that must be there now is null where the program hangs, fails or is missing", () => {
  expect(outputNow("no-such-program", 1000)).toBeNull();
  expect(outputNow("false", 1000)).toBeNull();
  expect(outputNow("pwd", 10_000)).toContain("/");
});
