/**
 * The one way to git: one plumbing command on one git directory, with input, a deadline and a signal, in the environment
 * of environment.ts. What git would wait for is refused before (refuse-special-files.ts).
 *
 * Not by simple-git, nor another library over the command: we ask plumbing alone, whose output is made for programs, and
 * what such a library adds is names for porcelain and parsers of it. What is needed here it does not do: a command gets no
 * input, ends by its deadline only where it is silent, takes nothing along that it started itself, is left behind when we
 * are killed, and an exit code without a message counts as success.
 */
import { errnoOf, GcError, createErrnoError } from "../errors.ts";
import { traceCall } from "../fs/failpoints.ts";
import { type CommandResult, runCommand } from "../process/run-command.ts";
import { environment, SAFE_CONFIG } from "./environment.ts";
import { refuseSpecialFiles, type RefsRead } from "./refuse-special-files.ts";

export interface RunLimits {
  /** The deadline, by `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

export interface GitCall extends RunLimits {
  readonly gitDirectory: string;
  readonly args: readonly string[];
  /** One character per byte; or an open file, read from its current position. */
  readonly input?: string | number;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: readonly string[];
  /** The refs that it reads; default: all. */
  readonly refs?: RefsRead;
}

/**
 * Its output, one character per byte. Throws `EGIT` for any exit code but 0, `ENOSPC` where git reports that,
 * `ETIMEDOUT`, `EINTR` when the signal is aborted, `EINVAL` where git would wait for a FIFO, and `git-missing`.
 */
export async function execGit(call: GitCall): Promise<string> {
  traceCall("git", call.gitDirectory);
  const { gitDirectory, args, input, env, config = [], deadline, signal } = call;
  const hooksOff = await refuseSpecialFiles(gitDirectory, call.refs ?? "all");
  const settings = [...SAFE_CONFIG, ...config].flatMap((one) => ["-c", one]);
  const result = await runCommand(
    {
      program: "git",
      args: [...settings, ...args],
      env: { ...environment(gitDirectory), ...hooksOff, ...env },
      input: typeof input === "number" ? input : Buffer.from(input ?? "", "latin1"),
    },
    { deadline: deadline - performance.now(), signal },
  );
  if (result.end.kind === "exited" && result.end.code === 0) return result.stdout.toString("latin1");
  throw errorOf(args[0] ?? "", result);
}

function errorOf(command: string, { end, stdout, stderr }: CommandResult): Error {
  switch (end.kind) {
    case "not-started":
      return cannotStart(end.code, end.message);
    case "aborted":
      return createErrnoError("EINTR", "interrupted before it was finished");
    case "timed-out":
      return createErrnoError("ETIMEDOUT", `git ${command} took too long`);
    case "too-much-output":
      return createErrnoError("EFBIG", `git ${command} printed more than can be read`);
    case "killed":
      return createErrnoError("EGIT", `git ${command}: it was ended by ${end.signal}`);
    case "exited": {
      const said = reasonIn(stderr.trim() === "" ? stdout.toString("utf8", 0, REASON_BYTES) : stderr);
      return createErrnoError(
        failureCode(stderr),
        `git ${command}: ${said === "" ? `it ended with ${end.code}` : said}`,
      );
    }
  }
}

/** `EGIT`, or `ENOSPC` where git reports that. */
export function failureCode(text: string): "EGIT" | "ENOSPC" {
  return /no space left|disk quota exceeded/i.test(text) ? "ENOSPC" : "EGIT";
}

/** A longer message is not useful to read. */
const REASON_BYTES = 1000;

/**
 * Git's reason in one line. Warnings and advice precede it, and where it lists several things it puts them on lines of
 * their own below one that ends with a colon. The first error is the cause, and a fatal one says what failed.
 */
export function reasonIn(text: string): string {
  const sentences: string[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    const words = line.trim();
    const last = sentences.at(-1);
    if (words === "") continue;
    if (last !== undefined && (/^\s/.test(line) || last.endsWith(":")))
      sentences[sentences.length - 1] = `${last}${last.endsWith(":") ? " " : ", "}${words}`;
    else sentences.push(words);
  }
  const telling = sentences.filter((each) => !/^(?:warning|hint|note): ?/.test(each));
  const [first = sentences[0] ?? ""] = telling;
  const fatal = telling.find((each) => each.startsWith("fatal: "));
  const reason = fatal === undefined || fatal === first ? first : `${first}; ${fatal}`;
  return reason.slice(0, REASON_BYTES);
}

function cannotStart(code: string, message: string): Error {
  if (code !== "ENOENT") return createErrnoError("EGIT", `git cannot be started: ${message}`);
  return new GcError("git-missing", `git cannot be started: ${noGitIn(process.env["PATH"])}`, { hint: INSTALL_GIT });
}

/** Why git was not found. */
function noGitIn(path: string | undefined): string {
  return path === undefined || path === ""
    ? "PATH is empty, expected the directories of programs"
    : `no program of that name is in PATH (${path})`;
}

const INSTALL_GIT =
  "Install git, or put its directory into PATH; a timer gets it by running checkpoints schedule install again.";

/** What `execGit` throws where git refused, took too long, was stopped, or could not be started. */
export const FAILED_GIT: readonly `E${string}`[] = [
  "EGIT",
  "ETIMEDOUT",
  "EINTR",
  "EPIPE",
  "EAGAIN",
  "ENOMEM",
  "EMFILE",
  "ENFILE",
  "EFBIG",
];

/** Whether the error means that git is missing. */
export function isGitMissing(error: unknown): error is GcError {
  return error instanceof GcError && error.code === "git-missing";
}

/** Whether git ran, and failed. */
export function isRefusal(error: unknown): boolean {
  return errnoOf(error) === "EGIT";
}
