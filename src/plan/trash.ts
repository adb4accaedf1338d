/** What becomes of what is in the trash. Every run that removes looks at all of it first. Pure. */
import type { Judged } from "../model/judgement.ts";
import type { PlannedTrash, TrashItem, TrashReason } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { DAY, MINUTE } from "../model/time.ts";
import { type Request, selectableOf } from "./request.ts";

/** An item of the trash, judged where it lies now. */
export interface JudgedTrash {
  readonly item: TrashItem;
  /** Null for what has nothing left to judge: marked, or half isolated. */
  readonly judged: Judged | null;
  /** Something is where it would go back to. */
  readonly placeTaken: boolean;
}

export interface TrashCircumstances {
  readonly settings: Settings;
  readonly request: Request;
  readonly clockDoubted: boolean;
  /** When runs with a doubted clock put things into the trash, at the first run that trusts its clock again (ms). */
  readonly doubtedTimes: Span | null;
  /** `keep` names its workdir by now. */
  readonly kept: boolean;
  /** Paths of those who borrow from it. */
  readonly borrowers: readonly string[];
  /** One of them stays, or nobody knows who borrows. */
  readonly referenced: boolean;
  /** It was cleared away for something that still lies in the trash: a swap that died in the middle. */
  readonly cutShort: boolean;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export function planTrash(found: JudgedTrash, circumstances: TrashCircumstances): PlannedTrash {
  const { item, judged } = found;
  const { action, reason } = decide(found, circumstances);
  return {
    item,
    subject: judged?.subject ?? null,
    verdict: judged?.verdict ?? null,
    judged,
    bytes: judged?.bytes ?? item.bytes,
    until: item.since + circumstances.settings.trash_days * DAY,
    action,
    reason,
    // What is marked is of no use to anybody any more.
    after: item.marked ? [] : circumstances.borrowers,
  };
}

interface Decision {
  readonly action: PlannedTrash["action"];
  readonly reason: TrashReason;
}

function decide(found: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const { item, judged, placeTaken } = found;
  const { request } = circumstances;
  if (item.marked) return circumstances.clockDoubted ? keep("clock") : { action: "destroy", reason: "unfinished" };
  if (!isSelected(found, request)) return keep("not-selected");
  if (!item.complete) return placeTaken ? keep("place-taken") : { action: "return", reason: "half-isolated" };
  if (circumstances.cutShort && !placeTaken) return { action: "return", reason: "half-isolated" };
  if (cameBack(item, judged))
    return placeTaken ? whereTaken(found, circumstances) : { action: "return", reason: "workdir-back" };
  return expiry(found, circumstances);
}

/** Its directory is there again, and so is a fresh repo in its place: it waits, and goes when it is old. */
function whereTaken(found: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const decision = expiry(found, circumstances);
  return found.item.conflicted && decision.action === "destroy" ? decision : keep("place-taken");
}

function expiry({ item, judged }: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const { settings, request, clockDoubted, referenced, doubtedTimes } = circumstances;
  // A minute of slack: two machines on one disk do not agree to the second.
  if (item.since > request.now + MINUTE) return keep("future-date");
  // Nobody knows when that was: its period begins with this run.
  if (doubtedTimes !== null && isWithin(item.since, doubtedTimes)) return keep("future-date");
  if (item.since + settings.trash_days * DAY > request.now) return keep("waiting");
  if (referenced) return keep("referenced");
  if (circumstances.kept) return keep("kept");
  if (clockDoubted) return keep("clock");
  if (item.rule === "orphan" && !goneOrOld(judged)) return keep("not-proved");
  return { action: "destroy", reason: "expired" };
}

/** Whether what an item was cleared away for never got to its place. */
export function isCutShort({ item }: JudgedTrash, all: readonly JudgedTrash[]): boolean {
  const place = item.members[0]?.place;
  return (
    item.rule === "swapped" &&
    all.some((other) => other.item.since < item.since && other.item.members[0]?.place === place && !other.item.marked)
  );
}

function isWithin(at: number, { from, to }: Span): boolean {
  return at >= from && at <= to;
}

export function goneOrOld(judged: Judged | null): boolean {
  return judged !== null && (judged.verdict === "orphan" || judged.verdict === "stale");
}

/** What was taken because its directory was out of sight goes back when it is in sight again. */
function cameBack(item: TrashItem, judged: Judged | null): boolean {
  const missed = item.rule === "orphan" || item.rule === "unreachable" || item.rule === "unidentified";
  return missed && judged?.presence.kind === "present";
}

function isSelected({ item, judged }: JudgedTrash, request: Request): boolean {
  if (request.selects === null) return true;
  const place = item.members[0]?.place ?? item.entryId;
  const row =
    judged === null ? { id: item.entryId, path: `${item.base}/${place}`, subject: null } : selectableOf(judged);
  return request.selects({ ...row, path: `${item.base}/${place}` });
}

function keep(reason: TrashReason): Decision {
  return { action: "keep", reason };
}
