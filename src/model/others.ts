/** What programs keep that are no agents here: it is shown, and never removed. */

export interface OtherProgram {
  readonly title: string;
  /** Absolute; a directory or a file. */
  readonly path: string;
  /** Its own command for removing some of it, or that it does so by itself; null: neither is known. */
  readonly cleaning: "by itself" | { readonly command: string } | null;
}

export interface Extent {
  /** Allocated bytes. */
  readonly bytes: number;
  readonly files: number;
  /** ms, of files; null: there is none. */
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Some of it could not be read: the rest is a lower bound. */
  readonly partial: boolean;
}

export interface OtherPlace extends OtherProgram {
  readonly extent: Extent;
}
