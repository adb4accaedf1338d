/**
 * Copies a tree to another file system, for what cannot be renamed: contents, permission bits, times, symlinks as they
 * are, and hard links within the tree. Every file is read back and compared, and everything is synced, before this
 * returns, so that the original may be removed then.
 *
 * The target must not exist. Anything but files, directories and symlinks is refused. Owner and group are preserved
 * where this process may set them; ACLs and extended attributes are not, since Node has no call for them.
 */
import { createHash, type Hash } from "node:crypto";
import { expectErrno, createErrnoError } from "../errors.ts";
import {
  below,
  type BytePath,
  chownNoFollow,
  close,
  fchmod,
  fsync,
  link,
  lstat,
  mkdir,
  open,
  OPEN,
  read,
  readLinkBytes,
  type Stat,
  setTimesNoFollow,
  symlink,
  writeBytes,
} from "./syscalls.ts";
import { names } from "./listing.ts";
import { syncDirectory } from "./write-atomic.ts";

/** A mebibyte between two yields: under a millisecond of work from the page cache, and few enough calls. */
const PORTION: number = 1 << 20;

/** A cooperative task; throws the errno. */
export function* copyTree(from: BytePath, to: BytePath): Generator<void, void> {
  yield* copyOne(from, to, new Map());
}

/** `links`: the new path of the first name of a file that has several. */
function* copyOne(from: BytePath, to: BytePath, links: Map<string, BytePath>): Generator<void, void> {
  const stat = lstat(from);
  yield;
  switch (stat.kind) {
    case "directory":
      return yield* copyDirectory(from, to, stat, links);
    case "symlink":
      symlink(readLinkBytes(from), to);
      giveOwner(to, stat);
      setTimesNoFollow(to, stat.mtime);
      return;
    case "file":
      return yield* copyLinked(from, to, stat, links);
    case "other":
      throw createErrnoError(
        "EINVAL",
        `EINVAL: ${from} is neither a file, a directory nor a symlink, and is not copied`,
      );
  }
}

function* copyDirectory(from: BytePath, to: BytePath, stat: Stat, links: Map<string, BytePath>): Generator<void, void> {
  mkdir(to, 0o700);
  const children = names(from);
  for (const name of children) yield* copyOne(below(from, name), below(to, name), links);
  if (names(to).length !== children.length) throw changed(from);
  giveOwner(to, stat);
  const fd = open(to, OPEN.directory);
  try {
    fchmod(fd, stat.mode);
  } finally {
    close(fd);
  }
  setTimesNoFollow(to, stat.mtime);
  syncDirectory(to);
}

function* copyLinked(from: BytePath, to: BytePath, stat: Stat, links: Map<string, BytePath>): Generator<void, void> {
  const key = `${stat.identity.dev}:${stat.identity.ino}`;
  const first = stat.links > 1 ? links.get(key) : undefined;
  if (first === undefined) yield* copyFile(from, to, stat);
  else link(first, to);
  if (stat.links > 1) links.set(key, first ?? to);
}

function* copyFile(from: BytePath, to: BytePath, stat: Stat): Generator<void, void> {
  const source = open(from, OPEN.readNoFollow);
  let written: string;
  try {
    const target = open(to, OPEN.createExclusive, 0o600);
    try {
      written = yield* portions(source, (bytes) => writeBytes(target, bytes));
      // Before the permission bits: the kernel clears set-id bits when the owner changes.
      giveOwner(to, stat);
      fchmod(target, stat.mode);
      fsync(target);
    } finally {
      close(target);
    }
  } finally {
    close(source);
  }
  setTimesNoFollow(to, stat.mtime);
  if ((yield* digestOf(to)) !== written)
    throw createErrnoError("EIO", `EIO: ${to} does not read back as it was written`);
  const after = lstat(from);
  if (after.size !== stat.size || after.mtime !== stat.mtime) throw changed(from);
}

/** Only root may change the owner, and others only the group to one of theirs; some file systems support neither. */
function giveOwner(to: BytePath, { uid, gid }: Stat): void {
  const now = lstat(to);
  if (now.uid === uid && now.gid === gid) return;
  for (const owner of new Set([uid, now.uid])) {
    try {
      return chownNoFollow(to, owner, gid);
    } catch (error) {
      expectErrno(error, "EPERM", "EINVAL", "ENOTSUP", "ENOSYS", "EACCES");
    }
  }
}

function* digestOf(path: BytePath): Generator<void, string> {
  const fd = open(path, OPEN.readNoFollow);
  try {
    return yield* portions(fd, () => undefined);
  } finally {
    close(fd);
  }
}

/** Reads to the end; returns the digest of the whole file. */
function* portions(fd: number, take: (bytes: Buffer) => void): Generator<void, string> {
  const hash: Hash = createHash("sha256");
  for (;;) {
    const bytes = read(fd, PORTION);
    if (bytes.length === 0) return hash.digest("hex");
    hash.update(bytes);
    take(bytes);
    yield;
  }
}

function changed(path: BytePath): Error {
  return createErrnoError("ECHANGED", `ECHANGED: ${path} was changed while it was copied`);
}
