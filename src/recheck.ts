/** Whether a planned step is still valid, checked for each entry right before and right after it is moved. */
import { isOld } from "./classify/age.ts";
import { settingsOfKind } from "./model/settings.ts";
import { type JudgeContext, revalidate } from "./judge.ts";
import type { Entry } from "./model/entry.ts";
import type { Mode, PlannedEntry } from "./model/plan.ts";
import type { PlannedTrash } from "./model/trash.ts";
import { INCLUDED } from "./model/reasons.ts";
import { overCapRuling } from "./plan/entry-limit.ts";
import type { LatestByPath } from "./plan/latest.ts";
import { rule } from "./plan/policies.ts";
import type { Request } from "./plan/request.ts";
import { methodFor } from "./reclaim/methods/index.ts";
import { entryOf } from "./reclaim/trash.ts";

/** What a removal is checked against at the last moment. */
export interface RevalidationContext {
  /** When entries were restored, including since the plan was made, by path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  readonly mode: Mode;
  readonly alsoCollects: readonly string[];
  readonly context: JudgeContext;
  readonly keptBy: (path: string) => string | null;
  /** The newest of its group in the plan: where one is gone by now, others have moved up. */
  readonly latest: LatestByPath;
}

/** Why a removal is cancelled: it was used since it was judged, or its rule would not select it now. */
export async function removalBlocker(
  row: PlannedEntry,
  entry: Entry,
  revalidation: RevalidationContext,
): Promise<string | null> {
  const { mode, context } = revalidation;
  const again = await revalidate(entry, row.judged, context);
  if (again === null) return "its kind of store is unknown here";
  const before = row.judged.lastUsed?.at ?? null;
  if (before !== null && again.lastUsed !== null && again.lastUsed.at > before) return "it was used in the meantime";
  const holdInput = {
    keptBy: again.subject === null ? null : revalidation.keptBy(again.subject.value),
    // Borrowers are searched once for all that was moved (reclaim/remove-entries.ts).
    referencedBy: null,
    unreadableBorrows: null,
    restoredAt: revalidation.restored[row.judged.entry.members[0].path] ?? null,
    // An obstacle that the plan did not find is reported by the move itself.
    obstacle: null,
    within: null,
  };
  const [member] = row.judged.entry.members;
  const latest = [...(revalidation.latest.get(member.path) ?? [])];
  // All of a group are of one kind: each is a file, or each a record.
  if (latest.some((path) => methodFor(member).identityAt(path) === null)) return "one of the newer ones is gone by now";
  const request: Request = {
    mode,
    now: context.now,
    disposal: null,
    include: INCLUDED,
    only: row.ruling.rule,
    alsoCollects: revalidation.alsoCollects,
    selects: null,
  };
  const { settings } = context;
  const isCapped = row.ruling.rule === "over-cap";
  const ruling = (isCapped ? overCapRuling : rule)(again, holdInput, settings, request);
  if (ruling.action === "remove") return null;
  const hold = ruling.holds[0];
  return hold === undefined ? `it is ${again.verdict} now (${again.reason})` : `it is held now (${hold.code})`;
}

/**
 * An orphan is destroyed only if its absence is proved again, or it has become stale meanwhile; and nothing that `keep`
 * matches by now, unless the trash is being emptied.
 */
export async function stillExpired(
  { item, subject, verdict, reason }: PlannedTrash,
  context: JudgeContext,
  keptBy: (path: string) => string | null,
): Promise<boolean> {
  if (reason !== "emptied" && reason !== "unfinished" && subject !== null && keptBy(subject.value) !== null)
    return false;
  if (item.rule !== "orphan" || reason === "emptied") return true;
  const entry = entryOf(item);
  const again = entry === null ? null : await revalidate(entry, null, context);
  if (again === null) return false;
  return (
    again.verdict === "orphan" ||
    (verdict === "stale" && isOld(again.lastUsed, settingsOfKind(context.settings, item.store), context.now))
  );
}
