/** What completion offers to a shell, and what it needs to know for that. */

export interface Candidate {
  /** The whole word, without quotes. */
  readonly value: string;
  /** A description; may be empty. */
  readonly text: string;
}

/** `files`, `directories`: completed by the shell itself. */
export type Completion =
  | { readonly kind: "files" | "directories" }
  | { readonly kind: "candidates"; readonly candidates: readonly Candidate[] };

export interface CompletionData {
  readonly entries: readonly NamedEntry[];
  readonly trashed: readonly NamedEntry[];
}

export interface NamedEntry {
  readonly id: string;
  /** Null where no marker names one. */
  readonly workdir: string | null;
}

export interface Surroundings {
  /** Reads the homes; called only where ids are offered. */
  readonly known: () => CompletionData;
  /** A directory as typed, made absolute, with a trailing slash. */
  readonly absolute: (directory: string) => string;
}
