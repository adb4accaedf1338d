/** What its entries are called: one, and many. */
export const KILO_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "kilo-snapshots": ["repo", "repos"],
  "kilo-temporary": ["temporary file", "temporary files"],
  "kilo-unfinished": ["repo", "repos"],
};
