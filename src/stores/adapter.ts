/**
 * What a kind of store tells the rest about its entries. An adapter describes; it never deletes, and nothing outside its
 * folder knows which kind it is looking at: ids are opaque, and what is to be done to an entry travels in the plan.
 *
 * A new kind is a folder beside `hermes-shadow/` and a row in `index.ts`.
 */
import type { Child } from "../fs/listing.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection } from "../model/inspection.ts";
import type { Snapshots } from "../model/plan.ts";

/** How closely to look. */
export interface Look {
  /** A use at or after this time (ms) ends the question of age; null: tell the newest of all the places. */
  readonly freshAfter: number | null;
  /** Look for lock files at their usual places too: whoever walks the entry whole finds them all anyway. */
  readonly locks: boolean;
  /** Read every claim about the subject, also when the first one settles it (`explain`). */
  readonly claims: boolean;
}

/** What a store makes of the children of a base. */
export interface Discovery {
  readonly entries: readonly Entry[];
  /** Byte names of the children that belong to this store; the rest is foreign if no other store wants it. */
  readonly claimed: readonly string[];
}

/** `ask-git`: the cheap record is missing or incomplete, and this git directory knows. */
export type SnapshotsReading =
  | { readonly kind: "known"; readonly snapshots: Snapshots | null }
  | { readonly kind: "ask-git"; readonly gitDirectory: string };

export interface StoreAdapter {
  readonly kind: string;
  /**
   * Finds the entries among some of the children of a base: a large base is looked at in portions. Throws nothing: what
   * cannot be looked at is not an entry.
   */
  readonly discover: (base: string, children: readonly Child[]) => Discovery;
  /** Looks at a handful of places of one entry, wherever its members are now. */
  readonly inspect: (entry: Entry, look: Look) => Inspection;
  /** Names of files that mean that a program may be at work in the entry. */
  readonly lockNames: RegExp | null;
  readonly snapshots: (entry: Entry) => SnapshotsReading;
  /** The git directory whose loose objects may be packed; absent or null: there is none, or it is not ours to pack. */
  readonly packable?: (entry: Entry) => string | null;
}
