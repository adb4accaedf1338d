/** Which terminal a descriptor leads to. */
import fs from "node:fs";
import { expectErrno, UNREADABLE } from "../errors.ts";

/**
 * Whether all of these descriptors lead to one terminal: a question must be answered where it, and the list it is
 * about, was shown. Each is known to be a terminal (`isTTY`). `/dev/tty` is the controlling terminal, whichever that
 * is.
 */
export function isOneTerminal(descriptors: readonly number[]): boolean {
  // Consoles of Windows have no device number, and a process has one of them.
  if (process.platform === "win32") return true;
  try {
    const anyOf = fs.statSync("/dev/tty", { throwIfNoEntry: false })?.rdev ?? null;
    const devices = new Set(descriptors.map((fd) => fs.fstatSync(fd).rdev).filter((device) => device !== anyOf));
    return devices.size <= 1;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // Closed, or not accessible: then they are not known to be the same.
    return false;
  }
}
