/** What a failed check says about a workdir. Pure. */
import type { Evidence, Presence } from "../model/presence.ts";
import type { ReasonCode } from "../model/reasons.ts";

const REASONS_BY_ERRNO: Readonly<Record<string, ReasonCode>> = {
  EACCES: "access-denied",
  EPERM: "not-permitted",
  ELOOP: "link-loop",
  ENOTDIR: "not-a-directory",
  ENAMETOOLONG: "name-too-long",
  EIO: "io-error",
  ESTALE: "stale-handle",
  ETIMEDOUT: "timed-out",
};

/** The reason for each errno; an errno without one appears verbatim in the evidence. */
export function reasonOfErrno(code: string): ReasonCode {
  return REASONS_BY_ERRNO[code] ?? "probe-failed";
}

export function unknown(reason: ReasonCode, evidence: Evidence): Presence {
  return { kind: "unknown", reason, evidence };
}
