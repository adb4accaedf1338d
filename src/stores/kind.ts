/**
 * What a kind of entries tells the rest about them. It describes; it never deletes, and nothing outside its folder knows
 * which kind it is looking at: ids are opaque, and what is to be done to an entry travels in the plan.
 *
 * A new kind is a folder in the `kinds/` of its agent and a row in `agents/index.ts`.
 */
import type { Child } from "../fs/listing.ts";
import type { Entry, LastUse, Snapshots, IoError } from "../model/entry.ts";
import type { AgentLimits, InUse, Inspection, Measurement, UsedDirectories } from "../model/inspection.ts";
import type { KindKey, KindSettings } from "../model/settings.ts";

/** How thoroughly to inspect. */
export interface InspectOptions {
  /** A use at or after this time (ms) settles the question of age; null: find the newest of all places. */
  readonly freshAfter: number | null;
  /** Check the usual places of lock files too; a walk of the whole entry finds them anyway. */
  readonly locks: boolean;
  /** Read every claim about the subject, also when the first one settles it (`explain`). */
  readonly claims: boolean;
  /** The base of the entry was listed right before: what was seen of its files then need not be looked at again. */
  readonly justListed?: boolean;
  /** A walk of the entry follows, and tells what `Kind.used` asks for: that need not be looked at here. */
  readonly isWalked?: boolean;
  /** The clock of the run, ms since the epoch. */
  readonly now: number;
}

/** `walk`: like any other entry. Null: it cannot be measured. */
export type Measured = Measurement | "walk" | null;

/** The context of measuring all entries of a base. */
export interface MeasuringRun {
  /** A moment of the monotonic clock (ms): what takes longer stays unmeasured. */
  readonly until: number;
  /** Shared by all batches: what was read for one may serve the next. */
  readonly all: object;
}

/** What a store finds among the children of a base. */
export interface Discovery {
  readonly entries: readonly Entry[];
  /** Byte names of the children that belong to this store; the rest is foreign if no other store claims it. */
  readonly claimed: readonly string[];
  /** Byte paths below the base of unknown contents inside something claimed: shown as foreign, and kept. */
  readonly strays?: readonly string[];
}

/**
 * `ask-git`: the cheap record is missing or incomplete, so git has to count in this directory; `tip` where it is not
 * its HEAD.
 */
export type SnapshotsReading =
  | { readonly kind: "known"; readonly snapshots: Snapshots | null }
  | { readonly kind: "ask-git"; readonly gitDirectory: string; readonly tip?: string };

/** What the agent says of the use of all entries of a base. */
export type Witness =
  | {
      readonly kind: "read";
      readonly inUse: (entry: Entry) => InUse | null;
      /** When the agent used it last, as far as it records that; the entry may have been used later. */
      readonly lastUse?: (entry: Entry) => LastUse | null;
      /** What the agent itself removes the entry by; null: nothing that is known. */
      readonly limits?: (entry: Entry) => AgentLimits | null;
      /** Whether it would say the same if it were read again; absent: it is read again. */
      readonly isCurrent?: () => boolean;
    }
  /** Then every entry of the kind in the base is held. */
  | { readonly kind: "unreadable"; readonly path: string; readonly code: string };

export interface Common {
  readonly path: string;
  /** Object directories elsewhere, as its own file lists them. */
  readonly borrows: readonly string[];
  readonly trouble: IoError | null;
}

/**
 * Settings of a kind in the agent's own file, in the agent's words. They are never made looser: an entry stays as long as
 * the agent would keep it, whatever our settings say.
 */
export interface KindBlock {
  /** The map that they stand in, such as `["cleanup", "sessions"]`. */
  readonly path: readonly string[];
  readonly keys: Readonly<Partial<Record<KindKey, string>>>;
}

export interface Kind {
  readonly kind: string;
  /** Settings of its entries where no file and no flag sets them. */
  readonly defaults?: KindSettings;
  /** Taken where `collect` names it, and not because a manual run names its agent. */
  readonly optIn?: boolean;
  /**
   * Its entries are sessions: `checkpoints sessions` is about such kinds alone. `unreferenced`: files that no session of
   * their agent names any more.
   */
  readonly session?: "session" | "unreferenced";
  /** Looked for only where it is taken: otherwise what it would claim is a part of another kind's entries. */
  readonly whenCollected?: boolean;
  /** What the agent's own file of settings says of its entries; absent: the agent's block in it counts. */
  readonly block?: KindBlock;
  /** Names that are the agent's own (`Agent.reserves`) and that this kind is responsible for: no other is shown them. */
  readonly reserved?: (name: string) => boolean;
  /** It finds pieces inside what other kinds claim, and is shown that too. */
  readonly inside?: boolean;
  /**
   * Finds the entries among the children of a base. Throws nothing: a child that cannot be read is not an entry. `now`
   * is the clock of the run (ms).
   */
  readonly discover: (base: string, children: readonly Child[], now: number) => Discovery | Promise<Discovery>;
  /**
   * The same among some of the children, where there may be thousands of entries: a large base is inspected in batches.
   */
  readonly discoverSome?: (base: string, children: readonly Child[]) => Discovery;
  /**
   * Whether an entry of this id can be at these places below the base. A plan is data that may have been changed: what
   * no `discover` here would find is not moved. Absent: it can be anywhere that is not reserved by name.
   */
  readonly isEntry?: (id: string, places: readonly string[]) => boolean;
  /** Checks a handful of places of one entry, wherever its members are now. */
  readonly inspect: (entry: Entry, look: InspectOptions) => Inspection;
  /**
   * The properties of the repository that all entries of a base share, if there is one: it may borrow objects even
   * without an entry.
   */
  readonly common?: (base: string) => Common | null;
  /** What its entries have of the file system are regular files, as its inspection makes sure. */
  readonly files?: true;
  /** False: its entries are no repositories, so that none of them borrows objects from another. */
  readonly borrows?: false;
  /** The git directory of an entry that has one of its own, wherever it lies now; absent: its member. */
  readonly gitDirectory?: (entry: Entry) => string | null;
  /** Indexes of a repository that are in use, beside git's own: what they name is collected in no collection. */
  readonly indexes?: (repository: string) => readonly string[];
  /**
   * Reads what the agent records about the use of all entries of a base, such as an index file. Rejects with an errno, or
   * says that it is unreadable: then no entry of this kind is removed there. `home`: that of the base, as it was found.
   */
  readonly witness?: (base: string, home: string) => Witness | Promise<Witness>;
  /** Names of files that show that a program may be working in the entry. */
  readonly lockNames: RegExp | null;
  /** What a walk measures of an entry; absent: its members, whole. */
  readonly walked?: (entry: Entry) => readonly string[];
  /** What tells of its last use, beside what an inspection looks at where a walk follows. */
  readonly used?: (entry: Entry) => UsedDirectories;
  readonly snapshots: (entry: Entry) => SnapshotsReading;
  /** The git directory whose loose objects may be packed; absent or null: there is none, or it must not be packed. */
  readonly packable?: (entry: Entry) => string | null;
  /**
   * Measures entries whose size and last use a walk cannot determine. Those that are not in the result are not
   * measured. Called for one batch of entries at a time.
   */
  readonly measure?: (entries: readonly Entry[], run: MeasuringRun) => Promise<ReadonlyMap<Entry, Measured>>;
  /**
   * The lock of the agent that is held while members of an entry are moved, wherever they lie now; null: there is none. A
   * path: the file is locked as the agent locks it (flock), and neither written nor deleted.
   */
  readonly guard?: (entry: Entry) => string | OwnLock | null;
}

/** A lock that its program takes in another way than flock. */
export interface OwnLock {
  /** Entries with the same one are moved together. */
  readonly path: string;
  /**
   * Takes it within `wait` ms and gives what releases it. Throws `EBUSY` where the program has it, and any other errno where
   * it cannot be taken: then nothing is moved.
   */
  readonly take: (wait: number) => Promise<() => void>;
}

export function kindNamed(kinds: readonly Kind[], name: string): Kind | null {
  return kinds.find(({ kind }) => kind === name) ?? null;
}
