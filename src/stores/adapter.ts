/**
 * What a kind of store tells the rest about its entries. An adapter describes; it never deletes, and nothing outside its
 * folder knows which kind it is looking at: ids are opaque, and what is to be done to an entry travels in the plan.
 *
 * A new kind is a folder beside `hermes-shadow/` and a row in `index.ts`.
 */
import type { Child } from "../fs/listing.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection, Measurement } from "../model/inspection.ts";
import type { Snapshots } from "../model/plan.ts";

/** How closely to look. */
export interface Look {
  /** A use at or after this time (ms) ends the question of age; null: tell the newest of all the places. */
  readonly freshAfter: number | null;
  /** Look for lock files at their usual places too: whoever walks the entry whole finds them all anyway. */
  readonly locks: boolean;
  /** Read every claim about the subject, also when the first one settles it (`explain`). */
  readonly claims: boolean;
  /** The clock of the run, ms since the epoch. */
  readonly now: number;
}

/** `walk`: as any other. Null: nobody can tell. */
export type Measured = Measurement | "walk" | null;

/** What a store makes of the children of a base. */
export interface Discovery {
  readonly entries: readonly Entry[];
  /** Byte names of the children that belong to this store; the rest is foreign if no other store wants it. */
  readonly claimed: readonly string[];
  /** Byte paths below the base of what lies in something claimed and is nobody's: shown as foreign, and kept. */
  readonly strays?: readonly string[];
}

/** `ask-git`: the cheap record is missing or incomplete, and this git directory knows; `tip` where it is not its HEAD. */
export type SnapshotsReading =
  | { readonly kind: "known"; readonly snapshots: Snapshots | null }
  | { readonly kind: "ask-git"; readonly gitDirectory: string; readonly tip?: string };

export interface StoreAdapter {
  readonly kind: string;
  /** Which of the names that are Hermes' own (`store`, `legacy-*`) it is about; no other kind is shown them. */
  readonly reserved?: (name: string) => boolean;
  /** It finds pieces inside what other kinds claim, and is shown that too. */
  readonly inside?: boolean;
  /**
   * Finds the entries among the children of a base. Throws nothing: what cannot be looked at is not an entry. `now` is
   * the clock of the run (ms).
   */
  readonly discover: (base: string, children: readonly Child[], now: number) => Discovery | Promise<Discovery>;
  /** The same among some of the children, where it may have thousands of entries: a large base is looked at in portions. */
  readonly discoverSome?: (base: string, children: readonly Child[]) => Discovery;
  /** Looks at a handful of places of one entry, wherever its members are now. */
  readonly inspect: (entry: Entry, look: Look) => Inspection;
  /** Names of files that mean that a program may be at work in the entry. */
  readonly lockNames: RegExp | null;
  readonly snapshots: (entry: Entry) => SnapshotsReading;
  /** The git directory whose loose objects may be packed; absent or null: there is none, or it is not ours to pack. */
  readonly packable?: (entry: Entry) => string | null;
  /**
   * Measures entries whose size and last use no walk can tell, until a moment of the monotonic clock (ms). Those that
   * are not in the answer are not measured.
   */
  readonly measure?: (entries: readonly Entry[], until: number) => Promise<ReadonlyMap<Entry, Measured>>;
  /**
   * The lock file of another program that is held while members of an entry are moved; null: there is none. Hermes'
   * own, so it is taken as Hermes takes it, and neither written nor deleted.
   */
  readonly guard?: (entry: Entry) => string | null;
}
