/** What its places depend on. */
export const GEMINI_VARIABLES = ["GEMINI_CLI_HOME"] as const;
