/**
 * Opens a file with the program that the desktop has for it. That program is not ours: it has a session of its own, and
 * goes on when we end. No shell reads the path.
 */
import { spawn } from "node:child_process";
import { isErrno, messageOf } from "../errors.ts";

/** Null: it was opened, as far as can be told; else why not. */
export type OpenFailure = string | null;

/** An opener that hands the file over ends at once; one that waits for the program that it started is working. */
const WAIT_MS = 2000;

export function openerOf(platform: string): readonly [string, ...string[]] {
  switch (platform) {
    case "darwin":
      return ["open"];
    case "win32":
      // `start` belongs to a shell, which would read the path; this is what it calls.
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return ["xdg-open"];
  }
}

/** `path`: absolute, so that it cannot be read as an option. */
export function openFile(path: string, platform: string): Promise<OpenFailure> {
  const [program, ...args] = openerOf(platform);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, path], { detached: true, stdio: "ignore", windowsHide: true });
    const settle = (failure: OpenFailure): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.unref();
      resolve(failure);
    };
    const timer = setTimeout(settle, WAIT_MS, null);
    child.once("error", (error) => {
      if (isErrno(error, "ENOENT")) settle(`${program} is not installed`);
      else settle(`${program} cannot be started: ${messageOf(error)}`);
    });
    child.once("exit", (code, signal) => {
      settle(code === 0 ? null : `${program} ended with ${code === null ? (signal ?? "a signal") : String(code)}`);
    });
  });
}
