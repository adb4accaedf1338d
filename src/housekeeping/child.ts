/**
 * One run of `checkpoints auto --events` in a process of its own: its output is passed on line by line, so that even a
 * large sweep never blocks the host. It has a session of its own, and when the host dies it finishes its work.
 */
import type { ChildProcess } from "node:child_process";
import { spawnDetached } from "../hook/launch.ts";
import { HOUR } from "../model/time.ts";
import { parseEvent } from "./events.ts";
import type { Reporter } from "./reporter.ts";

/** A sweep stops between two entries, which takes milliseconds; one that has not stopped by then hangs in a system call. */
const TERM_GRACE_MS = 4000;
/** A program that the child started and that keeps its pipes open must not keep us waiting. */
const PIPE_DRAIN_MS = 500;
/** Twelve gigabytes are removed in minutes; what takes this long waits for a dead server. */
const MAX_RUN_MS: number = 6 * HOUR;
/** Longer than any line that `auto` prints. */
const MAX_LINE = 256 * 1024;
const MAX_STDERR = 2048;

export interface SweepRun {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Never rejects. Stops with the signal, at most 4.5 s later. */
export async function runSweep({ argv, env, signal, reporter }: SweepRun): Promise<"done" | "failed"> {
  const child = spawnDetached(argv, env, "pipe");
  const seen = { failed: false, bases: 0, stderr: "" };
  eachLine(child.stdout, (line) => {
    const event = parseEvent(line);
    if (event === null) return;
    if (event.kind === "log") {
      // A base that failed is reported once, by its last line.
      if (event.level !== "warn") reporter.log(event.level, event.fields, event.message);
      else if (event.fields["event"] !== "sweep-failed") reporter.warn("sweep", event.fields, event.message);
      return;
    }
    seen.bases += 1;
    if (event.error !== null && event.error.code !== "locked" && event.error.code !== "interrupted") {
      seen.failed = true;
      const { base, error } = event;
      reporter.warn("sweep", { event: "sweep-failed", base, ...error }, `checkpoint-gc: ${base}: ${error.message}`);
    }
    if (event.sweep !== null) reporter.reportSweep(event.sweep);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    seen.stderr = (seen.stderr + text).slice(-MAX_STDERR);
  });
  const ended = await waitForEnd(child, signal);
  if (signal.aborted) return "done";
  // 1: done, but an entry failed; each of those is in the log. Without a line about any base it did not get that far.
  if (ended === "code 0" || (ended === "code 1" && seen.bases > 0)) return seen.failed ? "failed" : "done";
  if (!seen.failed) {
    const why = seen.stderr.trim() === "" ? "" : `: ${seen.stderr.trim()}`;
    reporter.warn("sweep", { event: "sweep-failed", ended }, `checkpoint-gc: the sweep ended with ${ended}${why}`);
  }
  return "failed";
}

/** How it ended: `code 0`, `SIGKILL`, an error's message, or that it was abandoned. */
function waitForEnd(child: ChildProcess, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timers = new Set<NodeJS.Timeout>();
    const later = (ms: number, act: () => void): void => {
      timers.add(setTimeout(act, ms));
    };
    const finish = (how: string): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(how);
    };
    const stop = (): void => {
      // A host that waits for `stopped` waits for this, so from here on Node has to wait as well.
      child.ref();
      child.kill("SIGTERM");
      later(TERM_GRACE_MS, () => killGroup(child));
      later(TERM_GRACE_MS + PIPE_DRAIN_MS, () => finish("no exit after SIGKILL"));
    };
    child.on("error", (error) => finish(error.message));
    child.once("exit", (code, name) => {
      const how = code === null ? String(name) : `code ${code}`;
      later(PIPE_DRAIN_MS, () => finish(how));
      child.once("close", () => finish(how));
    });
    later(MAX_RUN_MS, stop);
    for (const handle of [child, child.stdout, child.stderr, ...timers]) if (canUnref(handle)) handle.unref();
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: it has just ended.
  }
}

/** Node's types do not say that the pipes of a child are sockets. */
function canUnref(value: object | null): value is { unref: () => void } {
  return value !== null && "unref" in value && typeof value.unref === "function";
}

function eachLine(stream: ChildProcess["stdout"], act: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-MAX_LINE);
    for (const line of lines) act(line);
  });
}
