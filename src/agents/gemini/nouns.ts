/** What its entries are called: one, and many. */
export const GEMINI_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "gemini-snapshots": ["repo", "repos"],
};
