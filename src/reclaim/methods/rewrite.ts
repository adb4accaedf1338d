/**
 * Replaces a document of another program, as that program does it: a new file under a temporary name, synced, with the same
 * mode and owner, renamed over the old one. Right before that the old one is read again: what ignores the lock and has
 * written in the meantime wins.
 */
import { dirname } from "node:path";
import { createErrnoError } from "../../errors.ts";
import { failpoint } from "../../fs/failpoints.ts";
import { readSmall } from "../../fs/read-small.ts";
import {
  type BytePath,
  bytePath,
  chownNoFollow,
  close,
  fchmod,
  fstat,
  fsync,
  open,
  OPEN,
  rename,
  type Stat,
  writeBytes,
} from "../../fs/syscalls.ts";
import { discard, syncDirectory, temporaryIn } from "../../fs/write-atomic.ts";
import { sameIdentity } from "../../model/entry.ts";

export interface Replacing {
  readonly path: string;
  /** What was read, and its file. */
  readonly before: Buffer;
  readonly stat: Stat;
  readonly after: Buffer;
  /** A directory of ours on the same mount, where a later run removes what a killed one left. */
  readonly scratch: string;
}

/** Throws the errno; whether the document was replaced then, only reading it tells. */
export function replaceDocument({ path, before, stat, after, scratch }: Replacing): void {
  refuseSpecial(path, stat);
  const temporary = temporaryIn(bytePath(scratch));
  try {
    writeLike(temporary, after, stat);
    failpoint("document-written", path);
    const now = readSmall(bytePath(path), before.length);
    if (now.kind === "unreadable") throw createErrnoError(now.trouble.code, now.trouble.message);
    if (now.kind !== "bytes" || !sameIdentity(now.stat.identity, stat.identity) || !now.bytes.equals(before))
      throw createErrnoError("ECHANGED", `${path} was written by another program in the meantime`);
    rename(temporary, bytePath(path));
  } catch (error) {
    discard(temporary);
    throw error;
  }
  failpoint("document-replaced", path);
  syncDirectory(bytePath(dirname(path)));
}

/** Throws `EMLINK` and `EACCES`. */
export function refuseSpecial(path: string, { links, mode }: Stat): void {
  // The other name would keep what was taken, and its program would not see what is written here.
  if (links > 1) throw createErrnoError("EMLINK", `EMLINK: ${path} has ${links} names (hard links)`);
  if ((mode & 0o200) === 0) throw createErrnoError("EACCES", `EACCES: ${path} is read-only`);
}

function writeLike(temporary: BytePath, bytes: Buffer, { mode, uid, gid }: Stat): void {
  const fd = open(temporary, OPEN.createExclusive, 0o600);
  try {
    const own = fstat(fd);
    if (own.uid !== uid || own.gid !== gid) chownNoFollow(temporary, uid, gid);
    fchmod(fd, mode);
    writeBytes(fd, bytes);
    fsync(fd);
  } finally {
    close(fd);
  }
}
