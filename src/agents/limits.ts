/** Agents without a file of settings that may hold ours: theirs are in our own file alone. */
export const WITHOUT_SETTINGS: ReadonlySet<string> = new Set([
  "cline",
  "gemini",
  "kilo",
  "miniclaw",
  "openclaw",
  "opencode",
  "roo",
]);
