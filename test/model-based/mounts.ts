// The machine as the runs of the model see it: a mount table that the steps change, and a mount for each path to match.
// The test puts these in place of resolve/machine.ts and of mountOf; everything else is the real file system.

import { homedir } from "node:os";
import type { Machine, Mount } from "../../src/model/surroundings.ts";
import { mountAt } from "../../src/resolve/mount-table.ts";

const ROOT: Mount = { id: "1", point: "/", source: "/dev/root", root: "/", type: "ext4" };

const mounted = new Map<string, Mount>();
const wanted = new Set<string>();

export function resetMounts(): void {
  mounted.clear();
  wanted.clear();
}

/** `source`: the same volume is the same wherever and whenever it is mounted. */
export function attach(point: string, source: string): void {
  mounted.set(point, { id: source, point, source, root: "/", type: "ext4" });
}

export function detach(point: string): void {
  mounted.delete(point);
}

/** A line in fstab, whether it is mounted or not. */
export function listInFstab(point: string): void {
  wanted.add(point);
}

export function readMounts(): readonly Mount[] {
  return [ROOT, ...mounted.values()];
}

export function observeMachine(): Machine {
  const uid = process.getuid?.() ?? null;
  const mounts = readMounts();
  return {
    platform: "linux",
    observer: { id: "the model", former: "the model" },
    mounts,
    fstab: [...wanted],
    configured: [],
    uid,
    userHome: homedir(),
  };
}

export function mountOf(path: string): string {
  return mountAt(readMounts(), path)?.source ?? "";
}
