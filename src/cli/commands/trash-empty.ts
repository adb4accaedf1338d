/** Shows the trash, asks, then destroys exactly what was shown. */
import type { RunResult } from "../../model/result.ts";
import { runDocument } from "../../report/json.ts";
import { trashOf } from "../../report/totals.ts";
import { command } from "../../report/render-context.ts";
import { renderEmptied, renderTrashList } from "../../report/trash-list.ts";
import { counted } from "../../report/nouns.ts";
import { size } from "../../report/format.ts";
import { emptyTrash } from "../../runs/restore.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { consentTo, wouldAsk, type Consent } from "../consent.ts";
import { refuse, resultCode } from "../exit-codes.ts";
import { parseEmpty } from "../parse.ts";
import { inSession, WAIT_FOR_LOCK_MS } from "../session.ts";

export async function trashEmpty(call: Invocation): Promise<number> {
  const { yes } = parseEmpty(call);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    const rows = trashOf(plan);
    const show = (result: RunResult): number => {
      if (shared.json) session.printJson(runDocument("trash empty", result, session.meta(false)));
      else session.print(renderEmptied(result, look));
      return resultCode(result, session);
    };
    const deleted = rows.filter(({ action }) => action !== "return");
    const nothing = (): number => show({ plan, status: "done", bases: [], durationMs: 0 });
    if (rows.length === 0) return nothing();
    if (!shared.json && (!shared.quiet || wouldAsk(session, yes))) {
      session.print(`${renderTrashList(plan, look, { toDelete: true })}\n`);
    }
    // What is to be restored was shown, and a question about deleting it would be the wrong one.
    if (deleted.length === 0 && !yes) return nothing();
    const question = `Delete ${counted(deleted, look)} in the trash (${size(bytesOf(deleted))})? [d]elete permanently / [N]o`;
    const consent: Consent = yes
      ? { kind: "agreed", letter: "d" }
      : await consentTo({ question, command: command("trash empty --yes", look), done: "removed" }, session);
    if (consent.kind !== "agreed") return refuse("trash empty", plan, consent, session);
    return show(await session.during((common) => emptyTrash({ ...common, plan, waitForLock: WAIT_FOR_LOCK_MS })));
  });
}

function bytesOf(rows: ReturnType<typeof trashOf>): number {
  return rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
