// Plans for tests of report/: every field has a plain default, and each case sets only what matters to it.
import { NOUNS } from "../../src/agents/nouns.ts";
import type { Entry } from "../../src/model/entry.ts";
import type { BaseRef } from "../../src/model/home.ts";
import type { Judged, Ruling } from "../../src/model/judgement.ts";
import type { Plan, PlannedBase, PlannedEntry } from "../../src/model/plan.ts";
import type { PlannedTrash, TrashItem } from "../../src/model/trash.ts";
import type { Hold, ReasonCode, Rule, Verdict } from "../../src/model/reasons.ts";
import type { EntryResult, RunResult, TrashResult } from "../../src/model/result.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { SweepRecord } from "../../src/model/state.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { isTrashOnly } from "../../src/plan/disposal.ts";
import type { RenderContext } from "../../src/report/render-context.ts";

export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** 20 Nov 2026, 13:20 UTC. */
export const NOW: number = Date.UTC(2026, 10, 20, 13, 20);
export const BASE = "/home/ann/.hermes/checkpoints";

export function look(over: Partial<RenderContext> = {}): RenderContext {
  return {
    now: NOW,
    columns: 120,
    colour: false,
    unicode: true,
    home: "/home/ann",
    utcOffset: () => 0,
    nouns: NOUNS,
    ...over,
  };
}

export interface EntryWish {
  readonly id?: string;
  readonly base?: string;
  readonly path?: string | null;
  readonly verdict?: Verdict;
  readonly reason?: ReasonCode;
  readonly rule?: Rule | null;
  readonly holds?: readonly Hold[];
  readonly action?: "remove" | "keep";
  readonly sweep?: Ruling;
  readonly bytes?: number | null;
  readonly usedAt?: number | null;
  readonly exact?: boolean;
  readonly there?: boolean;
  readonly snapshots?: PlannedEntry["snapshots"];
  readonly judged?: Partial<Judged>;
}

const REASON_OF: Readonly<Record<Verdict, ReasonCode>> = {
  live: "workdir-present",
  orphan: "absent-observed",
  stale: "unused",
  unreachable: "parent-missing",
  unidentified: "marker-missing",
  debris: "partially-removed",
};

/** One row of a plan. Orphans and stale ones are removed unless held, the others stay. */
export function plannedEntry(wish: EntryWish = {}): PlannedEntry {
  const verdict = wish.verdict ?? "orphan";
  const rule = wish.rule === undefined ? (verdict === "orphan" || verdict === "stale" ? verdict : null) : wish.rule;
  const holds = wish.holds ?? [];
  const action = wish.action ?? (rule !== null && holds.length === 0 ? "remove" : "keep");
  const ruling: Ruling = { rule, holds, action };
  const judged = { ...judgedOf(wish, verdict), ...wish.judged };
  return {
    judged,
    ruling,
    sweep: wish.sweep ?? ruling,
    snapshots: wish.snapshots === undefined ? { count: 14, last: NOW - 12 * DAY } : wish.snapshots,
    steps: rule !== null && action === "remove" ? stepsOf(rule) : [],
    after: [],
  };
}

/** As a plan has them that destroys at once. */
function stepsOf(rule: Rule): PlannedEntry["steps"] {
  const isolate = { kind: "isolate", rule } as const;
  return isTrashOnly(rule) ? [isolate] : [isolate, { kind: "destroy" }];
}

function judgedOf(wish: EntryWish, verdict: Verdict): Judged {
  const path = wish.path === undefined ? "/home/ann/work/acme" : wish.path;
  const at = wish.usedAt === undefined ? NOW - 12 * DAY : wish.usedAt;
  return {
    entry: entryOf(wish.id ?? "1aeadc333175595d", wish.base ?? BASE),
    subject: path === null ? null : { kind: "workdir", value: path },
    verified: path !== null,
    presence: presenceOf(verdict, wish.there),
    verdict,
    reason: wish.reason ?? REASON_OF[verdict],
    evidence: {},
    old: verdict === "stale",
    lastUsed: at === null ? null : { at, from: "mtime" },
    lastUsedExact: wish.exact ?? true,
    bytes: wish.bytes === undefined ? 26_163_000 : wish.bytes,
    files: 120,
    newestPath: "logs/HEAD",
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: [],
    missingSince: null,
  };
}

function entryOf(id: string, base: string): Entry {
  const identity = { dev: "1", ino: "2", birth: "0" };
  return { base, store: "hermes-shadow", id, members: [{ path: `${base}/${id}`, place: id, identity }] };
}

function presenceOf(verdict: Verdict, there: boolean | undefined): Presence {
  if (there ?? (verdict === "live" || verdict === "stale")) return { kind: "present", evidence: {} };
  if (verdict === "orphan") return { kind: "absent", proof: "observed", evidence: { parent: "/home/ann/work" } };
  if (verdict === "unreachable") return { kind: "unknown", reason: "parent-missing", evidence: {} };
  return { kind: "not-applicable" };
}

export function hold(code: Hold["code"], over: Partial<Hold> = {}): Hold {
  return { code, until: null, by: null, ...over };
}

export function plannedTrash(
  over: Partial<PlannedTrash> & { readonly entryId?: string; readonly rule?: TrashItem["rule"] } = {},
): PlannedTrash {
  const { entryId = "7c1b448f910a0160", rule = "orphan", ...rest } = over;
  const id = `${entryId}.${NOW - 2 * DAY}.4f2a11bc`;
  return {
    item: {
      id,
      entryId,
      store: "hermes-shadow",
      rule,
      taken: NOW - 2 * DAY,
      since: NOW - 2 * DAY,
      marked: false,
      complete: true,
      conflicted: false,
      bytes: null,
      base: BASE,
      members: [
        {
          path: `${BASE}/../.checkpoints.gc/trash/${id}`,
          place: entryId,
          identity: { dev: "1", ino: "3", birth: "0" },
        },
      ],
    },
    subject: { kind: "workdir", value: "/home/ann/work/beta" },
    verdict: "orphan",
    bytes: 3_100_000,
    until: NOW + 5 * DAY,
    action: "keep",
    judged: null,
    reason: "waiting",
    after: [],
    ...rest,
  };
}

export function plannedBase(over: Partial<PlannedBase> = {}): PlannedBase {
  return {
    ref: baseRef(),
    exists: true,
    settings: DEFAULT_SETTINGS,
    error: null,
    state: null,
    lastSweep: null,
    nextDue: null,
    foreign: [],
    entries: [],
    trash: [],
    unreadableBorrows: [],
    clockDoubt: null,
    ...over,
  };
}

export function baseRef(over: Partial<BaseRef> = {}): BaseRef {
  return { agent: "hermes", path: BASE, home: "/home/ann/.hermes", profile: null, label: null, named: null, ...over };
}

export function planOf(bases: readonly PlannedBase[] | readonly PlannedEntry[], over: Partial<Plan> = {}): Plan {
  const rows = bases.every((each): each is PlannedBase => "ref" in each) ? bases : null;
  const entries = rows === null ? bases.filter((each): each is PlannedEntry => "judged" in each) : [];
  return {
    version: 1,
    mode: "manual",
    now: NOW,
    disposal: "destroy",
    bases: rows ?? [plannedBase({ entries })],
    ...over,
  };
}

export function entryResult(planned: PlannedEntry, over: Partial<EntryResult> = {}): EntryResult {
  return { planned, outcome: "removed", bytes: planned.judged.bytes ?? 0, trashId: null, error: null, ...over };
}

export function trashResult(planned: PlannedTrash, over: Partial<TrashResult> = {}): TrashResult {
  return { planned, outcome: "removed", bytes: planned.bytes ?? 0, error: null, ...over };
}

/** A run that did what `entries` and `trash` say, in the first base. */
export function resultOf(
  plan: Plan,
  entries: readonly EntryResult[],
  over: Partial<RunResult> & { readonly trash?: readonly TrashResult[] } = {},
): RunResult {
  const { trash = [], ...rest } = over;
  const path = plan.bases[0]?.ref.path ?? BASE;
  const status = rest.status ?? "done";
  return { plan, status, bases: [{ path, status, error: null, entries, trash }], durationMs: 2100, ...rest };
}

export function sweepRecord(over: Partial<SweepRecord> = {}): SweepRecord {
  return {
    at: NOW - 20 * HOUR,
    durationMs: 2100,
    by: "ann@box, pid 7",
    scanned: 52,
    kept: 40,
    trashed: 12,
    removed: 0,
    restored: 0,
    failed: 0,
    bytesTrashed: 3_100_000_000,
    bytesReclaimed: 0,
    byRule: { orphan: 9, stale: 3 },
    undoUntil: Date.UTC(2026, 10, 28, 13, 20),
    error: null,
    ...over,
  };
}
