/** Reason codes that only entries of tapps-agents have, each with its sentence; and those of all files. */
import type { SubjectReading } from "../../model/inspection.ts";
import type { Evidence } from "../../model/presence.ts";
import { FILE_REASONS } from "../../stores/json-files/reasons.ts";

const OWN = {
  "not-saved": "its program could not write what was in it, and wrote the error instead",
  "two-formats": "it has the fields of two kinds of sessions, so neither counts",
  "unknown-state": "its state is none that is known here, so it may be in use",
} as const;

export const TAPPS_REASONS = { ...FILE_REASONS, ...OWN } as const;

export function unknown(reason: keyof typeof OWN, evidence: Evidence = {}): SubjectReading {
  return { kind: "unidentified", reason, sentence: OWN[reason], evidence };
}
