/** Shows which repos have loose objects, asks, and packs exactly those. Without a yes nothing changes. */
import type { CompactionPlan, CompactionResult } from "../../model/compaction.ts";
import {
  anyFailed,
  compactQuestion,
  hasCompactWork,
  isNowhere,
  renderCompacted,
  renderCompactPlan,
} from "../../report/compact.ts";
import { compactJson } from "../../report/compact-json.ts";
import { commandOn } from "../../report/named-command.ts";
import { compactionInOrder } from "../../report/sort.ts";
import { compact as carryOut } from "../../runs/compact.ts";
import { planCompaction } from "../../runs/plan-compaction.ts";
import type { Invocation } from "../invocation.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { codeOf, refuseWith, SOME_FAILED } from "../exit-codes.ts";
import { type CompactCall, parseCompact } from "../parse.ts";
import { exitCodeOfBases, inSession, WAIT_FOR_LOCK_MS, type Session } from "../session.ts";

export async function compact(call: Invocation): Promise<number> {
  const asked = parseCompact(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => planCompaction({ ...common, ...asked.scan }));
    const { rows, dryRun, sort, format } = asked;
    const view = { rows, dryRun, sort, alone: shared.quiet };
    const shown = compactionInOrder(plan, sort);
    if (asked.dryRun) {
      const document = (): ReturnType<typeof compactJson> => compactJson(shown, session.meta(true));
      if (format !== null) session.printRows(document().entries, format, ({ action }) => action === "pack");
      else if (shared.json) session.printJson(document());
      else session.print(renderCompactPlan(shown, look, view));
      return exitCodeOfBases(plan.bases);
    }
    if (!hasCompactWork(plan)) return showNothing(plan, asked, session);
    const asks = wouldAsk(session, asked.yes);
    if (!shared.json && format === null && (!shared.quiet || asks))
      session.print(renderCompactPlan(shown, look, { ...view, alone: shared.quiet && !asks }));
    const same = commandOn("compact", asked.scan.what ?? [], look, [...asked.typed, "--yes"]);
    const consent: Consent = asked.yes
      ? { kind: "agreed", letter: "y" }
      : await consentTo({ question: compactQuestion(plan), command: same, done: "packed" }, session);
    if (consent.kind !== "agreed") return refuse(plan, consent, session);
    const result = await session.during((common) => carryOut(plan, { ...common, waitForLock: WAIT_FOR_LOCK_MS }));
    const document = (): ReturnType<typeof compactJson> => compactJson(result, session.meta(false));
    if (format !== null) session.printRows(document().entries, format, ({ outcome }) => outcome === "packed");
    else if (shared.json) session.printJson(document());
    else session.print(renderCompacted(result, look, view));
    return endOf(result, session);
  });
}

function refuse(plan: CompactionPlan, consent: Exclude<Consent, { kind: "agreed" }>, session: Session): number {
  const declined: CompactionResult = { plan, status: "declined", bases: [], durationMs: 0 };
  return refuseWith(compactJson(declined, session.meta(false)), consent, session, "packed");
}

function endOf(result: CompactionResult, session: Session): number {
  const code = codeOf(result, session);
  return code === 0 && anyFailed(result) ? SOME_FAILED : code;
}

function showNothing(plan: CompactionPlan, { rows, format }: CompactCall, session: Session): number {
  const { shared, look } = session;
  if (format !== null) return exitCodeOfBases(plan.bases);
  const idle: CompactionResult = { plan, status: "done", bases: [], durationMs: 0 };
  if (shared.json) session.printJson(compactJson(idle, session.meta(false)));
  else {
    if (!shared.quiet || isNowhere(plan))
      session.print(renderCompactPlan(plan, look, { rows, dryRun: false, alone: shared.quiet }));
    if (!isNowhere(plan)) session.print("Nothing to pack.\n");
  }
  return exitCodeOfBases(plan.bases);
}
