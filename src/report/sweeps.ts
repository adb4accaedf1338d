/** What automatic sweeps did and will do. */
import type { PlannedBase } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import { counted } from "./nouns.ts";
import { command, type Look } from "./look.ts";
import { dueWords } from "./summary.ts";
import { visible } from "./visible.ts";
import { pathText } from "./paths.ts";
import { ago, day, duration, moment, number, size } from "./words.ts";

/** From here on a base is worth a word (1 GiB, 200 entries): an untended one grows by that in a few weeks. */
const LARGE_BYTES = 2 ** 30;
const LARGE_COUNT = 200;

/** `checkpoint-gc: 12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s; undo until 28 Nov: ...` */
export function sweepLine(record: SweepRecord, look: Look): string {
  const undo =
    record.undoUntil === null ? "" : `; undo until ${day(record.undoUntil, look)}: ${command("trash list", look)}`;
  return `${sweepText(record, look)}${undo}`;
}

/** The same without how to undo it, for a host's log. */
export function sweepText(record: SweepRecord, look: Look): string {
  return `checkpoint-gc: ${sweepCounts(record, look)}, ${duration(record.durationMs)}`;
}

/** What a sweep came to, as fields of a log line. */
export function sweepFields(base: string, record: SweepRecord): Readonly<Record<string, unknown>> {
  const { scanned, byRule: removedByRule, bytesTrashed, bytesReclaimed, failed, durationMs } = record;
  return { base, scanned, removedByRule, bytesTrashed, bytesReclaimed, failed, durationMs };
}

function sweepCounts(record: SweepRecord, look: Look): string {
  const rules = Object.entries(record.byRule).flatMap(([rule, many]) => (many > 0 ? [`${number(many)} ${rule}`] : []));
  const taken = Object.values(record.byRule).reduce((sum, many) => sum + many, 0);
  // What each rule took is told of the one group that it is about; the removed may come out of the trash.
  const detail = (many: number, bytes: number): string =>
    rules.length > 0 && taken === many ? ` (${size(bytes)}: ${rules.join(", ")})` : ` (${size(bytes)})`;
  const parts = [
    ...(record.trashed > 0 ? [`${number(record.trashed)} to trash${detail(record.trashed, record.bytesTrashed)}`] : []),
    ...(record.removed > 0
      ? [`${number(record.removed)} removed${detail(record.removed, record.bytesReclaimed)}`]
      : []),
    ...(record.restored > 0 ? [`${number(record.restored)} put back`] : []),
    ...(record.trashed + record.removed + record.restored === 0 ? ["nothing removed"] : []),
    `${number(record.kept)} kept`,
    `${number(record.failed)} failed`,
    ...(record.error === null ? [] : [`ended early: ${visible(record.error.message, look)}`]),
  ];
  return parts.join(", ");
}

/** `Last sweep: 19 Nov 13:20 (24 hours ago) by ann@box: ...`, when the next one is due, and what went wrong. */
export function sweepLines(base: PlannedBase, look: Look): readonly string[] {
  const { lastSweep, settings } = base;
  const next = settings.auto_prune ? sentence(dueWords(base, look)) : "Automatic sweeps are off.";
  return [
    `Last sweep: ${lastSweep === null ? "never" : lastWords(lastSweep, look)}. ${next}`,
    ...loggedLine(base, look),
    ...(settings.auto_prune ? [] : [offLine(base, look)]),
  ];
}

/** Of all sweeps this is the one that `--last` undoes. */
function lastWords(sweep: SweepRecord, look: Look): string {
  const words = sweepWords(sweep, look);
  return canUndo(sweep, look) ? `${words}: ${command("trash restore --last", look)}` : words;
}

/** `19 Nov 13:20 (24 hours ago) by ann@box: ...`: what it took and how long, or why it took nothing. */
export function sweepWords(record: SweepRecord, look: Look): string {
  const about = whenAndWho(record, look);
  if (record.error !== null && record.scanned === 0) return `${about}: failed: ${visible(record.error.message, look)}`;
  const undo = canUndo(record, look) ? `; undo until ${day(record.undoUntil ?? 0, look)}` : "";
  return `${about}: ${sweepCounts(record, look)}, ${duration(record.durationMs)}${undo}`;
}

function canUndo({ undoUntil }: SweepRecord, look: Look): boolean {
  return undoUntil !== null && undoUntil >= look.now;
}

function whenAndWho({ at, by }: SweepRecord, look: Look): string {
  // The process has long ended: its number tells nobody anything.
  const who = visible(by.replace(/, pid \d+$/, ""), look);
  return `${moment(at, look)} (${ago(at, look)})${who === "" ? "" : ` by ${who}`}`;
}

/** The newest error of a sweep that nobody watched, unless a later one went well. */
function loggedLine({ lastError, lastSweep }: PlannedBase, look: Look): readonly string[] {
  if (lastError === undefined || lastError === null || lastError.at < (lastSweep?.at ?? 0)) return [];
  return [`Last error: ${moment(lastError.at, look)}: ${visible(lastError.text, look)}`];
}

function offLine(base: PlannedBase, look: Look): string {
  const preview = `What one would do: ${command("auto --dry-run", look)}`;
  // The warning about its size says how to switch it on.
  return growthWarning(base, look) === null ? `To switch them on: ${switchOn(base, look)}. ${preview}` : preview;
}

function switchOn({ ref }: PlannedBase, look: Look): string {
  return `auto_prune: true below checkpoint_gc: in ${pathText(`${ref.home}/config.yaml`, look)}`;
}

/** ` until 28 Nov`, ` until 21 Nov or later`: how long what is in the trash can be put back. */
export function trashUntil({ trash }: PlannedBase, look: Look): string {
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

/** One line where a base has grown large and nothing tends it. */
export function growthWarning(base: PlannedBase, look: Look): string | null {
  if (base.settings.auto_prune) return null;
  const bytes = base.entries.reduce((sum, { judged }) => sum + (judged.bytes ?? 0), 0);
  if (bytes <= LARGE_BYTES && base.entries.length <= LARGE_COUNT) return null;
  const what = bytes > LARGE_BYTES ? size(bytes) : counted(base.entries);
  return `${what} and nothing sweeps it: set ${switchOn(base, look)}`;
}
