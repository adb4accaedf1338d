/** The ruling for a trash item. Every run that removes evaluates all of them first. Pure. */
import { bornAt, type IoError, type Subject } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import {
  isUnmarkedCopy,
  originalPath,
  type PlannedTrash,
  type ReferencedBy,
  type TrashItem,
  type TrashReason,
} from "../model/trash.ts";
import { DEFAULT_SETTINGS, type Settings } from "../model/settings.ts";
import { DAY, MINUTE, SNAPSHOT_GRACE } from "../model/time.ts";
import { isTrashOnly } from "./disposal.ts";
import { type Request, selectableOf } from "./request.ts";

/** A trash item, judged where it lies now. */
export interface JudgedTrash {
  readonly item: TrashItem;
  /** Null where nothing is left to judge: marked, or half isolated. */
  readonly judged: Judged | null;
  /** Its original place is occupied. */
  readonly placeTaken: boolean;
  /** What is there cannot be read, which is no more than that. */
  readonly placeTrouble?: IoError | null;
  /** All that is left of it here is in its place too, with its history: a copy, which was restored by an earlier run. */
  readonly restored?: boolean;
  /** Its ref is in its place, and objects of its history are missing there, as a backup of the refs alone leaves it. */
  readonly dangling?: boolean;
  /** Whose it is, where it is a copy and its project is in its place. */
  readonly subject?: Subject | null;
}

export interface TrashCircumstances {
  readonly settings: Settings;
  readonly request: Request;
  readonly clockDoubted: boolean;
  /** When runs with a doubted clock put things into the trash, at the first run that trusts its clock again (ms). */
  readonly doubtedTimes: Span | null;
  /** `keep` matches its workdir by now. */
  readonly kept: boolean;
  /** Paths of its borrowers. */
  readonly borrowers: readonly string[];
  /** One of them that stays, or what says so and cannot be read; null: none. */
  readonly referencedBy: ReferencedBy | null;
  /** It was moved away for something that still lies in the trash: a swap that died in the middle. */
  readonly cutShort: boolean;
  /** A later item of the same place is in the trash too. */
  readonly superseded: boolean;
  /** The base was removed: an automatic restore would create it again, without the other half of an incomplete item. */
  readonly baseGone: boolean;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export function planTrash(found: JudgedTrash, circumstances: TrashCircumstances): PlannedTrash {
  const { item, judged, placeTrouble: trouble = null } = found;
  const { referencedBy } = circumstances;
  const { action, reason } = decide(found, circumstances);
  return {
    item,
    subject: judged?.subject ?? found.subject ?? null,
    verdict: judged?.verdict ?? null,
    judged,
    bytes: judged?.bytes ?? item.bytes,
    until: untilOf(found, circumstances),
    action,
    reason,
    ...(reason === "place-unreadable" && trouble !== null ? { trouble } : {}),
    ...(reason === "referenced" && referencedBy !== null ? { referencedBy } : {}),
    // A marked item is of no use any more.
    after: item.marked ? [] : circumstances.borrowers,
  };
}

/** Until when a copy stays (ms); null where its name does not say when it was put back. */
export function copyUntilOf({ item }: Pick<JudgedTrash, "item">): number | null {
  return item.returned === true ? item.since + SNAPSHOT_GRACE : null;
}

function untilOf({ item, restored }: JudgedTrash, { request: { now }, settings }: TrashCircumstances): number {
  if (restored === true) return copyUntilOf({ item }) ?? now + SNAPSHOT_GRACE;
  return expiresAt(item, settings, now);
}

/** When the settings no longer keep an item (ms), whatever else does. */
export function expiresAt(item: TrashItem, settings: Settings, now: number): number {
  return periodBegin(item, now) + periodOf(item, settings);
}

/**
 * When its retention began (ms). An item cannot have been created after it was moved here: if it was, it came out of a
 * backup, and was restored with everything else a moment ago. A day of slack: the clock of the move may have been
 * another machine's.
 */
export function periodBegin({ since, members }: Pick<TrashItem, "since" | "members">, now: number): number {
  const made = Math.max(...members.map(({ identity }) => bornAt(identity)));
  return made > since + DAY && made <= now ? Math.round(made) : since;
}

/**
 * How long an item waits (ms). Where the settings give the trash no retention, what has to be trashed all the same gets
 * the default: the next run would destroy it otherwise.
 */
function periodOf({ rule }: TrashItem, { trash_days: set }: Settings): number {
  return (set <= 0 && isTrashOnly(rule) ? DEFAULT_SETTINGS.trash_days : set) * DAY;
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
  if (found.restored === true) return decideCopy(item, circumstances);
  if ((found.placeTrouble ?? null) !== null) return withUnreadPlace(found, circumstances);
  if (found.dangling === true && !placeTaken && !circumstances.baseGone)
    return { action: "return", reason: "dangling-ref" };
  // The last of a history that was wanted: no date takes it, only a person.
  if (item.returned === true)
    return keep(placeTaken ? "overwritten" : circumstances.superseded ? "superseded" : "deleted-again");
  if (circumstances.baseGone) return withoutBase(found, circumstances);
  // A run was killed before it took the record, and a later one has taken all of it: this copy is older.
  if (!item.complete && circumstances.superseded && isOfRecords(item)) return expiry(found, circumstances);
  if (!item.complete) return placeTaken ? keep("place-taken") : { action: "return", reason: "half-isolated" };
  if (circumstances.cutShort && !placeTaken) return { action: "return", reason: "half-isolated" };
  if (hasWorkdirBack(item, judged))
    return placeTaken ? decideOccupied(found, circumstances) : { action: "return", reason: "workdir-back" };
  return expiry(found, circumstances);
}

/**
 * That its ref has it says nothing about a program that has read "no ref" before and has not set its own yet: a copy stays
 * for as long as that may take. Its time is that of the restore; where no name says it, the run that carries this out
 * makes it its own.
 */
function decideCopy(item: TrashItem, circumstances: TrashCircumstances): Decision {
  // Nothing overwrites a record but under its lock: a run was killed before it took it, or after it was put back.
  if (isOfRecords(item)) return { action: "destroy", reason: "restored" };
  if (item.returned === true && isDateUnknown(item, circumstances)) return keep("future-date");
  const isOver = (copyUntilOf({ item }) ?? Infinity) <= circumstances.request.now;
  return isOver && !circumstances.clockDoubted ? { action: "destroy", reason: "restored" } : keep("restored");
}

export function isOfRecords({ members }: TrashItem): boolean {
  return members.every(({ as }) => as === "record");
}

/**
 * In a missing base, an item that would be restored automatically waits instead: it is neither restored nor destroyed.
 */
function withoutBase(found: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const decision = expiry(found, circumstances);
  return decision.action === "destroy" && hasWorkdirBack(found.item, found.judged) ? keep("not-proved") : decision;
}

/** Whether it would go back depends on what is there: until that is known it waits, and keeps its date. */
function withUnreadPlace(found: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const { item, judged } = found;
  const waits = item.returned === true || !item.complete || circumstances.cutShort || hasWorkdirBack(item, judged);
  return waits ? keep("place-unreadable") : expiry(found, circumstances);
}

/** Its directory exists again, and so does a new repo in its place: it waits, and is removed when it is old. */
function decideOccupied(found: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const decision = expiry(found, circumstances);
  return found.item.conflicted && decision.action === "destroy" ? decision : keep("place-taken");
}

function expiry({ item, judged }: JudgedTrash, circumstances: TrashCircumstances): Decision {
  const { settings, request, clockDoubted, referencedBy } = circumstances;
  if (isDateUnknown(item, circumstances)) return keep("future-date");
  if (periodBegin(item, request.now) + periodOf(item, settings) > request.now) return keep("waiting");
  if (referencedBy !== null) return keep("referenced");
  if (circumstances.kept) return keep("kept");
  if (clockDoubted) return keep("clock");
  if (item.rule === "orphan" && !isGoneOrStale(judged)) return keep("not-proved");
  return { action: "destroy", reason: "expired" };
}

/** Its retention begins with this run then. */
function isDateUnknown({ since }: TrashItem, { request, doubtedTimes }: TrashCircumstances): boolean {
  // A minute of slack: two machines on one disk do not agree to the second.
  return since > request.now + MINUTE || (doubtedTimes !== null && isWithin(since, doubtedTimes));
}

/**
 * Whether what an item was cleared away for never got to its place: it waits here since before, and nothing shows that the
 * place was filled since. What was put back has the time of that in its name, so a copy of an earlier time waits as well:
 * an exchange brings back a history that was overwritten since it was put back.
 */
export function interruptedSwap({ item }: JudgedTrash, all: readonly JudgedTrash[]): boolean {
  const place = item.members[0]?.place;
  if (item.rule !== "swapped") return false;
  const others = all.flatMap(({ item: other }) =>
    other.id !== item.id && other.members[0]?.place === place ? [other] : [],
  );
  const isFilled = others.some(
    ({ taken, since, returned }) => taken > item.taken || (returned === true && since >= item.taken),
  );
  return !isFilled && others.some(({ since, marked }) => since < item.since && !marked);
}

function isWithin(at: number, { from, to }: Span): boolean {
  return at >= from && at <= to;
}

export function isGoneOrStale(judged: Judged | null): boolean {
  return judged !== null && (judged.verdict === "orphan" || judged.verdict === "stale");
}

/** An item that was removed while its directory was unreachable is restored when the directory exists again. */
function hasWorkdirBack(item: TrashItem, judged: Judged | null): boolean {
  const missed = item.rule === "orphan" || item.rule === "unreachable" || item.rule === "unidentified";
  return missed && judged?.presence.kind === "present";
}

function isSelected({ item, judged, subject = null }: JudgedTrash, request: Request): boolean {
  if (request.selects === null) return true;
  const row =
    judged === null
      ? { id: item.entryId, subject: subject?.value ?? null, lastUsed: null, bytes: item.bytes }
      : selectableOf(judged);
  return request.selects({ ...row, path: originalPath(item) });
}

function keep(reason: TrashReason): Decision {
  return { action: "keep", reason };
}

/** Trash rows with an action, including a retention that begins, or begins again. */
export function isToChange(row: Pick<PlannedTrash, "action" | "reason" | "item">): boolean {
  return row.action !== "keep" || row.reason === "place-taken" || row.reason === "future-date" || isUnmarkedCopy(row);
}
