/** What its places depend on. */
export const CLINE_VARIABLES = ["CLINE_DIR"] as const;
