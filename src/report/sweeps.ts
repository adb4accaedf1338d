/** What automatic sweeps did and will do. */
import type { PlannedBase } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import {
  growingOf,
  growthOf,
  growthWords,
  isLarge,
  type KindsAt,
  type Missing,
  missingFor,
  NO_KINDS,
  switchOn,
  totalOf,
} from "./growth.ts";
import { counted } from "./nouns.ts";
import { command, type RenderContext } from "./render-context.ts";
import { dueWords } from "./summary.ts";
import { visible } from "./sanitize.ts";
import { ago, day, duration, moment, number, size } from "./format.ts";

/**
 * `checkpoint-gc: 12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s; undo until 28 Nov: ...`
 *
 * `isRead`: on a terminal, right after the run, which is the one that `undo` takes then. In a log or a notice it may be
 * read after further runs: the history has its number.
 */
export function sweepLine(record: SweepRecord, look: RenderContext, isRead = false): string {
  const how = command(isRead ? "undo" : "history", look);
  const undo = record.undoUntil === null ? "" : `; undo until ${day(record.undoUntil, look)}: ${how}`;
  return `${sweepText(record, look)}${undo}`;
}

/** The same without the undo command, for a host's log. */
export function sweepText(record: SweepRecord, look: RenderContext): string {
  return `checkpoint-gc: ${sweepCounts(record, look)}, ${duration(record.durationMs)}`;
}

/** The result of a sweep as fields of a log line. */
export function sweepFields(base: string, record: SweepRecord): Readonly<Record<string, unknown>> {
  const { scanned, byRule: removedByRule, bytesTrashed, bytesReclaimed, failed, durationMs } = record;
  return { base, scanned, removedByRule, bytesTrashed, bytesReclaimed, failed, durationMs };
}

/** `12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed` */
export function sweepCounts(record: SweepRecord, look: RenderContext): string {
  const rules = Object.entries(record.byRule).flatMap(([rule, many]) => (many > 0 ? [`${number(many)} ${rule}`] : []));
  const taken = Object.values(record.byRule).reduce((sum, many) => sum + many, 0);
  // `removed` also counts trash items, so the rules are listed for one group only.
  const ofTrashed = taken === record.trashed;
  const detail = (bytes: number, hasRules: boolean): string =>
    rules.length > 0 && hasRules ? ` (${size(bytes)}: ${rules.join(", ")})` : ` (${size(bytes)})`;
  const parts = [
    ...(record.trashed > 0 ? [`${number(record.trashed)} to trash${detail(record.bytesTrashed, ofTrashed)}`] : []),
    ...(record.removed > 0
      ? [`${number(record.removed)} removed${detail(record.bytesReclaimed, !ofTrashed && taken === record.removed)}`]
      : []),
    ...(record.restored > 0 ? [`${number(record.restored)} put back`] : []),
    ...(record.trashed + record.removed + record.restored === 0 ? ["nothing removed"] : []),
    `${number(record.kept)} kept`,
    `${number(record.failed)} failed`,
    ...(record.error === null ? [] : [`ended early: ${visible(record.error.message, look)}`]),
  ];
  return parts.join(", ");
}

/**
 * `Last sweep: 19 Nov 13:20 (24 hours ago) by ann@box: ...`, when the next one is due, what went wrong, and, unless another base
 * of the report says the same, what turns sweeps on.
 */
export function sweepLines(
  base: PlannedBase,
  look: RenderContext,
  kinds: KindsAt = NO_KINDS,
  repeated: ReadonlySet<PlannedBase> = new Set(),
): readonly string[] {
  const { lastSweep, settingsError } = base;
  // With unknown settings there is nothing to say of automatic runs.
  if (settingsError !== undefined) return [];
  const off = missingOf(base, kinds);
  return [
    `Last sweep: ${lastSweep === null ? neverWords(base, look) : lastWords(lastSweep, look)}. ${nextWords(base, off, look)}`,
    ...loggedLine(base, look),
    ...(off === null || repeated.has(base) ? [] : offLines(base, off, look)),
  ];
}

/** Bases for which the same turns sweeps on as for one before, such as the editors of one agent: it is said once. */
export function withSameHint(
  bases: readonly PlannedBase[],
  look: RenderContext,
  kinds: KindsAt = NO_KINDS,
): ReadonlySet<PlannedBase> {
  const said = new Set<string>();
  return new Set(
    bases.filter((base) => {
      const off = missingOf(base, kinds);
      if (off === null) return false;
      const words = switchOn(base, off, look);
      return said.size === said.add(words).size;
    }),
  );
}

function nextWords(base: PlannedBase, off: Missing | null, look: RenderContext): string {
  if (off === null) return sentence(dueWords(base, look));
  return off.autoPrune ? "Automatic sweeps are off." : "Automatic sweeps take nothing of it.";
}

/** A time to wait for without a sweep on record is that of the marker, which an agent writes too. */
function neverWords({ nextDue }: PlannedBase, look: RenderContext): string {
  const isMarked = nextDue !== null && nextDue > look.now;
  return isMarked ? "none recorded, but the marker in the base says that there was one" : "never";
}

/** A manual run may have been the last since, so the history says its number. */
function lastWords(sweep: SweepRecord, look: RenderContext): string {
  const words = sweepWords(sweep, look);
  return canUndo(sweep, look) ? `${words}: ${command("history", look)}` : words;
}

/** `19 Nov 13:20 (24 hours ago) by ann@box: ...`: what it removed and how long it took, or why it removed nothing. */
function sweepWords(record: SweepRecord, look: RenderContext): string {
  const about = whenAndWho(record, look);
  if (record.error !== null && record.scanned === 0) return `${about}: failed: ${visible(record.error.message, look)}`;
  const undo = canUndo(record, look) ? `; undo until ${day(record.undoUntil ?? 0, look)}` : "";
  return `${about}: ${sweepCounts(record, look)}, ${duration(record.durationMs)}${undo}`;
}

function canUndo({ undoUntil }: SweepRecord, look: RenderContext): boolean {
  return undoUntil !== null && undoUntil >= look.now;
}

function whenAndWho({ at, by }: SweepRecord, look: RenderContext): string {
  // The process has ended, so its number is left out.
  const starter = visible(by.replace(/, pid \d+$/, ""), look);
  return `${moment(at, look)} (${ago(at, look)})${starter === "" ? "" : ` by ${starter}`}`;
}

/** The newest error of an unattended sweep, unless a later one succeeded. */
function loggedLine({ lastError, lastSweep }: PlannedBase, look: RenderContext): readonly string[] {
  if (lastError === undefined || lastError === null || lastError.at < (lastSweep?.at ?? 0)) return [];
  return [`Last error: ${moment(lastError.at, look)}: ${visible(lastError.text, look)}`];
}

function missingOf(base: PlannedBase, kinds: KindsAt): Missing | null {
  return missingFor(growingOf(base, kinds));
}

function offLines(base: PlannedBase, off: Missing, look: RenderContext): readonly string[] {
  // Without its kinds a sweep would show nothing of it.
  const also = off.collect === null ? "" : ` --set collect=${off.collect.join(",")}`;
  return [
    // The warning about the size says it too.
    ...(isLarge(totalOf(growingOf(base, NO_KINDS).sums)) ? [] : [`To turn them on: ${switchOn(base, off, look)}`]),
    `Preview: ${command(`auto --dry-run${also}`, look)}`,
  ];
}

/** ` until 28 Nov`, ` until 21 Nov or later`: how long trashed entries can be restored. */
export function trashUntil(trash: PlannedBase["trash"], look: RenderContext): string {
  const days = new Set(
    trash
      .map(({ until }) => until)
      .toSorted((a, b) => a - b)
      .map((until) => day(until, look)),
  );
  const [first] = days;
  return first === undefined ? "" : ` until ${first}${days.size > 1 ? " or later" : ""}`;
}

function sentence(words: string): string {
  return words === "due now" ? "Next one: now." : `Next one: ${words.slice("next ".length)}.`;
}

/** One line where a base, or a kind in it that sweeps leave out, has grown large and has no automatic cleanup. */
export function growthWarning(base: PlannedBase, look: RenderContext, kinds: KindsAt = NO_KINDS): string | null {
  const growth = growthOf(growingOf(base, kinds));
  if (growth === null) return null;
  const own = base.entries.filter(({ judged }) => growth.kinds?.includes(judged.entry.store) ?? true);
  return `${growthWords(growth, counted(own, look))}. To turn it on: ${switchOn(base, growth.missing, look)}`;
}
