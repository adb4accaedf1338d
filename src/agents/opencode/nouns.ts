/** What its entries are called: one, and many. */
const REPO = ["repo", "repos"] as const;

export const OPENCODE_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "opencode-snapshots": REPO,
  "opencode-ancient": REPO,
  "opencode-temporary": ["temporary file", "temporary files"],
};
