/**
 * The reason codes that any kind may have. Every verdict has a reason; the sentence for it is made in report/sentences.ts.
 * Codes are part of the JSON contract: some may be added, none changes its meaning.
 */
export const REASONS = {
  live: ["workdir-present", "workdir-in-trash", "not-applicable"],
  orphan: ["absent-observed", "absent-witnessed"],
  stale: ["unused"],
  unreachable: [
    // The workdir itself
    "symlink",
    "symlink-above",
    "unexpanded-home",
    "foreign-path",
    "name-variant",
    "renamed",
    "name-in-trash",
    // Its path
    "parent-missing",
    "parent-empty",
    "parent-bare",
    "parent-is-root",
    "parent-of-homes",
    "parent-replaced",
    "locked",
    "not-a-directory",
    // Mounts
    "volume-place",
    "cloud-folder",
    "other-mount",
    "fstab-unmounted",
    "configured-unmounted",
    "mount-gone",
    "layers-changed",
    "mount-appeared",
    "mounts-unknown",
    "seen-elsewhere",
    // The errno of the check
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
    // It cannot be read, so its contents say nothing.
    "unreadable",
  ],
  debris: ["partially-removed", "partial-remains", "temporary-files", "stale-lock"],
} as const;

/** What an entry is. */
export const VERDICTS = ["live", "orphan", "stale", "unreachable", "unidentified", "debris"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type GeneralReason = (typeof REASONS)[Verdict][number];

/** Agents have further codes of their own, and bring the sentence with the reading (model/inspection.ts). */
export type ReasonCode = GeneralReason | (string & Record<never, never>);

/** Rules that remove nothing unless included by name, and then to the trash. */
export const INCLUDED = ["unreachable", "unidentified", "unreadable"] as const;
export type Included = (typeof INCLUDED)[number];

/** Which policy removes an entry. */
export const RULES = [
  "orphan",
  "stale",
  "expired",
  "keep-latest",
  "superseded",
  "debris",
  "empty",
  ...INCLUDED,
  "over-cap",
] as const;
export type Rule = (typeof RULES)[number];

/** Rules by age, for what is a session and not a snapshot: where `stale` alone is asked for, they are too. */
export const AGE_RULES = ["expired", "keep-latest", "superseded"] as const satisfies readonly Rule[];

/** Why an entry that a rule selects is kept all the same; `grace` and `unverified` only in automatic runs. */
export const HOLD_CODES = [
  "busy",
  "active",
  "witness",
  "latest",
  "unsure-owner",
  "unsupported",
  "shared-layout",
  "undo-deletes",
  "unfinished",
  "kept",
  "referenced",
  "checked-out",
  "reflog",
  "unreadable",
  "restored",
  "not-enabled",
  "within",
  "grace",
  "unverified",
  "no-permission",
  "read-only",
  "lower-layer",
  "settings-unknown",
] as const;
export type HoldCode = (typeof HOLD_CODES)[number];

/** A hold with its details: `until` in ms since the epoch where it ends by itself. */
export interface Hold {
  readonly code: HoldCode;
  readonly until: number | null;
  /** The cause: a lock file, a pattern, the path of the borrower. */
  readonly by: string | null;
  /** Of `active` and `unsure-owner`: a sentence of its kind. */
  readonly sentence?: string;
  /** Of `latest`: how many of the newest stay. */
  readonly count?: number;
  /** Of `unreadable` and `witness`: the errno. */
  readonly errno?: string;
  /** Of `no-permission`: the owner of `by`, where it is another user, as `sudo -u` takes it. */
  readonly owner?: string | null;
  /** Of `no-permission`: `by` is a directory around the entry, and not the entry. */
  readonly around?: boolean;
  /** With `around`: the base of the entry, which another user has to name. */
  readonly base?: string;
}
