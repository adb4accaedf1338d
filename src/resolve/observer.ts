/**
 * Identifies the observer. Where there is no machine id (macOS, most containers, Alpine) the directories that a system
 * is installed with identify it: they were created once, and keep inode and birth time. Only where no file system keeps
 * birth times is the host name used, and then a new name is a new observer.
 */
import { hostname } from "node:os";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import type { Identity } from "../model/entry.ts";
import type { Observer } from "../model/observer.ts";

/** The sealed system volume of a Mac is replaced by each update; its data volume is not. */
const INSTALLED: Readonly<Record<string, readonly string[]>> = {
  darwin: ["/System/Volumes/Data", "/private/var/db"],
};
const INSTALLED_ELSEWHERE: readonly string[] = ["/", "/etc", "/var"];

/** `root`: the directory that stands for `/`. */
export function observerOf(root: string, platform: string, uid: number | null, host: string = hostname()): Observer {
  const user = uid ?? "-";
  const machine = machineId(root);
  const top = identityOf(`${root}/`);
  const former = [machine ?? "-", host, user, top === null ? "-" : `${top.dev}:${top.ino}`].join("|");
  if (machine !== null) return { id: `${machine}|${user}`, former };
  const made = (INSTALLED[platform] ?? INSTALLED_ELSEWHERE).map((path) => identityOf(root + path));
  const isKnown = made.some((one) => one !== null && one.birth !== "0");
  const marks = made.map((one) => (one === null ? "-" : `${one.ino}:${one.birth}`));
  return { id: ["-", user, ...marks, ...(isKnown ? [] : [host])].join("|"), former };
}

/** machine-id(5): 32 hex digits; in an image that was never booted the file contains `uninitialized` or is missing. */
function machineId(root: string): string | null {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    const file = readSmall(bytePath(root + path), 1024);
    const text = file.kind === "bytes" ? file.bytes.toString("latin1").trim() : "";
    if (/^[0-9a-f]{32}$/i.test(text)) return text;
  }
  return null;
}

function identityOf(path: string): Identity | null {
  try {
    return lstatOrNull(bytePath(path))?.identity ?? null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
