/**
 * One plumbing command on one git directory, with input, a deadline and a signal: simple-git gives a command no input.
 * As hardened as `repository.ts`, whose environment it takes.
 */
import { spawn } from "node:child_process";
import { errnoOf, GcError, messageOf, troubled } from "../errors.ts";
import { announce } from "../fs/tap.ts";
import { environment, SAFE_CONFIG } from "./repository.ts";

export interface Conditions {
  /** When it has to be done, by `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

export interface PlumbingCall extends Conditions {
  readonly gitDirectory: string;
  readonly args: readonly string[];
  /** One character a byte. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: readonly string[];
}

/** What git says about a failure goes to a person: a damaged repo can say it a million times. */
const MESSAGE_BYTES = 2000;

/**
 * Its output, one character a byte. Throws `EGIT` for any exit code but 0, `ETIMEDOUT`, `EINTR` when the signal is
 * aborted, and `git-missing`.
 */
export async function plumb(call: PlumbingCall): Promise<string> {
  announce("git", call.gitDirectory);
  const { code, out, err, ended } = await finished(call);
  if (ended !== null) throw ended;
  if (code === 0) return out;
  const said = (err.trim() === "" ? out : err).trim().split("\n")[0] ?? "";
  throw troubled("EGIT", `git ${call.args[0] ?? ""}: ${said === "" ? `it ended with ${code ?? "a signal"}` : said}`);
}

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Why it was ended before it had finished. */
  readonly ended: Error | null;
}

function finished({ gitDirectory, args, input, env, config = [], deadline, signal }: PlumbingCall): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const settings = [...SAFE_CONFIG, ...config].flatMap((one) => ["-c", one]);
    const child = spawn("git", [...settings, ...args], {
      cwd: "/",
      env: { ...environment(gitDirectory), ...env },
      stdio: ["pipe", "pipe", "pipe"],
      // Ctrl-C goes to everybody in the group of a terminal: what becomes of git then is for us to say.
      detached: true,
      windowsHide: true,
    });
    const out: string[] = [];
    let err = "";
    let ended: Error | null = null;
    const end = (why: Error): void => {
      ended ??= why;
      child.kill("SIGKILL");
    };
    const interrupt = (): void => end(troubled("EINTR", "interrupted before it was finished"));
    const late = (): void => end(troubled("ETIMEDOUT", `git ${args[0] ?? ""} took too long`));
    const timer = setTimeout(late, Math.max(1, deadline - performance.now()));
    signal?.addEventListener("abort", interrupt, { once: true });
    if (signal?.aborted === true) interrupt();
    child.stdout.setEncoding("latin1").on("data", (text: string) => out.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (err.length < MESSAGE_BYTES) err += text;
    });
    // A git that fails does not read to the end.
    child.stdin.on("error", (error) => {
      if (errnoOf(error) === null) reject(error);
    });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
    };
    child.once("error", (error) => {
      settle();
      reject(cannotStart(error));
    });
    child.once("close", (code) => {
      settle();
      resolve({ code, out: out.join(""), err, ended });
    });
    child.stdin.end(input ?? "", "latin1");
  });
}

function cannotStart(error: unknown): Error {
  if (errnoOf(error) !== "ENOENT") return error instanceof Error ? error : new Error(messageOf(error));
  return new GcError("git-missing", "git cannot be started: no program of that name is in PATH", { cause: error });
}
