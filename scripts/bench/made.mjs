/** What is measured, and on which mixes: how many of ten entries are stale and how many orphans; the rest is live. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));
export const command = join(project, "bin/checkpoints.js");
export const node = process.execPath;

export const LIVE = { stale: 1, orphan: 1 };
export const STALE = { stale: 10, orphan: 0 };
export const ORPHAN = { stale: 0, orphan: 10 };
export const ALL_LIVE = { stale: 0, orphan: 0 };

/** A file of dist/, as a URL. */
export function built(name) {
  return pathToFileURL(join(project, "dist", name)).href;
}

/**
 * @typedef {object} Bench
 * @property {string} root a directory for stores
 * @property {(mix: { stale: number, orphan: number }) => { home: string, base: string }} main the large store, with this
 *   mix; each mix asked for has no more live ones than the one before
 * @property {number} entries
 * @property {number} files in each entry
 * @property {number} removals how many entries are destroyed at a time
 * @property {number} pairs
 * @property {(what: string, yardstick: string, turn: object, target: number | null, more?: More) => void} add
 *   a row of ours beside a yardstick's
 * @property {(what: string, ms: number, target: string) => void} tell a row of ours alone
 * @property {boolean} tmpfs
 *
 * @typedef {object} More
 * @property {number | null} [peak] of resident memory (MB)
 * @property {Readonly<Record<string, { ratio: number }>>} [peers] others that do the same work
 * @property {string} [note] figures that belong to the row
 */
