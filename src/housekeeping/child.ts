/**
 * One run of `checkpoints auto --events` in a process of its own: what it says is passed on line by line, so that no
 * sweep is ever large enough to make the host stutter. It has a session of its own, and when the host dies it finishes
 * what it is at.
 */
import type { ChildProcess } from "node:child_process";
import { startAlone } from "../hook/launch.ts";
import { parseEvent } from "./events.ts";
import type { Telling } from "./telling.ts";

/** A sweep stops between two entries, which takes milliseconds; whoever does not by then is in a system call that hangs. */
const GRACE_MS = 4000;
/** A program of the child's that holds on to its pipes must not keep us. */
const DRAIN_MS = 500;
/** Twelve gigabytes are gone in minutes; what takes this long waits for a dead server. */
const LONGEST_MS: number = 6 * 60 * 60_000;
/** Longer than any line of ours. */
const MOST_LINE = 256 * 1024;
const MOST_STDERR = 2048;

export interface SweepRun {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly telling: Telling;
}

/** Never rejects. Stops with the signal, at most 4.5 s later. */
export async function runSweep({ argv, env, signal, telling }: SweepRun): Promise<"done" | "failed"> {
  const child = startAlone(argv, env, "pipe");
  const seen = { failed: false, bases: 0, complaints: "" };
  eachLine(child.stdout, (line) => {
    const event = parseEvent(line);
    if (event === null) return;
    if (event.kind === "log") {
      // A base that failed is told once, by its last line.
      if (event.level !== "warn") telling.log(event.level, event.fields, event.message);
      else if (event.fields["event"] !== "sweep-failed") telling.warn("sweep", event.fields, event.message);
      return;
    }
    seen.bases += 1;
    if (event.error !== null && event.error.code !== "locked" && event.error.code !== "interrupted") {
      seen.failed = true;
      const { base, error } = event;
      telling.warn("sweep", { event: "sweep-failed", base, ...error }, `checkpoint-gc: ${base}: ${error.message}`);
    }
    if (event.sweep !== null) telling.swept(event.sweep);
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    seen.complaints = (seen.complaints + text).slice(-MOST_STDERR);
  });
  const ended = await endOf(child, signal);
  if (signal.aborted) return "done";
  // 1: done, but an entry failed; each of those is in the log. Without a word about any base it did not come so far.
  if (ended === "code 0" || (ended === "code 1" && seen.bases > 0)) return seen.failed ? "failed" : "done";
  if (!seen.failed) {
    const why = seen.complaints.trim() === "" ? "" : `: ${seen.complaints.trim()}`;
    telling.warn("sweep", { event: "sweep-failed", ended }, `checkpoint-gc: the sweep ended with ${ended}${why}`);
  }
  return "failed";
}

/** How it ended: `code 0`, `SIGKILL`, an error's text, or that it was left behind. */
function endOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timers = new Set<NodeJS.Timeout>();
    const later = (ms: number, act: () => void): void => {
      timers.add(setTimeout(act, ms));
    };
    const settle = (how: string): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(how);
    };
    const stop = (): void => {
      // Whoever waits for `stopped` waits for this, so from here on Node is to wait as well.
      child.ref();
      child.kill("SIGTERM");
      later(GRACE_MS, () => killGroup(child));
      later(GRACE_MS + DRAIN_MS, () => settle("no answer to being killed"));
    };
    child.on("error", (error) => settle(error.message));
    child.once("exit", (code, name) => {
      const how = code === null ? String(name) : `code ${code}`;
      later(DRAIN_MS, () => settle(how));
      child.once("close", () => settle(how));
    });
    later(LONGEST_MS, stop);
    for (const held of [child, child.stdout, child.stderr, ...timers]) if (isHeld(held)) held.unref();
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

/** Node's types do not tell that the pipes of a child are sockets. */
function isHeld(value: object | null): value is { unref: () => void } {
  return value !== null && "unref" in value && typeof value.unref === "function";
}

function eachLine(stream: ChildProcess["stdout"], act: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-MOST_LINE);
    for (const line of lines) act(line);
  });
}
