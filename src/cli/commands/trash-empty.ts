/** Shows the trash, asks, then destroys exactly what was shown. */
import type { RunResult } from "../../model/result.ts";
import { runDocument } from "../../report/json.ts";
import { trashOf } from "../../report/totals.ts";
import { command } from "../../report/look.ts";
import { renderEmptied, renderTrashList } from "../../report/trash-list.ts";
import { counted } from "../../report/nouns.ts";
import { size } from "../../report/words.ts";
import { emptyTrash } from "../../runs/restore.ts";
import { scan } from "../../runs/scan.ts";
import type { Call } from "../call.ts";
import { consentTo, type Consent } from "../consent.ts";
import { refuse, resultCode } from "../endings.ts";
import { parseEmpty } from "../parse.ts";
import { inSession, WAIT_FOR_LOCK_MS } from "../session.ts";

export async function trashEmpty(call: Call): Promise<number> {
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
    if (rows.length === 0) return show({ plan, status: "done", bases: [], durationMs: 0 });
    if (!shared.json && !shared.quiet) session.print(renderTrashList(plan, look));
    const question = `Delete ${counted(rows)} in the trash (${size(bytesOf(rows))})? [d]elete for good / [N]o`;
    const consent: Consent = yes
      ? { kind: "agreed", letter: "d" }
      : await consentTo(question, command("trash empty --yes", look), session);
    if (consent.kind !== "agreed") return refuse("trash empty", plan, consent, session);
    return show(await session.during((common) => emptyTrash({ ...common, plan, waitForLock: WAIT_FOR_LOCK_MS })));
  });
}

function bytesOf(rows: ReturnType<typeof trashOf>): number {
  return rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}
