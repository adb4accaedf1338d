import { msOfNs } from "./time.ts";

/**
 * The identity of a directory, independent of its name: decimal strings, since inode numbers do not fit a double
 * everywhere.
 */
export interface Identity {
  readonly dev: string;
  readonly ino: string;
  /** Birth time in nanoseconds, `"0"` where the file system keeps none. */
  readonly birth: string;
}

/** One path of an entry. Most entries have one; they are isolated, restored and destroyed together. */
export interface Member {
  readonly path: string;
  /** Path below the base, `/`-separated: where it is restored to. */
  readonly place: string;
  readonly identity: Identity;
  /** How it is removed; left out: by a rename, as directories and files are. */
  readonly as?: MemberKind;
}

/** `ref`: a git ref, which has a value and no file of its own. Each kind has its file in reclaim/methods/. */
export type MemberKind = "ref";

/** One thing that can be reclaimed. `id` is opaque outside its store. */
export interface Entry {
  readonly base: string;
  readonly store: string;
  readonly id: string;
  readonly members: readonly [Member, ...Member[]];
  /** A directory that exists only for its entries: removed, by rmdir, after the last of them. */
  readonly container?: string;
}

/** The directory that an entry has snapshots of. */
export interface Subject {
  readonly kind: "workdir";
  readonly value: string;
}

/**
 * When an entry was last used: `at` in ms since the epoch, `from` is the source (`mtime`, the name of a field, ...).
 */
export interface LastUse {
  readonly at: number;
  readonly from: string;
}

/** The snapshots of an entry, and when the last one was taken (ms). */
export interface Snapshots {
  readonly count: number;
  readonly last: number | null;
}

/** Something that could not be read: errno (or `EUNKNOWN`), the attempted operation, and the path. */
export interface IoError {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

/** When a file was created here (ms); 0 where that is unknown. */
export function bornAt({ birth }: Identity): number {
  return msOfNs(BigInt(birth));
}

/** A ref is distinguished from another in its place by its value. */
export function refIdentity(value: string): Identity {
  return { dev: "ref", ino: value, birth: "0" };
}

/** The value of a ref that is still a ref; null for what lies there as a file or a directory. */
export function refValue({ dev, ino }: Identity): string | null {
  return dev === "ref" ? ino : null;
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.birth === b.birth;
}
