/** Shows the trash, or what of it was named, asks, then destroys exactly what was shown. */
import type { Plan } from "../../model/plan.ts";
import { isLent, type PlannedTrash } from "../../model/trash.ts";
import type { RunResult } from "../../model/result.ts";
import { emptyingPlan } from "../../plan/emptying-plan.ts";
import { runDocument } from "../../report/json.ts";
import { trashOf } from "../../report/totals.ts";
import { UNCHANGED } from "../../report/notices.ts";
import { commandOn } from "../../report/named-command.ts";
import { renderTrashList } from "../../report/trash-list.ts";
import { renderEmptied } from "../../report/trash-results.ts";
import { counted } from "../../report/nouns.ts";
import { size } from "../../report/format.ts";
import { narrowedTrash } from "../../runs/narrow-trash.ts";
import { emptyTrash } from "../../runs/restore.ts";
import type { Invocation } from "../invocation.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { refuse, resultCode } from "../exit-codes.ts";
import { parseEmpty } from "../parse-trash.ts";
import { exitCodeOfBases, inSession, WAIT_FOR_LOCK_MS, type Session } from "../session.ts";

export async function trashEmpty(call: Invocation): Promise<number> {
  const asked = parseEmpty(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const { yes, what, limits, typed } = asked;
    const { plan: waiting, isNarrowed } = await session.during((common) =>
      narrowedTrash({ ...common, what, ...limits }),
    );
    const plan = emptyingPlan(waiting);
    const rows = trashOf(plan);
    const list = (): string => renderTrashList(shownPlan(waiting, plan), look, { toDelete: true });
    const show = (result: RunResult): number => {
      if (shared.json) session.printJson(runDocument("trash empty", result, session.meta(false)));
      else session.print(isNarrowed && rows.length === 0 ? NOTHING_SUCH : renderEmptied(result, look));
      return resultCode(result, session);
    };
    if (asked.dryRun) return showDryRun(plan, isNarrowed && rows.length === 0 ? NOTHING_SUCH : list(), session);
    const deleted = rows.filter(isDeleted);
    const nothing = (): number => show({ plan, status: "done", bases: [], durationMs: 0 });
    if (rows.length === 0) return nothing();
    if (!shared.json && (!shared.quiet || wouldAsk(session, yes))) {
      session.print(`${list()}\n`);
    }
    // What is to be restored or stays was shown, and a question about deleting it would be the wrong one.
    if (deleted.length === 0 && !yes) return nothing();
    const question = `Delete ${counted(deleted, look)} in the trash (${size(bytesOf(deleted))})? [d]elete permanently / [N]o`;
    const same = commandOn("trash empty", what, look, [...typed, "--yes"]);
    const consent: Consent = yes
      ? { kind: "agreed", letter: "d" }
      : await consentTo({ question, command: same, done: "removed" }, session);
    if (consent.kind !== "agreed") return refuse("trash empty", plan, consent, session);
    return show(
      await session.during((common) => emptyTrash({ ...common, plan: waiting, waitForLock: WAIT_FOR_LOCK_MS })),
    );
  });
}

const NOTHING_SUCH = "Nothing in the trash is old or large enough.\n";

/** The reasons why all waits there, as `trash list` shows them, but for what is not deleted. */
function shownPlan(waiting: Plan, emptied: Plan): Plan {
  const lent = new Map(
    trashOf(emptied)
      .filter(isLent)
      .map((row) => [row.item, row]),
  );
  const bases = waiting.bases.map((base) => ({ ...base, trash: base.trash.map((row) => lent.get(row.item) ?? row) }));
  return { ...waiting, bases };
}

function isDeleted(row: PlannedTrash): boolean {
  return row.action !== "return" && !isLent(row);
}

function showDryRun(plan: Plan, list: string, { shared, look, ...session }: Session): number {
  const deleted = trashOf(plan).filter(isDeleted);
  if (shared.json) session.printJson(runDocument("trash empty", plan, session.meta(true)));
  else {
    const sum = `\nWould delete permanently: ${counted(deleted, look)}, ${size(bytesOf(deleted))}.\n`;
    session.print(`${shared.quiet ? "" : list}${deleted.length === 0 ? "" : sum}${UNCHANGED}\n`);
  }
  return exitCodeOfBases(plan.bases);
}

function bytesOf(rows: ReturnType<typeof trashOf>): number {
  return rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
