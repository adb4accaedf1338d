/**
 * The output of a program, synchronously: the mount table is read right before each removal, in code that must not be
 * interrupted. Of the properties of run-command.ts only the deadline and the bounded output are possible here.
 */
import { spawnSync } from "node:child_process";

/** Null where it could not be started, failed, or did not end within `limit` (ms). */
export function outputNow(program: string, limit: number): string | null {
  const { status, stdout } = spawnSync(program, {
    encoding: "utf8",
    timeout: limit,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout : null;
}
