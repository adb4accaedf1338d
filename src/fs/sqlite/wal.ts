/**
 * The write-ahead log, `<database>-wal`: https://sqlite.org/fileformat2.html#the_write_ahead_log
 *
 * Which frames count is decided as SQLite does when it recovers: those with the salts of the header whose running
 * checksum is right, up to the last that commits. What an earlier generation left behind them has other salts and ends
 * the scan.
 *
 * SQLite itself asks the shared index (`-shm`) instead, while a process has the database open. That file is not read
 * here; it has no checksum that protects against a crash, is rebuilt from this log, and says the same but for these:
 *  - A commit that is in the log and not yet in the index: the writer is between two instructions (or in fsync), and
 *    this is what a reader sees a moment later. If the writer is killed right there while other processes go on, they
 *    never see it, and the next writer writes over it. Then a commit was read that its writer had asked for and did not
 *    report as done. `moved` notices the overwriting itself.
 *  - A log that was copied to the database in full and restarted in the index, but not yet in the file: its frames are
 *    still read, and they equal the pages of the database.
 *  - Read marks: they keep writers from restarting the log and from copying past a reader. Without one, both may happen
 *    while this reads. A restart changes the salts of the header, and only commits after ours can bring foreign
 *    content into the database, so it suffices to find at the end that there is neither (`moved`).
 */
import type { CooperativeTask } from "../../model/steps.ts";
import { readAt } from "../syscalls.ts";
import { isPageSize } from "./header.ts";
import { refuse } from "./refusal.ts";

export const WAL_HEADER_LENGTH = 32;
const FRAME_HEADER_LENGTH = 24;

const MAGIC = 0x377f_0682;
const FORMAT = 3_007_000;

/** The log as far as it counts. */
export interface Wal {
  readonly pageSize: number;
  /** Where the content of a page begins in the file, by page number. */
  readonly pages: ReadonlyMap<number, number>;
  /** The size of the database in pages, by the last commit; null where nothing was committed. */
  readonly pageCount: number | null;
  /** Whether the log committed something else since, or what was read from it was written over. */
  readonly moved: () => CooperativeTask<boolean>;
}

/** Two sums of 32 bits each. */
interface Checksum {
  readonly a: number;
  readonly b: number;
}

interface Format {
  readonly pageSize: number;
  readonly salts: Buffer;
  readonly bigEndian: boolean;
}

/** The state of a scan after some frame. */
interface Position {
  readonly frame: number;
  readonly sum: Checksum;
}

/** Reads the log of this many bytes. `header`: its first 32 bytes. Refuses a header that is not whole and right. */
export function* readWal(fd: number, header: Buffer, size: number): CooperativeTask<Wal> {
  const { format, sum } = parseWalHeader(header);
  const pages = new Map<number, number>();
  let pageCount: number | null = null;
  let committed: Position = { frame: 0, sum };
  let pending: (readonly [page: number, offset: number])[] = [];
  for (const scan = frames(fd, format, committed, size); ;) {
    const step = scan.next();
    if (step.done === true) break;
    pending.push([step.value.page, step.value.content]);
    if (step.value.commits > 0) {
      for (const [page, offset] of pending) pages.set(page, offset);
      pending = [];
      pageCount = step.value.commits;
      committed = step.value.after;
    }
    yield;
  }
  const last = frameHeader(fd, format, committed.frame - 1);
  return {
    pageSize: format.pageSize,
    pages,
    pageCount,
    *moved() {
      if (!last.equals(frameHeader(fd, format, committed.frame - 1))) return true;
      for (const frame of frames(fd, format, committed, Infinity)) {
        if (frame.commits > 0) return true;
        yield;
      }
      return false;
    },
  };
}

function parseWalHeader(header: Buffer): { readonly format: Format; readonly sum: Checksum } {
  if (header.length < WAL_HEADER_LENGTH) refuse("bad-wal", "the write-ahead log is shorter than its header");
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) refuse("bad-wal", "the write-ahead log does not begin as one does");
  if (header.readUInt32BE(4) !== FORMAT) refuse("bad-wal", "the write-ahead log has a format that is not supported");
  const pageSize = header.readUInt32BE(8);
  if (!isPageSize(pageSize)) refuse("bad-wal", "the write-ahead log names a page size that is not allowed");
  const format = { pageSize, salts: Buffer.from(header.subarray(16, 24)), bigEndian: magic === MAGIC + 1 };
  const sum = addTo({ a: 0, b: 0 }, header.subarray(0, 24), format.bigEndian);
  if (!says(header, 24, sum)) refuse("bad-wal", "the checksum of the write-ahead log's header is wrong");
  return { format, sum };
}

interface Frame {
  readonly page: number;
  readonly content: number;
  /** Size of the database in pages where the frame commits, else 0. */
  readonly commits: number;
  readonly after: Position;
}

/** The frames after a position, up to the first that is not valid. */
function* frames(fd: number, format: Format, from: Position, size: number): Generator<Frame, void, void> {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_LENGTH + format.pageSize);
  let { frame, sum } = from;
  for (;;) {
    const offset = offsetOf(format, frame);
    if (offset + bytes.length > size || readAt(fd, bytes, offset) < bytes.length) return;
    const page = bytes.readUInt32BE(0);
    if (page === 0 || !bytes.subarray(8, 16).equals(format.salts)) return;
    sum = addTo(sum, bytes.subarray(0, 8), format.bigEndian);
    sum = addTo(sum, bytes.subarray(FRAME_HEADER_LENGTH), format.bigEndian);
    if (!says(bytes, 16, sum)) return;
    frame += 1;
    yield { page, content: offset + FRAME_HEADER_LENGTH, commits: bytes.readUInt32BE(4), after: { frame, sum } };
  }
}

function offsetOf({ pageSize }: Format, frame: number): number {
  return WAL_HEADER_LENGTH + frame * (FRAME_HEADER_LENGTH + pageSize);
}

/** The header of a frame, which contains a checksum of everything up to it; nothing for the frame before the first. */
function frameHeader(fd: number, format: Format, frame: number): Buffer {
  const bytes = Buffer.alloc(frame < 0 ? 0 : FRAME_HEADER_LENGTH);
  return bytes.subarray(0, bytes.length === 0 ? 0 : readAt(fd, bytes, offsetOf(format, frame)));
}

/** The checksum continued over bytes whose number is a multiple of 8. */
function addTo(sum: Checksum, bytes: Buffer, bigEndian: boolean): Checksum {
  let { a, b } = sum;
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (bigEndian ? bytes.readInt32BE(at) : bytes.readInt32LE(at)) + b) | 0;
    b = (b + (bigEndian ? bytes.readInt32BE(at + 4) : bytes.readInt32LE(at + 4)) + a) | 0;
  }
  return { a, b };
}

/** A stored checksum is big-endian, whatever the words were that it was computed of. */
function says(bytes: Buffer, at: number, { a, b }: Checksum): boolean {
  return bytes.readInt32BE(at) === a && bytes.readInt32BE(at + 4) === b;
}
