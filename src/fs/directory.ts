/**
 * A directory pinned while its contents are destroyed.
 *
 * On Linux the directory is opened with O_DIRECTORY|O_NOFOLLOW and everything below it is addressed through
 * `/proc/self/fd/<fd>/`: whatever is renamed or replaced by a symlink in the meantime, the calls still reach the
 * directory that was opened. The kernel's mount id of the descriptor also detects a bind mount, which `st_dev` does
 * not. Elsewhere there is no such path, and the directory's device and inode are compared before each batch instead.
 */
import { createErrnoError } from "../errors.ts";
import type { Identity } from "../model/entry.ts";
import { sameIdentity } from "../model/entry.ts";
import { below, type BytePath, bytePath, chmod, close, fstat, lstat, open, OPEN, procText } from "./syscalls.ts";

export interface PinnedDirectory {
  readonly identity: Identity;
  /** Permission bits. */
  readonly mode: number;
  /** Size of the directory itself: large for one with many names. */
  readonly size: number;
  /**
   * Device and, where the system provides it, mount id: two directories with different ones are on different mounts.
   */
  readonly mount: string;
  /** The path of a child, reached through the directory that was opened. */
  readonly at: (name: string) => BytePath;
  /** The directory itself, for listing. */
  readonly self: BytePath;
  /** Throws ESTALE where the directory is no longer the one that was opened. */
  readonly check: () => void;
  readonly close: () => void;
}

/** Whether `/proc/self/fd` names descriptors here. */
let throughDescriptors: boolean | null = null;

function canPin(): boolean {
  throughDescriptors ??= process.platform === "linux" && mountIdOfRoot() !== null;
  return throughDescriptors;
}

function mountIdOfRoot(): string | null {
  const fd = open(bytePath("/"), OPEN.directory);
  try {
    return mountIdOf(fd);
  } catch {
    // Linux without /proc is treated like any other system.
    return null;
  } finally {
    close(fd);
  }
}

/** The kernel's mount id of an open descriptor (Linux, proc(5) "fdinfo"), or null where it is not reported. */
function mountIdOf(fd: number): string | null {
  const text = procText(`/proc/self/fdinfo/${fd}`);
  return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? null;
}

/** Opens a directory without following a symlink. Throws the errno (ENOTDIR or ELOOP for a symlink). */
export function pin(path: BytePath): PinnedDirectory {
  return canPin() ? pinByDescriptor(path) : pinByIdentity(path);
}

function pinByDescriptor(path: BytePath): PinnedDirectory {
  const fd = open(path, OPEN.directory);
  try {
    const { identity, mode, size } = fstat(fd);
    const self = bytePath(`/proc/self/fd/${fd}`);
    return {
      identity,
      mode,
      size,
      mount: `${identity.dev}:${mountIdOf(fd) ?? ""}`,
      at: (name) => below(self, name),
      self,
      check: () => undefined,
      close: () => close(fd),
    };
  } catch (error) {
    close(fd);
    throw error;
  }
}

function pinByIdentity(path: BytePath): PinnedDirectory {
  const stat = lstat(path);
  if (stat.kind !== "directory") throw errno("ENOTDIR", "not a directory", path);
  return {
    identity: stat.identity,
    mode: stat.mode,
    size: stat.size,
    mount: `${stat.identity.dev}:`,
    at: (name) => below(path, name),
    self: path,
    check: () => {
      if (!sameIdentity(lstat(path).identity, stat.identity)) throw errno("ESTALE", "replaced in mid-walk", path);
    },
    close: () => undefined,
  };
}

/** The mount of a directory, for comparing with another's. Throws the errno. */
export function mountOf(path: BytePath): string {
  const directory = canPin() ? pinForMount(path) : pinByIdentity(path);
  try {
    return directory.mount;
  } finally {
    directory.close();
  }
}

function pinForMount(path: BytePath): { mount: string; close: () => void } {
  // O_PATH: needs no read permission on the directory.
  const fd = open(path, OPEN.pinned);
  try {
    return { mount: `${fstat(fd).identity.dev}:${mountIdOf(fd) ?? ""}`, close: () => close(fd) };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/**
 * Grants the owner the permissions that removing needs. By descriptor where that is possible, so that a symlink swapped
 * in at the last moment is not followed to another user's file.
 */
export function unlock(path: BytePath, identity: Identity): void {
  if (!canPin()) {
    if (!sameIdentity(lstat(path).identity, identity)) throw errno("ESTALE", "replaced in mid-walk", path);
    chmod(path, 0o700);
    return;
  }
  const fd = open(path, OPEN.pinned);
  try {
    if (!sameIdentity(fstat(fd).identity, identity)) throw errno("ESTALE", "replaced in mid-walk", path);
    chmod(bytePath(`/proc/self/fd/${fd}`), 0o700);
  } finally {
    close(fd);
  }
}

function errno(code: `E${string}`, what: string, path: BytePath): Error {
  return createErrnoError(code, `${code}: ${what}, '${path}'`);
}
