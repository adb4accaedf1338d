/** What automatic sweeps did and will do. */
import type { PlannedBase } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import { command, type Look } from "./look.ts";
import { dueWords } from "./summary.ts";
import { visible } from "./visible.ts";
import { pathText } from "./width.ts";
import { ago, count, day, duration, moment, number, size } from "./words.ts";

/** From here on a base is worth a word (1 GiB, 200 entries): an untended one grows by that in a few weeks. */
const LARGE_BYTES = 2 ** 30;
const LARGE_COUNT = 200;

/** `checkpoint-gc: 12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s; undo until 28 Nov: ...` */
export function sweepLine(record: SweepRecord, look: Look): string {
  const undo =
    record.undoUntil === null ? "" : `; undo until ${day(record.undoUntil, look)}: ${command("trash list", look)}`;
  return `checkpoint-gc: ${sweepCounts(record, look)}, ${duration(record.durationMs)}${undo}`;
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

/** `Last sweep: 19 Nov 13:20 (24 hours ago): ...` and when the next one is due. */
export function sweepLines(base: PlannedBase, look: Look): readonly string[] {
  const { lastSweep, settings } = base;
  const next = settings.auto_prune ? ` ${sentence(dueWords(base, look))}` : " Automatic sweeps are off.";
  if (lastSweep === null) return [`Last sweep: never.${next}`];
  const when = `${moment(lastSweep.at, look)} (${ago(lastSweep.at, look)})`;
  const undo =
    lastSweep.undoUntil === null || lastSweep.undoUntil < look.now
      ? ""
      : `; undo until ${day(lastSweep.undoUntil, look)}`;
  return [`Last sweep: ${when}: ${sweepCounts(lastSweep, look)}${undo}.${next}`];
}

function sentence(words: string): string {
  return words === "due now" ? "Next one: now." : `Next one: ${words.slice("next ".length)}.`;
}

/** One line where a base has grown large and nothing tends it. */
export function growthWarning(base: PlannedBase, look: Look): string | null {
  if (base.settings.auto_prune) return null;
  const bytes = base.entries.reduce((sum, { judged }) => sum + (judged.bytes ?? 0), 0);
  if (bytes <= LARGE_BYTES && base.entries.length <= LARGE_COUNT) return null;
  const what = bytes > LARGE_BYTES ? size(bytes) : count(base.entries.length, "repo");
  const file = pathText(`${base.ref.home}/config.yaml`, look);
  return `${what} and nothing sweeps it: set auto_prune: true below checkpoint_gc: in ${file}`;
}
