// What a store is about, and what the model knows of it: what is true, not what the tool can see.

import type { Home, Kind, Leaving } from "./arbitrary.ts";

/** A workdir and what happened to it. */
export interface Subject {
  readonly kind: Kind;
  readonly workdir: string;
  readonly id: string;
  state: "there" | "gone" | "linked";
  /** A run that wrote to its end saw it alive, and the ledger has had a reason to keep that since. */
  seen: boolean;
  /** A run took the bare directory that its volume left for the workdir itself, and may have written that down. */
  bare: boolean;
  /** The clock of the first run that may have written down that it is missing. */
  missingSince: number | null;
  /** When its entry was put back last, as far as the tool still has to know. */
  restoredAt: number | null;
}

/** A repo, identified by its inode, wherever it is. */
export interface Repo {
  readonly uid: string;
  readonly subject: Subject;
  readonly inode: string;
  /** The newest mtime in it. */
  newest: number;
  lockedAt: number | null;
  /** Its path now; null where it is destroyed, or restored to somewhere that is none of the tool's business. */
  path: string | null;
}

export interface Volume {
  readonly home: Home;
  readonly point: string;
  mounted: boolean;
  leaving: Leaving;
}
