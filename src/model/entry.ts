/** Who a directory is, whatever it is called: decimal strings, since inode numbers do not fit a double everywhere. */
export interface Identity {
  readonly dev: string;
  readonly ino: string;
  /** Birth time in nanoseconds, `"0"` where the file system keeps none. */
  readonly birth: string;
}

/** One path of an entry. Most entries have one; they are isolated, restored and destroyed together. */
export interface Member {
  readonly path: string;
  /** Path below the base, `/`-separated: where it goes back to. */
  readonly place: string;
  readonly identity: Identity;
  /** How it is taken; left out: renamed, as directories and files are. */
  readonly as?: Taking;
}

/** `ref`: a git ref, which has a value and no file of its own. Each has its file in reclaim/ways/. */
export type Taking = "ref";

/** One thing that can be reclaimed. `id` means something to its store alone. */
export interface Entry {
  readonly base: string;
  readonly store: string;
  readonly id: string;
  readonly members: readonly [Member, ...Member[]];
  /** A directory that is there for its entries alone: it goes, by rmdir, when the last of them has gone. */
  readonly container?: string;
}

/** What an entry is about. */
export interface Subject {
  readonly kind: "workdir";
  readonly value: string;
}

/** When an entry was last used: `at` in ms since the epoch, `from` says what told (`mtime`, the name of a field, ...). */
export interface LastUse {
  readonly at: number;
  readonly from: string;
}

/** Something that could not be read: errno (or `EUNKNOWN`), what was tried, and on which path. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

/** What tells a ref from another in its place is its value. */
export function refIdentity(value: string): Identity {
  return { dev: "ref", ino: value, birth: "0" };
}

/** The value of a ref that still is one; null for what is a file or a directory where it lies. */
export function refValue({ dev, ino }: Identity): string | null {
  return dev === "ref" ? ino : null;
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.birth === b.birth;
}
