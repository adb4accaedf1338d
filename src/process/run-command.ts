/**
 * Runs a program to its end: the only place that starts one and waits for it.
 *
 * - a deadline: it might wait forever for a FIFO that is never written, a missing bus, a dead server
 * - a signal ends it early, and the caller learns that this was the reason
 * - its own process group: what it started ends with it, and Ctrl-C at a terminal reaches only us
 * - SIGTERM first: git removes its lock files then; SIGKILL follows where that was not enough
 * - a watchdog: it ends with us, even where we are killed (process-group.ts)
 * - bounded output: a damaged repo can cause the same message a million times
 * - a missing program is reported at once: the `timeout` option of spawn keeps its timer in that case
 * - a program that hangs in the kernel survives SIGKILL: it is abandoned, and nothing here waits for it
 *
 * Not for programs that outlive us or their caller: the start-up hook starts its sweep with hook/launch.ts, which uses
 * built-in modules only and detaches its child.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { errnoOf } from "../errors.ts";
import { signalGroup, spawnWatched } from "./process-group.ts";

export interface RunLimits {
  /** Ms until it is ended. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** The deadline starts again with every byte that it prints. */
  readonly sinceOutput?: boolean;
  /** The limit of its standard output, in bytes. */
  readonly maxOutput?: number;
  /** Ms from SIGTERM to SIGKILL; 0: it is killed at once. */
  readonly grace?: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment; default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its standard input, or an open file of ours that it reads on from the current position. */
  readonly input?: Buffer | number;
  /** Open files of ours that it inherits as descriptors 3 and up. */
  readonly descriptors?: readonly number[];
}

export type CommandEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** By a signal that was not ours. */
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "not-started"; readonly code: string; readonly message: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "aborted" }
  | { readonly kind: "too-much-output" };

export interface CommandResult {
  readonly end: CommandEnd;
  /** Also where it was ended early: the output until then. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** On SIGTERM git removes its lock files, which takes milliseconds. */
const GRACE_MS = 2000;

/** A killed process ends in a moment, unless it hangs in a system call. */
const LEAVE_MS = 1000;

/** Near the maximum length of a string; the list of all objects of a store of a hundred gigabytes is shorter. */
const MAX_OUTPUT = 500_000_000;

/** Error output is only shown, so little of it is needed. */
const MAX_MESSAGE = 16 * 1024;

/** Never rejects for the result of the program. An argument with a NUL byte is a bug of the caller, and thrown. */
export async function runCommand(command: Command, limits: RunLimits): Promise<CommandResult> {
  if (limits.signal?.aborted === true) return notRun({ kind: "aborted" });
  try {
    const { child, release } = spawnWatched(() => started(command));
    return await ended(child, release, command, limits);
  } catch (error) {
    return notRun(notStarted(error));
  }
}

function notRun(end: CommandEnd): CommandResult {
  return { end, stdout: Buffer.alloc(0), stderr: "" };
}

function notStarted(error: unknown): CommandEnd {
  const code = errnoOf(error);
  if (code === null || !(error instanceof Error)) throw error;
  return { kind: "not-started", code, message: error.message };
}

function started({ program, args, env, input, descriptors = [] }: Command): ChildProcess {
  return spawn(program, args, {
    // A directory that always exists, and keeps no mount busy.
    ...(process.platform === "win32" ? {} : { cwd: "/" }),
    ...(env === undefined ? {} : { env }),
    stdio: [typeof input === "object" ? "pipe" : (input ?? "ignore"), "pipe", "pipe", ...descriptors],
    // On Windows this means a console of its own; there are no process groups there.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

function ended(
  child: ChildProcess,
  release: () => void,
  { input }: Command,
  limits: RunLimits,
): Promise<CommandResult> {
  const { deadline, signal, sinceOutput = false, maxOutput = MAX_OUTPUT, grace = GRACE_MS } = limits;
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    let printed = 0;
    let stderr = "";
    let early: CommandEnd | null = null;
    const timers = new Set<NodeJS.Timeout>();
    const settle = (act: () => void): void => {
      for (const timer of timers) clearTimeout(timer);
      clearTimeout(late);
      signal?.removeEventListener("abort", abort);
      release();
      act();
    };
    const result = (end: CommandEnd): void => {
      settle(() => resolve({ end, stdout: Buffer.concat(stdout), stderr }));
    };
    const leave = (end: CommandEnd): void => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
      result(end);
    };
    const kill = (end: CommandEnd): void => {
      signalGroup(child, "SIGKILL");
      timers.add(setTimeout(leave, LEAVE_MS, end));
    };
    const stop = (end: CommandEnd): void => {
      if (early !== null) return;
      early = end;
      if (grace > 0) signalGroup(child, "SIGTERM");
      if (grace > 0) timers.add(setTimeout(kill, grace, end));
      else kill(end);
    };
    const abort = (): void => stop({ kind: "aborted" });
    const late = setTimeout(stop, Math.max(1, deadline), { kind: "timed-out" });
    signal?.addEventListener("abort", abort, { once: true });
    child.stdout?.on("data", (piece: Buffer) => {
      if (sinceOutput && early === null) late.refresh();
      printed += piece.length;
      if (printed <= maxOutput) stdout.push(piece);
      else stop({ kind: "too-much-output" });
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (stderr.length < MAX_MESSAGE) stderr += text.slice(0, MAX_MESSAGE);
    });
    // A program that fails may not read to the end; its exit code reports that.
    child.stdin?.on("error", () => undefined);
    child.once("error", (error) => settle(() => reject(error)));
    // `close` waits for the last process of the group that has its output open, `exit` for the first alone.
    child.once("close", (code, by) => {
      result(early ?? (code === null ? { kind: "killed", signal: by ?? "a signal" } : { kind: "exited", code }));
    });
    if (typeof input === "object") child.stdin?.end(input);
  });
}
