/**
 * The closed list of reason codes. Every verdict carries one; the sentence for people is made in report/sentences.ts.
 * Codes are part of the JSON contract: some may be added, none changes its meaning.
 */
export const REASONS = {
  live: ["workdir-present", "not-applicable"],
  orphan: ["absent-observed", "absent-witnessed"],
  stale: ["unused"],
  unreachable: [
    // The place itself
    "symlink",
    "symlink-above",
    "unexpanded-home",
    "foreign-path",
    "name-variant",
    // The way to it
    "parent-missing",
    "parent-empty",
    "parent-is-root",
    "parent-of-homes",
    "parent-replaced",
    "not-a-directory",
    // Mounts
    "volume-place",
    "cloud-folder",
    "other-mount",
    "fstab-unmounted",
    "mount-gone",
    "mount-appeared",
    "mounts-unknown",
    "seen-elsewhere",
    // The errno of the probe
    "access-denied",
    "not-permitted",
    "link-loop",
    "name-too-long",
    "io-error",
    "stale-handle",
    "timed-out",
    "probe-failed",
  ],
  unidentified: [
    "marker-missing",
    "marker-empty",
    "marker-not-utf8",
    "marker-too-large",
    "marker-not-one-line",
    "marker-relative",
    "marker-not-normal",
    "marker-not-a-file",
    "marker-unreadable",
    "paths-disagree",
    // The JSON of a project
    "project-unreadable",
    "project-broken",
    "project-without-path",
  ],
  debris: ["half-destroyed", "remains", "temporary-files", "dead-lock", "ledger-alone", "ref-alone"],
} as const;

/** What an entry is. */
export type Verdict = "live" | "orphan" | "stale" | "unreachable" | "unidentified" | "debris";
export const VERDICTS: readonly Verdict[] = ["live", "orphan", "stale", "unreachable", "unidentified", "debris"];

export type ReasonCode = (typeof REASONS)[Verdict][number];

/** Which policy takes an entry. `unreachable` and `unidentified` only where a person included them. */
export type Rule = "orphan" | "stale" | "debris" | "unreachable" | "unidentified" | "over-cap";

/** Why an entry that a rule would take is kept all the same; the last two only in automatic runs. */
export type HoldCode =
  | "busy"
  | "kept"
  | "referenced"
  | "unreadable"
  | "restored"
  | "not-enabled"
  | "within"
  | "grace"
  | "unverified";

/** A hold with what it rests on: `until` in ms since the epoch where it ends by itself. */
export interface Hold {
  readonly code: HoldCode;
  readonly until: number | null;
  /** What holds: a lock file, a pattern, the path that refers to it. */
  readonly by: string | null;
}
