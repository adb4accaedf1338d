/**
 * Reads the state of the machine once per run: the observer, and the mounts. What it mounts at times is read when the first
 * workdir is missing: that takes as long as all of a run where none is.
 */
import { homeDirectory } from "../fs/account.ts";
import { forgetOpenFiles } from "../fs/open-files.ts";
import { bytePath } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import { once } from "../model/once.ts";
import type { Machine, Mount } from "../model/surroundings.ts";
import { outputNow } from "../process/output-now.ts";
import { configuredMounts, fstabPoints } from "./configured-mounts.ts";
import { resolveHere, silentPointOn } from "./foreign.ts";
import { observerOf } from "./observer.ts";
import { parseDarwinMount, parseMountinfo } from "./mount-table.ts";

/** A host of containers has thousands of mounts of 200 bytes each; this is a hundred thousand. */
const TABLE_LIMIT = 32 * 1024 * 1024;

/** mount(8) asks the kernel, which answers from memory unless it has to ask a server. */
const MOUNT_LIMIT_MS = 5000;

export function observeMachine(
  platform: NodeJS.Platform = process.platform,
  userHome: string = homeDirectory(),
  dataHome: string | null = null,
): Machine {
  // Kept for a moment while a run judges its entries: another run in this process looks for itself.
  forgetOpenFiles();
  const uid = process.getuid?.() ?? null;
  const mounts = readMounts(platform);
  const atTimes = once(() =>
    platform === "win32" ? { fstab: [], configured: [] } : configuredFor({ mounts, platform }, userHome),
  );
  return {
    platform,
    observer: observerOf("", platform, uid),
    mounts,
    get fstab() {
      return atTimes().fstab;
    },
    get configured() {
      return atTimes().configured;
    },
    uid,
    userHome,
    dataHome,
  };
}

/**
 * What this machine mounts at times, each mount point also without its symlinks (`/home/ann` may be one): that is how
 * the kernel lists it, and how workdirs are recorded.
 */
function configuredFor(
  machine: Pick<Machine, "mounts" | "platform">,
  userHome: string,
): Pick<Machine, "fstab" | "configured"> {
  const forms = (point: string): readonly string[] => {
    const real = resolveHere(point, { machine, own: null })?.forms.at(-1);
    return real === undefined || real === point ? [point] : [point, real];
  };
  // The home directory itself is accessed by every program of this user.
  const ofHome = silentPointOn(userHome, machine);
  const isSilent = (path: string): boolean => {
    const point = silentPointOn(path, machine);
    return point !== null && point !== ofHome;
  };
  const configured = configuredMounts("", userHome, isSilent);
  return {
    fstab: fstabPoints("")?.flatMap(forms) ?? null,
    configured: configured?.flatMap((one) => forms(one.point).map((point) => ({ ...one, point }))) ?? null,
  };
}

/** The current mounts, or null where the table cannot be read: nothing counts as absent then. */
export function readMounts(platform: string): readonly Mount[] | null {
  switch (platform) {
    case "linux": {
      const table = text("/proc/self/mountinfo");
      return table === null ? null : parsed(table);
    }
    case "win32":
      // Drives are distinguished by their device numbers, and a missing drive has no root directory to list.
      return [];
    default:
      return mountsByCommand();
  }
}

/** Read before every removal, and nearly always the same text, so the parsed table is cached by it. */
let last: { readonly table: string; readonly mounts: readonly Mount[] } | null = null;

function parsed(table: string): readonly Mount[] {
  if (last?.table !== table) last = { table, mounts: parseMountinfo(table) };
  return last.mounts;
}

function mountsByCommand(): readonly Mount[] | null {
  // There is no such command, or a mount that hangs it: in both cases the mounts are unknown.
  const table = outputNow("mount", MOUNT_LIMIT_MS);
  return table === null ? null : parseDarwinMount(table);
}

function text(path: string): string | null {
  const file = readSmall(bytePath(path), TABLE_LIMIT);
  return file.kind === "bytes" ? file.bytes.toString("latin1") : null;
}
