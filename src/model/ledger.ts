/**
 * What earlier runs observed. For a workdir that existed the ledger has its ancestors: every directory from the root
 * down to itself, with its identity, so that another directory in its place is recognised later.
 */

/** A directory on the path to a workdir, as it was when the workdir existed. */
export interface Ancestor {
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
  /** The layers of a union mount, at its root; left out for every other directory, and by version 1.0.0. */
  readonly layers?: string | undefined;
}

/** One observation by one observer: the path from `/` to the workdir, the workdir itself last. */
export interface Observation {
  /** ms since the epoch. */
  readonly at: number;
  readonly way: readonly Ancestor[];
}

/** What the ledger records about one workdir. */
export type LedgerEntry =
  | { readonly kind: "ours"; readonly sighting: Observation }
  /** Recorded only by another observer: another machine or user on the same disk. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "none" };

export interface Ledger {
  readonly recorded: (workdir: string) => LedgerEntry;
  /** Since when it is known to be missing (ms), or null. */
  readonly missingSince: (workdir: string) => number | null;
  /** The layers of a union mounted there at each observation. */
  readonly layersAt: (point: string) => ReadonlySet<string>;
}

export const NO_LEDGER: Ledger = {
  recorded: () => ({ kind: "none" }),
  missingSince: () => null,
  layersAt: () => new Set(),
};
