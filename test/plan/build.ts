// Judged entries, trash and requests for tests: every field has a plain default, each case sets what matters to it.
import type { Judged } from "../../src/model/judgement.ts";
import type { PlannedBase, PlannedEntry } from "../../src/model/plan.ts";
import type { PlannedTrash, TrashItem } from "../../src/model/trash.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { ReasonCode, Verdict } from "../../src/model/reasons.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/model/settings.ts";
import { DAY } from "../../src/model/time.ts";
import type { HoldInput } from "../../src/plan/holds.ts";
import type { PlanInput } from "../../src/plan/plan-context.ts";
import { runSync } from "../../src/fs/cooperative.ts";
import { planBase } from "../../src/plan/plan-base.ts";
import type { Request } from "../../src/plan/request.ts";
import type { JudgedTrash } from "../../src/plan/trash.ts";

/** 20 Nov 2026, 13:20 UTC. */
export const NOW: number = Date.UTC(2026, 10, 20, 13, 20);
export const HOME = "/home/ann";
export const BASE = "/home/ann/.hermes/checkpoints";
const TRASH = "/home/ann/.hermes/.checkpoints.gc/trash";

export function settings(over: Partial<Settings> = {}): Settings {
  return { ...DEFAULT_SETTINGS, collect: ["hermes-shadow"], ...over };
}

export function byHand(over: Partial<Request> = {}): Request {
  return { mode: "manual", now: NOW, disposal: null, include: [], only: null, selects: null, ...over };
}

export function automatic(over: Partial<Request> = {}): Request {
  return byHand({ mode: "automatic", ...over });
}

export const FREE: HoldInput = {
  keptBy: null,
  referencedBy: null,
  unreadableBorrows: null,
  restoredAt: null,
  obstacle: null,
  within: null,
};

export const PRESENT: Presence = { kind: "present", evidence: {} };

const REASON: Readonly<Record<Verdict, ReasonCode>> = {
  live: "workdir-present",
  orphan: "absent-observed",
  stale: "unused",
  unreachable: "parent-missing",
  unidentified: "marker-missing",
  debris: "partially-removed",
};

const PRESENCE: Readonly<Record<Verdict, Presence>> = {
  live: PRESENT,
  orphan: { kind: "absent", proof: "observed", evidence: {} },
  stale: PRESENT,
  unreachable: { kind: "unknown", reason: "parent-missing", evidence: {} },
  unidentified: { kind: "not-applicable" },
  debris: { kind: "absent", proof: "observed", evidence: {} },
};

/** Path of the entry with that id. */
export function at(id: string): string {
  return `${BASE}/${id}`;
}

/** An entry that was last used 30 days ago, and missing since then; `old` only where stale or debris. */
export function judged(id: string, verdict: Verdict, over: Partial<Judged> = {}): Judged {
  const identified = verdict !== "unidentified";
  return {
    entry: {
      base: BASE,
      store: "hermes-shadow",
      id,
      members: [{ path: at(id), place: id, identity: { dev: "1", ino: "2", birth: "0" } }],
    },
    subject: identified ? { kind: "workdir", value: `/home/ann/work/${id}` } : null,
    verified: identified && verdict !== "debris",
    presence: PRESENCE[verdict],
    verdict,
    reason: REASON[verdict],
    evidence: {},
    old: verdict === "stale" || verdict === "debris",
    lastUsed: { at: NOW - 30 * DAY, from: "mtime" },
    lastUsedExact: true,
    bytes: 26_163,
    files: 40,
    newestPath: "logs/HEAD",
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: [],
    missingSince: verdict === "orphan" ? NOW - 30 * DAY : null,
    ...over,
  };
}

/** An item of the trash, isolated ten days ago: past its date with the default settings. */
export function item(id: string, over: Partial<TrashItem> = {}): TrashItem {
  const name = `${id}.${NOW - 10 * DAY}.0a1b2c3d`;
  return {
    id: name,
    entryId: id,
    store: "hermes-shadow",
    rule: "orphan",
    taken: over.since ?? NOW - 10 * DAY,
    since: NOW - 10 * DAY,
    marked: false,
    complete: true,
    conflicted: false,
    bytes: 4096,
    base: BASE,
    members: [{ path: `${TRASH}/${name}`, place: id, identity: { dev: "1", ino: "3", birth: "0" } }],
    ...over,
  };
}

/** The same, judged where it is; `verdict` null: nothing is left to judge. */
export function trashed(
  id: string,
  verdict: Verdict | null = "orphan",
  over: Partial<TrashItem> = {},
  more: Partial<Judged> = {},
): JudgedTrash {
  const one = item(id, over);
  const inTrash = verdict === null ? null : judged(id, verdict, more);
  const members = one.members[0] === undefined ? inTrash?.entry.members : ([one.members[0]] as const);
  if (inTrash === null || members === undefined) return { item: one, judged: null, placeTaken: false };
  return { item: one, judged: { ...inTrash, entry: { ...inTrash.entry, members } }, placeTaken: false };
}

export function surveyed(over: Partial<PlanInput> = {}): PlanInput {
  return {
    judged: [],
    trash: [],
    elsewhere: [],
    restored: {},
    userHome: HOME,
    clockDoubted: false,
    doubtedTimes: null,
    ...over,
  };
}

export type Rows = Pick<PlannedBase, "entries" | "trash" | "unreadableBorrows" | "cap" | "entryLimits">;

/** A plan made without a pause. */
export function planAtOnce(...asked: Parameters<typeof planBase>): Rows {
  return runSync(planBase(...asked));
}

export function plan(over: Partial<PlanInput>, set: Partial<Settings> = {}, request: Request = byHand()): Rows {
  return planAtOnce(surveyed(over), settings(set), request);
}

/** The row of the entry with that id. */
export function row(rows: Rows, id: string): PlannedEntry {
  const found = rows.entries.find(({ judged }) => judged.entry.id === id);
  if (found === undefined) throw new Error(`no row for ${id}`);
  return found;
}

export function trashRow(rows: Rows, id: string): PlannedTrash {
  const found = rows.trash.find(({ item }) => item.entryId === id);
  if (found === undefined) throw new Error(`no row for ${id} in the trash`);
  return found;
}

/** Ids of what is to be removed, in that order. */
export function removals(rows: Rows): readonly string[] {
  return rows.entries.filter(({ ruling }) => ruling.action === "remove").map(({ judged }) => judged.entry.id);
}
