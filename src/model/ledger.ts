/**
 * What earlier runs saw with their own eyes. A workdir that was seen alive leaves the way to it: every directory from
 * the root down to itself, with what tells it from another that may stand in its place later.
 */

/** A directory on the way to a workdir, as it was when the workdir was there. */
export interface Waypoint {
  readonly path: string;
  readonly ino: string;
  /** Nanoseconds; `"0"` where the file system keeps no birth time. */
  readonly birth: string;
  /** The mount it was on. Device numbers are left out: they change with a reboot. */
  readonly source: string;
  readonly root: string;
  readonly type: string;
  /** A mount begins at this directory. */
  readonly begins: boolean;
}

/** One sighting by one observer: the way from `/` to the workdir, the workdir itself last. */
export interface Sighting {
  /** ms since the epoch. */
  readonly at: number;
  readonly way: readonly Waypoint[];
}

/** What the ledger has on one workdir. */
export type Recorded =
  | { readonly kind: "ours"; readonly sighting: Sighting }
  /** Only somebody else saw it: another machine or user on the same disk. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "none" };

export interface Ledger {
  readonly recorded: (workdir: string) => Recorded;
  /** Since when we know it to be missing (ms), or null. */
  readonly missingSince: (workdir: string) => number | null;
}

export const NO_LEDGER: Ledger = { recorded: () => ({ kind: "none" }), missingSince: () => null };
