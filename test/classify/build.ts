// Examined entries for tests: every field has a plain default, and each case sets only what matters to it.
import { classify } from "../../src/classify/classify.ts";
import type { Entry, LastUse, IoError } from "../../src/model/entry.ts";
import type { Examined, Inspection, Measurement, SubjectReading } from "../../src/model/inspection.ts";
import type { Judged } from "../../src/model/judgement.ts";
import type { Presence } from "../../src/model/presence.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/model/settings.ts";
import { DAY } from "../../src/model/time.ts";

/** 20 Nov 2026, 13:20 UTC. */
export const NOW: number = Date.UTC(2026, 10, 20, 13, 20);

/** With the default retention of 7 days, a use before this is old. */
export const CUTOFF: number = NOW - 7 * DAY;

export function settings(over: Partial<Settings> = {}): Settings {
  return { ...DEFAULT_SETTINGS, ...over };
}

export const PRESENT: Presence = { kind: "present", evidence: { workdir: "directory" } };
export const ABSENT: Presence = { kind: "absent", proof: "observed", evidence: { parent: "/home/ann/work" } };
export const WITNESSED: Presence = { kind: "absent", proof: "witnessed", evidence: { ledger: true } };
export const UNKNOWN: Presence = { kind: "unknown", reason: "parent-missing", evidence: { missing: "/home/ann/work" } };
export const NO_PRESENCE: Presence = { kind: "not-applicable" };

export const IDENTIFIED: SubjectReading = {
  kind: "identified",
  subject: { kind: "workdir", value: "/home/ann/work/acme" },
  verified: true,
  evidence: { marker: "/home/ann/work/acme" },
};
export const UNVERIFIED: SubjectReading = { ...IDENTIFIED, verified: false };
export const UNIDENTIFIED: SubjectReading = { kind: "unidentified", reason: "marker-empty", evidence: { marker: "" } };
export const REMAINS: SubjectReading = {
  kind: "remains",
  subject: { kind: "workdir", value: "/home/ann/work/acme" },
  evidence: { HEAD: "not there" },
};
export const NAMELESS_REMAINS: SubjectReading = { ...REMAINS, subject: null };
export const PIECES: Extract<SubjectReading, { kind: "debris" }> = {
  kind: "debris",
  reason: "temporary-files",
  after: DAY,
  subject: null,
  evidence: { pieces: 3 },
};
export const NO_SUBJECT: SubjectReading = { kind: "not-applicable" };

export const ENTRY: Entry = {
  base: "/home/ann/.hermes/checkpoints",
  store: "hermes-shadow",
  id: "1aeadc333175595d",
  members: [
    {
      path: "/home/ann/.hermes/checkpoints/1aeadc333175595d",
      place: "1aeadc333175595d",
      identity: { dev: "1", ino: "2", birth: "0" },
    },
  ],
};

export function used(at: number, from = "mtime"): LastUse {
  return { at, from };
}

export function trouble(path = "/unreadable"): IoError {
  return { code: "EACCES", message: "permission denied", path };
}

export function inspection(over: Partial<Inspection> = {}): Inspection {
  return {
    reading: IDENTIFIED,
    touched: null,
    lastUse: null,
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: [],
    ...over,
  };
}

/** A walk that found `at` as the newest time. */
export function walked(at: number | null, over: Partial<Measurement> = {}): Measurement {
  const newest = at === null ? null : used(at);
  return { newest, newestPath: "logs/HEAD", bytes: 26_163, files: 40, locks: [], troubles: [], ...over };
}

/** An entry whose workdir is there and that was used just now. */
function examined(over: Partial<Examined> = {}): Examined {
  return {
    entry: ENTRY,
    inspection: inspection(),
    presence: PRESENT,
    measurement: walked(NOW),
    missingSince: null,
    ...over,
  };
}

export function judge(
  over: Partial<Examined> = {},
  set: Partial<Settings> = {},
  copiedAt: number | null = null,
): Judged {
  return classify(examined(over), { settings: settings(set), now: NOW, copiedAt });
}
