/** What its entries are called: one, and many. */
export const ROO_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "roo-checkpoints": ["repo", "repos"],
};
