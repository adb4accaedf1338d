/** Calls on open files, and what opens them. */
import * as fs from "node:fs";
import { type BytePath, native } from "./byte-path.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { runSync } from "./cooperative.ts";
import { traceCall } from "./failpoints.ts";
import { type Stat, statOf } from "./stat.ts";

/**
 * O_PATH opens files without read permission; Node has no name for it. Linux only (include/uapi/asm-generic/fcntl.h).
 */
const O_PATH = 0o10000000;

/**
 * Flags of `open`, by purpose. `O_NONBLOCK` keeps a FIFO from hanging the reader. Windows has not all of them: there
 * they are undefined, and count as 0 in an `or`.
 */
export const OPEN: {
  readonly readNoFollow: number;
  readonly directory: number;
  readonly pinned: number;
  readonly createExclusive: number;
  readonly createShared: number;
} = {
  readNoFollow: fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  directory: fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW,
  pinned: O_PATH | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW,
  createExclusive: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_NOFOLLOW,
  createShared: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
};

export function open(path: BytePath, flags: number, mode = 0): number {
  traceCall("open", path);
  return fs.openSync(native(path), flags, mode);
}

export function close(fd: number): void {
  traceCall("close", String(fd));
  fs.closeSync(fd);
}

export function fstat(fd: number): Stat {
  traceCall("fstat", String(fd));
  return statOf(fs.fstatSync(fd, { bigint: true }));
}

/** A file of `/proc` about an open descriptor, whole. */
export function procText(path: string): string {
  traceCall("read", path);
  const fd = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    return landing.toString("latin1", 0, fs.readSync(fd, landing, 0, PORTION, null));
  } finally {
    fs.closeSync(fd);
  }
}

export function fsync(fd: number): void {
  traceCall("fsync", String(fd));
  fs.fsyncSync(fd);
}

const PORTION = 1 << 16;

/** A shared buffer: a limit of megabytes must not allocate megabytes where a file has a hundred bytes. */
const landing = Buffer.allocUnsafeSlow(PORTION);

/**
 * Up to `length` bytes from the current position of the descriptor. `expected`: how many there should be; where exactly
 * as many are read, no further read checks for the end.
 */
export function read(fd: number, length: number, expected: number | null = null): Buffer {
  return runSync(readInSteps(fd, length, expected));
}

/** The same, a portion a step. */
export function* readInSteps(fd: number, length: number, expected: number | null): CooperativeTask<Buffer> {
  traceCall("read", String(fd));
  if (expected !== null && expected > PORTION && expected <= length) return yield* readKnown(fd, length, expected);
  const portions: Buffer[] = [];
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(fd, landing, 0, Math.min(length - filled, PORTION), null);
    if (count === 0) break;
    portions.push(Buffer.from(landing.subarray(0, count)));
    filled += count;
    if (filled === expected) break;
    yield;
  }
  return portions.length === 1 && portions[0] !== undefined ? portions[0] : Buffer.concat(portions, filled);
}

/** What is large is read into the place where it stays: putting portions together copies all of them at once. */
function* readKnown(fd: number, length: number, expected: number): CooperativeTask<Buffer> {
  const whole = Buffer.allocUnsafeSlow(expected);
  let filled = 0;
  while (filled < expected) {
    const count = fs.readSync(fd, whole, filled, Math.min(expected - filled, LARGE_PORTION), null);
    if (count === 0) return whole.subarray(0, filled);
    filled += count;
    yield;
  }
  // Where it grew meanwhile the rest counts as well.
  const rest = yield* readInSteps(fd, length - filled, null);
  return rest.length === 0 ? whole : Buffer.concat([whole, rest]);
}

const LARGE_PORTION = 1 << 20;

/**
 * Fills `into` from this position of the file, which does not move the position of the descriptor. The result is the
 * number of bytes read: fewer only where the file ends.
 */
export function readAt(fd: number, into: Buffer, position: number): number {
  traceCall("pread", String(fd));
  let filled = 0;
  while (filled < into.length) {
    const count = fs.readSync(fd, into, filled, into.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

export function write(fd: number, text: string): void {
  traceCall("write", String(fd));
  fs.writeFileSync(fd, text);
}

export function writeBytes(fd: number, bytes: Buffer): void {
  traceCall("write", String(fd));
  fs.writeFileSync(fd, bytes);
}

export function truncate(fd: number): void {
  traceCall("ftruncate", String(fd));
  fs.ftruncateSync(fd, 0);
}

export function fchmod(fd: number, mode: number): void {
  traceCall("fchmod", String(fd));
  fs.fchmodSync(fd, mode);
}
