// Runs the built command in a clean environment: what the machine, the shell or the CI set does not leak in.

import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROJECT } from "./paths.ts";
import { runShared, tookTooLong } from "./run-shared.ts";
import type { Report } from "./report.ts";
import type { World } from "./world.ts";

export const COMMAND: string = join(PROJECT, "bin", "checkpoints.js");

/** Nothing takes this long, on a loaded machine either. */
const LIMIT_MS = 240_000;

export interface RunOptions {
  /** A world, or the path of a home: sets HERMES_HOME; HOME is the directory above it. */
  readonly home?: Pick<World, "root" | "home"> | string;
  /** Laid over the clean environment; undefined deletes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard input; without it, an empty one. */
  readonly input?: string;
  /** Sets COLUMNS. */
  readonly columns?: number;
  /** ms until the command is killed and the run rejected; default LIMIT_MS. */
  readonly timeout?: number;
  /** Arguments for node itself, before the command. */
  readonly node?: readonly string[];
  /** A program, with its arguments, that the command is started through; it must end by executing it. */
  readonly through?: readonly string[];
  /** Runs as this user (needs root); the command and the world must be readable for it. */
  readonly uid?: number;
}

export interface RunResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on stdout; throws with all that was printed when it is none. */
  json(): unknown;
  /** The same, where the command is `status`, `prune` or `auto`. */
  report(): Report;
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<RunResult>;
}

/**
 * In a process that earlier runs had already, unless it is about something that only a process of its own has, or
 * OWN_PROCESS=1 asks for one each. test/shared-runs.test.ts compares the two.
 */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (canShare(options)) {
    const { uid, timeout: limit = LIMIT_MS } = options;
    const ended = await runShared({
      script: COMMAND,
      args,
      cwd: directoryOf(options),
      env: cleanEnv(options),
      uid,
      limit,
    });
    return resultOf(args, ended.code, ended.signal, ended.stdout, ended.stderr);
  }
  return runAlone(args, options);
}

/** In a process of its own. */
export async function runAlone(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { child, done } = start(args, options);
  child.stdin?.on("error", ignoreClosedPipe);
  child.stdin?.end(options.input ?? "");
  return done;
}

/** Node reads these variables when it starts; with another PATH it may be another machine. */
const READ_AT_START = /^(?:PATH|LANG|LC_.*|NODE_.*|UV_.*)$/;

function canShare({ env = {}, input = "", node, through }: RunOptions): boolean {
  if (process.env["OWN_PROCESS"] === "1" || Object.keys(env).some((name) => READ_AT_START.test(name))) return false;
  return input === "" && node === undefined && through === undefined;
}

/** Starts the command and leaves its pipes to the caller, who sends signals or closes them; stdin stays open. */
export function start(args: readonly string[], options: RunOptions = {}): Started {
  const command = [...(options.through ?? []), process.execPath, ...(options.node ?? []), COMMAND, ...args];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: directoryOf(options),
    env: cleanEnv(options),
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));

  const limit = options.timeout ?? LIMIT_MS;
  const done = new Promise<RunResult>((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limit);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(out).toString("utf8");
      const stderr = Buffer.concat(err).toString("utf8");
      if (late) reject(tookTooLong(args, limit, { stdout, stderr }));
      else resolve(resultOf(args, code, signal, stdout, stderr));
    });
  });
  return { child, done };
}

function resultOf(
  args: readonly string[],
  code: number | null,
  signal: NodeJS.Signals | null,
  stdout: string,
  stderr: string,
): RunResult {
  const json = (): unknown => {
    try {
      return JSON.parse(stdout);
    } catch (cause) {
      const ended = `checkpoints ${args.join(" ")} ended with ${code ?? signal}`;
      throw new Error(`${ended} and no JSON\nstdout: ${stdout}\nstderr: ${stderr}`, { cause });
    }
  };
  return { code, signal, stdout, stderr, json, report: () => json() as Report };
}

/** The environment of a run: only this. */
export function cleanEnv(options: RunOptions = {}): Record<string, string> {
  const home = homeOf(options);
  const env: Record<string, string | undefined> = {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    TZ: "UTC",
    TMPDIR: process.env["TMPDIR"],
    HOME: home?.user ?? "/nonexistent",
    HERMES_HOME: home?.hermes,
    COLUMNS: options.columns === undefined ? undefined : String(options.columns),
    ...options.env,
  };
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function directoryOf(options: RunOptions): string {
  return options.cwd ?? homeOf(options)?.user ?? tmpdir();
}

function homeOf(options: RunOptions): { readonly user: string; readonly hermes: string } | null {
  if (options.home === undefined) return null;
  if (typeof options.home === "string") return { user: dirname(options.home), hermes: options.home };
  return { user: options.home.root, hermes: options.home.home };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
