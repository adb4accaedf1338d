/**
 * Writes all that refs reach into one new pack, beside those that are there. In a process group of its own: a time limit
 * or a signal ends all of it and not only its head, which would leave git at work with nobody to wait for it.
 */
import { spawn } from "node:child_process";
import { announce } from "../fs/tap.ts";
import { safely } from "./repository.ts";

/** What a git that is told to stop gets to clear up after itself (ms). */
const LAST_WORDS_MS = 2000;

export type Repacked =
  | { readonly kind: "done" }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string };

export interface Limits {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Objects that are borrowed stay where they are (`-l`). Takes nothing away: no `-d`, which would also remove directories
 * that a snapshot in the making is about to use.
 */
export async function repackAll(repository: string, limits: Limits): Promise<Repacked> {
  announce("git", repository);
  const { env, config } = safely(repository);
  const child = spawn("git", [...config, "repack", "-a", "-l", "-q"], {
    cwd: "/",
    env,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => void said.push(text));
  const told = { stop: false };
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    told.stop = true;
    killGroup(child.pid, "SIGTERM");
    timers.push(setTimeout(() => killGroup(child.pid, "SIGKILL"), LAST_WORDS_MS));
  };
  timers.push(setTimeout(stop, limits.ms));
  limits.signal?.addEventListener("abort", stop, { once: true });
  if (limits.signal?.aborted === true) stop();
  try {
    // `close` waits for the last of the group that has its output open, `exit` for the first alone.
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (told.stop) return { kind: "stopped" };
    return code === 0 ? { kind: "done" } : { kind: "failed", message: said.join("").trim().split("\n")[0] ?? "" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "failed", message: error.message };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    limits.signal?.removeEventListener("abort", stop);
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it has ended by itself.
    if (!(error instanceof Error)) throw error;
  }
}
