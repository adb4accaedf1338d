// What a directory looks like to the last byte, so that a test can say "nothing changed, times included".

import { createHash } from "node:crypto";
import { type BigIntStats, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";

export interface FingerprintOptions {
  /** Relative paths (bytes as latin1, `/`-separated, "." for the top) that are left out with all below them. */
  readonly ignore?: (path: string) => boolean;
  /** Default true. Without it two copies of one tree are alike. */
  readonly times?: boolean;
  /** Default true. Without it a copy, or what was replaced by its like, is alike. */
  readonly inodes?: boolean;
}

/** One line for each path below and including a directory; keys are the relative paths, bytes as latin1. */
export type Fingerprint = ReadonlyMap<string, string>;

export function fingerprint(directory: string, options: FingerprintOptions = {}): Fingerprint {
  const lines = new Map<string, string>();
  visit(Buffer.from(directory), ".", options, lines);
  return new Map([...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function visit(path: Buffer, relative: string, options: FingerprintOptions, lines: Map<string, string>): void {
  if (options.ignore?.(relative) === true) return;
  const stats = lstatSync(path, { bigint: true });
  lines.set(relative, line(path, stats, options));
  if (!stats.isDirectory()) return;
  for (const name of namesIn(path)) {
    const below = relative === "." ? name.toString("latin1") : `${relative}/${name.toString("latin1")}`;
    visit(Buffer.concat([path, Buffer.from("/"), name]), below, options, lines);
  }
}

function line(path: Buffer, stats: BigIntStats, options: FingerprintOptions): string {
  const parts = [kind(stats), (stats.mode & 0o7777n).toString(8).padStart(4, "0")];
  // The size of a directory is the file system's own affair.
  if (!stats.isDirectory()) parts.push(`size=${stats.size}`);
  if (options.times !== false) parts.push(`mtime=${stats.mtimeNs}`);
  if (options.inodes !== false) parts.push(`ino=${stats.ino}`);
  if (stats.isSymbolicLink()) parts.push(`-> ${readlinkSync(path, { encoding: "buffer" }).toString("latin1")}`);
  if (stats.isFile()) parts.push(`sha256=${content(path)}`);
  return parts.join(" ");
}

function kind(stats: BigIntStats): string {
  if (stats.isDirectory()) return "dir";
  if (stats.isFile()) return "file";
  if (stats.isSymbolicLink()) return "link";
  return stats.isFIFO() ? "fifo" : "other";
}

/** What an ordinary user may not list is described by mode and time alone. */
function namesIn(path: Buffer): readonly Buffer[] {
  try {
    return readdirSync(path, { encoding: "buffer" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EACCES") return [];
    throw error;
  }
}

/** A file of mode 000 is not opened for an ordinary user; its size and time are given all the same. */
function content(path: Buffer): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unreadable";
  }
}

/** Readable lines: `- path` is gone, `+ path` is new, `~ path: then | now` is different. Empty when alike. */
export function diff(before: Fingerprint, after: Fingerprint): readonly string[] {
  const lines: string[] = [];
  for (const [path, was] of before) {
    const is = after.get(path);
    if (is === undefined) lines.push(`- ${path}`);
    else if (is !== was) lines.push(`~ ${path}: ${was} | ${is}`);
  }
  for (const path of after.keys()) if (!before.has(path)) lines.push(`+ ${path}`);
  return lines;
}
