/**
 * Checks a bundle by itself (gitformat-bundle(5), gitformat-pack(5)): one ref, no prerequisites, and a pack whose last
 * bytes are the hash of all the others. `git bundle verify` depends on the repository as well: it fails at any broken
 * ref of it, and accepts a bundle because of objects that the repository has today.
 */
import { createHash } from "node:crypto";
import { createErrnoError } from "../errors.ts";
import { createYielder } from "../fs/cooperative.ts";
import { bytePath, close, fsync, open, OPEN, read, writeBytes } from "../fs/syscalls.ts";

/** The header of a bundle of one ref has 100 bytes. */
const PORTION = 1024 * 1024;

/**
 * How many bytes precede its pack. Throws `EBADMSG` where it is incomplete, the errno where it cannot be read, and
 * `EINTR` when the signal is aborted.
 */
export async function checkBundle(path: string, value: string, signal?: AbortSignal): Promise<number> {
  const fd = open(bytePath(path), OPEN.readNoFollow);
  try {
    const first = read(fd, PORTION);
    const end = first.indexOf("\n\n");
    const head = end === -1 ? [] : first.subarray(0, end).toString("latin1").split("\n");
    const [signature = "", ...lines] = head;
    const refs = lines.filter((line) => !line.startsWith("@"));
    if (!/^# v[23] git bundle$/.test(signature) || refs.length !== 1 || refs[0]?.startsWith(`${value} `) !== true)
      throw damaged(path, `its head is not that of a bundle of ${value} alone`);
    const algorithm = lines.includes("@object-format=sha256") ? "sha256" : "sha1";
    const { computed, written } = await hashed(fd, first.subarray(end + 2), algorithm, signal);
    if (!computed.equals(written)) throw damaged(path, "its pack is not what was packed");
    return end + 2;
  } finally {
    close(fd);
  }
}

function damaged(path: string, why: string): Error {
  return createErrnoError("EBADMSG", `EBADMSG: ${path}: ${why}`);
}

/** The hash of all but the last bytes, and these bytes, which must be equal to it. */
async function hashed(
  fd: number,
  first: Buffer,
  algorithm: string,
  signal: AbortSignal | undefined,
): Promise<{ computed: Buffer; written: Buffer }> {
  const yieldIfDue = createYielder();
  const length = algorithm === "sha256" ? 32 : 20;
  const hash = createHash(algorithm);
  let kept: Buffer = first;
  for (let next = read(fd, PORTION); ; next = read(fd, PORTION)) {
    const known = next.length === 0 ? kept : Buffer.concat([kept, next]);
    hash.update(known.subarray(0, Math.max(0, known.length - length)));
    kept = known.subarray(Math.max(0, known.length - length));
    if (next.length === 0) return { computed: hash.digest(), written: kept };
    await yieldIfDue();
    refuseAborted(signal);
  }
}

/** One that is read for minutes: an errno, because the entry alone is left, and the run tells what it did. */
function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw createErrnoError("EINTR", "interrupted before it was finished");
}

/** The branch that a person finds in a clone: a ref outside of `refs/heads/` is in none. */
const BRANCH = "refs/heads/snapshots";

/**
 * Writes a bundle that `git clone` reads, with the last snapshot checked out: the same pack below another head. `value` is
 * the commit of the one ref that `from` is to have. Throws as `checkBundle` does; `to` must not be there.
 */
export async function writeCloneable(from: string, to: string, value: string, signal?: AbortSignal): Promise<void> {
  const start = await checkBundle(from, value, signal);
  const yieldIfDue = createYielder();
  const source = open(bytePath(from), OPEN.readNoFollow);
  try {
    const lines = read(source, start).toString("latin1").split("\n");
    const target = open(bytePath(to), OPEN.createExclusive, 0o600);
    try {
      // The signature, and what it says of the format; comments on the ref alone are no part of it.
      const kept = lines.filter((line) => line.startsWith("# v") || line.startsWith("@"));
      const head = [...kept, `${value} HEAD`, `${value} ${BRANCH}`];
      writeBytes(target, Buffer.from(`${head.join("\n")}\n\n`, "latin1"));
      for (let next = read(source, PORTION); next.length > 0; next = read(source, PORTION)) {
        writeBytes(target, next);
        await yieldIfDue();
        refuseAborted(signal);
      }
      fsync(target);
    } finally {
      close(target);
    }
  } finally {
    close(source);
  }
}

/** The commit of the first ref of a bundle, or null where it is none. Throws the errno. */
export function valueIn(path: string): string | null {
  const fd = open(bytePath(path), OPEN.readNoFollow);
  try {
    const lines = read(fd, 1024).toString("latin1").split("\n");
    return lines.flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) refs\//.exec(line)?.[1] ?? [])[0] ?? null;
  } finally {
    close(fd);
  }
}
