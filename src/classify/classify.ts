/**
 * The verdict on an entry. One function gives the verdict and its reason, for everything that shows and everything that
 * acts.
 *
 * | verdict | when, the first that applies |
 * | --- | --- |
 * | debris | what is left of an entry that another program partly destroyed: old debris may be removed, unless the workdir may exist; also pieces that no program uses again, and a copy of what stays |
 * | orphan | the workdir is proved absent |
 * | stale | the last use is older than the retention, and the entry was read completely |
 * | unreachable | it is unknown whether the workdir exists |
 * | unidentified | there is no usable path |
 * | live | the rest |
 */
import { type LastUse, laterUse } from "../model/entry.ts";
import { type Duplicate, type Examined, type Reasoned, subjectOf } from "../model/inspection.ts";
import type { Judged } from "../model/judgement.ts";
import type { Evidence, Presence } from "../model/presence.ts";
import type { Verdict } from "../model/reasons.ts";
import { settingsOfKind, type Settings } from "../model/settings.ts";
import { ageCutoff, isBefore } from "./age.ts";

export interface Circumstances {
  readonly settings: Settings;
  /** ms since the epoch. */
  readonly now: number;
  /** When the base was copied to where it is with its old times preserved (ms): nothing in it counts as older. */
  readonly copiedAt?: number | null;
}

export function classify(examined: Examined, { settings, now, copiedAt = null }: Circumstances): Judged {
  const { entry, inspection, presence, measurement } = examined;
  const { reading } = inspection;
  const walked = measurement?.newest ?? null;
  const recorded = lastUseOf(examined);
  const copies = [copiedAt, inspection.copiedAt ?? null];
  const lastUse = { ...recorded, use: copies.reduce((use, at) => sinceCopied(use, at, now), recorded.use) };
  const troubles = [...inspection.troubles, ...(measurement?.troubles ?? [])];
  const before = ageCutoff(inspection, settingsOfKind(settings, entry.store), now);
  const isUnused = lastUse.exact && isBefore(lastUse.use, before) && !mayBeWanted(examined);
  const copy = copyIn(examined, isUnused && isBefore(inspection.duplicate?.original ?? null, before));
  const old = copy === null ? isUnused : lastUse.exact && isBefore(lastUse.use, now - copy.after);
  const inUse = examined.inUse ?? inspection.inUse;
  const verdict =
    copy === null
      ? verdictOf(examined, old && troubles.length === 0)
      : ({ verdict: "debris", ...reasonOf(copy) } as const);
  return {
    entry,
    subject: subjectOf(reading),
    verified: reading.kind === "identified" && reading.verified,
    presence,
    ...verdict,
    evidence: {
      ...(reading.kind === "not-applicable" ? {} : reading.evidence),
      ...(copy === null ? {} : { "copied to": copy.repository }),
      ...evidenceOf(presence),
    },
    old,
    lastUsed: lastUse.use,
    lastUsedExact: lastUse.exact,
    ...(walked === null ? {} : { walked }),
    bytes: measurement?.bytes ?? null,
    shared: measurement?.shared ?? null,
    files: measurement?.files ?? null,
    snapshots: measurement?.snapshots ?? null,
    newestPath: measurement?.newestPath ?? null,
    locks: uniqueLocks(examined),
    borrows: inspection.borrows,
    borrowsTrouble: inspection.borrowsTrouble,
    checkout: inspection.checkouts?.[0]?.at ?? null,
    troubles: uniqueByPath(troubles),
    ...(measurement?.foreign === undefined ? {} : { foreign: measurement.foreign }),
    ...(examined.isSession === true ? { isSession: true } : {}),
    ...(inspection.expiry === undefined ? {} : { expiry: inspection.expiry }),
    ...(inspection.heartbeat === undefined ? {} : { heartbeat: inspection.heartbeat }),
    ...(inUse === undefined ? {} : { inUse }),
    ...(examined.limits === undefined || examined.limits === null ? {} : { limits: examined.limits }),
    unsupported: inspection.unsupported ?? null,
    ...(inspection.restricted === undefined ? {} : { restricted: inspection.restricted }),
    ...(inspection.reflog === undefined ? {} : { reflog: inspection.reflog }),
    missingSince: examined.missingSince,
  };
}

/** Remains of an entry whose workdir may still exist may be wanted, however old they are. */
function mayBeWanted({ inspection, presence }: Examined): boolean {
  return inspection.reading.kind === "remains" && (presence.kind === "present" || presence.kind === "unknown");
}

/**
 * A copy goes without its original, unless that goes too: for its workdir or its age, for which the copy then goes by itself,
 * whichever of them is first.
 */
function copyIn({ inspection, presence }: Examined, areUnused: boolean): Duplicate | null {
  return presence.kind === "absent" || areUnused ? null : (inspection.duplicate ?? null);
}

type Reached = { readonly verdict: Verdict } & Reasoned;

function verdictOf({ inspection, presence }: Examined, stale: boolean): Reached {
  const { reading } = inspection;
  if (reading.kind === "remains") {
    return { verdict: "debris", reason: stale ? "partially-removed" : "partial-remains" };
  }
  if (reading.kind === "debris") return { verdict: "debris", ...reasonOf(reading) };
  if (presence.kind === "absent") return { verdict: "orphan", reason: `absent-${presence.proof}` };
  if (stale) return { verdict: "stale", reason: "unused" };
  if (presence.kind === "unknown") return { verdict: "unreachable", reason: presence.reason };
  if (reading.kind === "unidentified") return { verdict: "unidentified", ...reasonOf(reading) };
  if (presence.kind !== "present") return { verdict: "live", reason: "not-applicable" };
  return { verdict: "live", reason: presence.reason ?? "workdir-present" };
}

function reasonOf({ reason, sentence }: Reasoned): Reasoned {
  return sentence === undefined ? { reason } : { reason, sentence };
}

/** The last use is exact where the store records it or everything was walked; the touched places are a lower bound. */
function lastUseOf({ inspection, measurement, witnessed = null }: Examined): { use: LastUse | null; exact: boolean } {
  // A place that was touched between the inspection and the walk counts.
  const walked = laterUse(measurement?.newest ?? null, inspection.touched);
  const own = inspection.lastUse ?? walked;
  // What the agent records makes an entry younger, and never gives a last use to one that says nothing of its own.
  return {
    use: own === null ? null : laterUse(own, witnessed),
    exact: inspection.lastUse !== null || measurement !== null,
  };
}

/** A restored backup keeps its old times, but is not old: it was wanted when it was restored. */
function sinceCopied(use: LastUse | null, copiedAt: number | null, now: number): LastUse | null {
  const counts = use !== null && copiedAt !== null && copiedAt > use.at && copiedAt <= now;
  return counts ? { at: copiedAt, from: "birth" } : use;
}

function evidenceOf(presence: Presence): Evidence {
  return presence.kind === "not-applicable" ? {} : presence.evidence;
}

function uniqueLocks({ inspection, measurement }: Examined): Judged["locks"] {
  return uniqueByPath([...inspection.locks, ...(measurement?.locks ?? [])]);
}

/** Nearly every entry has none, and there may be ten thousand: they share the empty list. */
const NONE: readonly never[] = [];

function uniqueByPath<T extends { readonly path: string }>(all: readonly T[]): readonly T[] {
  return all.length === 0 ? NONE : [...new Map(all.map((one) => [one.path, one])).values()];
}
