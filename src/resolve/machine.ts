/** Looks once a run at the machine: who looks, and what is mounted. */
import { execFileSync } from "node:child_process";
import { homedir, hostname } from "node:os";
import { errnoOf } from "../errors.ts";
import { bytePath, lstat } from "../fs/door.ts";
import { readSmall } from "../fs/read-small.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import { parseDarwinMount, parseFstab, parseMountinfo } from "./mount-table.ts";

/** A host of containers has thousands of mounts of 200 bytes each; this is a hundred thousand. */
const TABLE_LIMIT = 32 * 1024 * 1024;

export function observeMachine(platform: NodeJS.Platform = process.platform): Machine {
  const uid = process.getuid?.() ?? null;
  return {
    platform,
    observer: [machineId(), hostname(), uid ?? "-", rootDirectory()].join("|"),
    mounts: readMounts(platform),
    fstab: platform === "win32" ? [] : readFstab(),
    uid,
    userHome: homedir(),
  };
}

function readFstab(): readonly string[] | null {
  const file = readSmall(bytePath("/etc/fstab"), TABLE_LIMIT);
  if (file.kind === "missing") return [];
  return file.kind === "bytes" ? parseFstab(file.bytes.toString("latin1")) : null;
}

/** The mounts of now, or null where the table cannot be read: nothing counts as absent then. */
export function readMounts(platform: string): readonly Mount[] | null {
  switch (platform) {
    case "linux": {
      const table = text("/proc/self/mountinfo");
      return table === null ? null : parsed(table);
    }
    case "win32":
      // Drives are told apart by their device numbers, and a missing drive has no root directory to list.
      return [];
    default:
      return mountsByCommand();
  }
}

/** Read anew before every removal, and nearly always the same text. */
let last: { readonly table: string; readonly mounts: readonly Mount[] } | null = null;

function parsed(table: string): readonly Mount[] {
  if (last?.table !== table) last = { table, mounts: parseMountinfo(table) };
  return last.mounts;
}

function mountsByCommand(): readonly Mount[] | null {
  try {
    return parseDarwinMount(
      execFileSync("mount", { encoding: "utf8", timeout: 5000, stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch (error) {
    // No such command, or a mount that hangs it: both mean that nobody knows what is mounted.
    if (error instanceof Error) return null;
    throw error;
  }
}

function machineId(): string {
  return (text("/etc/machine-id") ?? text("/var/lib/dbus/machine-id") ?? "-").trim();
}

function rootDirectory(): string {
  try {
    const { identity } = lstat(bytePath("/"));
    return `${identity.dev}:${identity.ino}`;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return "-";
  }
}

function text(path: string): string | null {
  const file = readSmall(bytePath(path), TABLE_LIMIT);
  return file.kind === "bytes" ? file.bytes.toString("latin1") : null;
}
