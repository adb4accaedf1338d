/**
 * flock(2) on an open file, which the kernel releases with the process, however it dies.
 *
 * Node has no flock. A helper (`flock` of util-linux or BusyBox, else perl) takes it on a descriptor it inherits; the
 * lock belongs to the open file and stays with ours when the helper has gone.
 */
import { spawn } from "node:child_process";
import { errnoOf } from "../errors.ts";

/** `unavailable`: no helper on this system, or no lock on this file system. */
export type Flock = "held" | "busy" | "unavailable";

/** Exit 0: taken. 1: somebody has it. Anything else: it cannot be had here. */
const HELPERS: readonly (readonly string[])[] = [
  ["flock", "-n", "3"],
  ["perl", "-e", 'use Fcntl ":flock"; open(my $f, ">&=", 3) or exit 2; exit(flock($f, LOCK_EX | LOCK_NB) ? 0 : 1)'],
];

/** Asks once, and never waits for whoever has it. */
export async function tryFlock(fd: number): Promise<Flock> {
  for (const [command = "", ...args] of HELPERS) {
    const code = await run(command, args, fd);
    if (code === 0) return "held";
    if (code === 1) return "busy";
  }
  return "unavailable";
}

/** The exit code of a helper, or null where it could not be started or was killed. */
function run(command: string, args: readonly string[], fd: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "ignore", fd], timeout: 5000 });
    child.once("error", (error) => {
      if (errnoOf(error) === null) reject(error);
      else resolve(null);
    });
    child.once("exit", (code) => {
      resolve(code);
    });
  });
}
