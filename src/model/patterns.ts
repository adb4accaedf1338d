/** What a pattern (of `keep`, or an argument of `prune`) matches on this disk, beyond its text. Plain data. */
export interface NamedPattern {
  /** As it was typed. */
  readonly pattern: string;
  readonly places: readonly NamedPlace[];
  /** Those that were found with the whole path existing: to be recorded. */
  readonly settled: readonly NamedPlace[];
  /** Why it matches nothing that exists now; null where it does. */
  readonly problem: PatternProblem | null;
}

/** A directory and all below it; with a glob, what matches the glob below that directory, and all below that. */
export interface NamedPlace {
  /** Absolute and literal: no character is special. */
  readonly at: string;
  /** Begins with `/`. */
  readonly glob: string | null;
}

/** A `keep` pattern that matches nothing now, for display. */
export interface KeepProblem extends PatternProblem {
  readonly pattern: string;
}

export interface PatternProblem {
  /** ENOENT: nothing is there. */
  readonly code: string;
  /** Where on the path that was found. */
  readonly path: string;
}

export function keepProblemsOf(keeps: readonly NamedPattern[]): readonly KeepProblem[] {
  return keeps.flatMap(({ pattern, problem }) => (problem === null ? [] : [{ pattern, ...problem }]));
}
