/** From how many files, or bytes, on an agent's own check warns about a directory of its sessions. */
export interface SizeLimit {
  readonly files: number;
  readonly bytes: number;
}

export const SIZE_LIMITS: Readonly<Record<string, SizeLimit>> = { tapps: { files: 100, bytes: 1_000_000 } };

/** Agents without a file of settings that may hold ours: theirs are in our own file alone. */
export const WITHOUT_SETTINGS: ReadonlySet<string> = new Set([
  "cline",
  "kilo",
  "miniclaw",
  "openclaw",
  "opencode",
  "roo",
]);
