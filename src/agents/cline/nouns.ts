/** What its entries are called: one, and many. */
export const CLINE_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "cline-checkpoints": ["repo", "repos"],
};
