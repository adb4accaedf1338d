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
import { command } from "../../report/render-context.ts";
import { compact as carryOut } from "../../runs/compact.ts";
import { planCompaction } from "../../runs/plan-compaction.ts";
import type { Invocation } from "../invocation.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { codeOf, refuseWith, SOME_FAILED } from "../exit-codes.ts";
import { type CompactCall, parseCompact } from "../parse.ts";
import { shellWord } from "../../report/paths.ts";
import { exitCodeOfBases, inSession, WAIT_FOR_LOCK_MS, type Session } from "../session.ts";

export async function compact(call: Invocation): Promise<number> {
  const asked = parseCompact(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => planCompaction({ ...common, what: asked.what }));
    const view = { rows: asked.rows, dryRun: asked.dryRun, alone: shared.quiet };
    if (asked.dryRun) {
      if (shared.json) session.printJson(compactJson(plan, session.meta(true)));
      else session.print(renderCompactPlan(plan, look, view));
      return exitCodeOfBases(plan.bases);
    }
    if (!hasCompactWork(plan)) return showNothing(plan, asked, session);
    const asks = wouldAsk(session, asked.yes);
    if (!shared.json && (!shared.quiet || asks))
      session.print(renderCompactPlan(plan, look, { ...view, alone: shared.quiet && !asks }));
    const same = command(["compact", ...asked.what.map(shellWord), "--yes"].join(" "), look);
    const consent: Consent = asked.yes
      ? { kind: "agreed", letter: "y" }
      : await consentTo({ question: compactQuestion(plan), command: same, done: "packed" }, session);
    if (consent.kind !== "agreed") return refuse(plan, consent, session);
    const result = await session.during((common) => carryOut(plan, { ...common, waitForLock: WAIT_FOR_LOCK_MS }));
    if (shared.json) session.printJson(compactJson(result, session.meta(false)));
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

function showNothing(plan: CompactionPlan, { rows }: CompactCall, session: Session): number {
  const { shared, look } = session;
  const idle: CompactionResult = { plan, status: "done", bases: [], durationMs: 0 };
  if (shared.json) session.printJson(compactJson(idle, session.meta(false)));
  else {
    if (!shared.quiet || isNowhere(plan))
      session.print(renderCompactPlan(plan, look, { rows, dryRun: false, alone: shared.quiet }));
    if (!isNowhere(plan)) session.print("Nothing to pack.\n");
  }
  return exitCodeOfBases(plan.bases);
}
