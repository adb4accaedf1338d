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

interface Placed {
  readonly path: string;
  /** Path below the base, `/`-separated: where it is restored to. */
  readonly place: string;
  readonly identity: Identity;
}

/** A file or a directory: the identity is that of its inode. It is removed by a rename. */
export interface PathMember extends Placed {
  readonly as?: never;
}

/** A git ref: the path is that of its repository and its name, the identity its value. */
export interface RefMember extends Placed {
  readonly as: "ref";
}

/**
 * An entry of a JSON document that several entries share: the path is that of the document and the key
 * (stores/json-records/place.ts), the identity the digest of its exact bytes.
 */
export interface RecordMember extends Placed {
  readonly as: "record";
}

/**
 * One part of an entry. Most entries have one; they are isolated, restored and destroyed together. In the trash each is a
 * file or a directory, and `as` says what it was. How each is taken and put back is a file in reclaim/methods/.
 */
export type Member = PathMember | RefMember | RecordMember;

/** What is not a file or a directory. */
export type MemberKind = NonNullable<Member["as"]>;

export function memberOf({ path, place, identity }: Placed, as: MemberKind | undefined): Member {
  switch (as) {
    case undefined:
      return { path, place, identity };
    case "ref":
      return { path, place, identity, as };
    case "record":
      return { path, place, identity, as };
  }
}

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

/** The later of two, each of which may be unknown. */
export function laterUse(a: LastUse | null, b: LastUse | null): LastUse | null {
  if (a === null || b === null) return a ?? b;
  return b.at > a.at ? b : a;
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

/** A record is distinguished by the SHA-256 of its bytes, in hex; empty where its document cannot be read. */
export function recordIdentity(digest: string): Identity {
  return { dev: "record", ino: digest, birth: "0" };
}

/** Whether it is a ref or a record that is still one, and not a file of the trash that was one. */
export function isInPlace({ dev }: Identity): boolean {
  return dev === "ref" || dev === "record";
}

/** The value of a ref that is still a ref; null for what lies there as a file or a directory. */
export function refValue({ dev, ino }: Identity): string | null {
  return dev === "ref" ? ino : null;
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.birth === b.birth;
}
