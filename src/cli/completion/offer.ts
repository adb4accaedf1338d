/** What a shell is offered, and what has to be known for it. */

export interface Candidate {
  /** The whole word, without quotes. */
  readonly value: string;
  /** What it means; may be empty. */
  readonly text: string;
}

/** `files`, `directories`: the shell knows these better than we do. */
export type Offer =
  | { readonly kind: "files" | "directories" }
  | { readonly kind: "candidates"; readonly candidates: readonly Candidate[] };

export interface Known {
  readonly entries: readonly Named[];
  readonly trashed: readonly Named[];
}

export interface Named {
  readonly id: string;
  /** Null where nothing says. */
  readonly workdir: string | null;
}

export interface Surroundings {
  /** Looks at the homes; called only where ids are wanted. */
  readonly known: () => Known;
  /** A directory as typed, absolute and with a slash at its end. */
  readonly absolute: (directory: string) => string;
}
