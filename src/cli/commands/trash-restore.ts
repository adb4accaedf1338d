import { resolve } from "node:path";
import { runDocument } from "../../report/json.ts";
import { renderRestorePlan, restorePlanJson, restorePlanOf } from "../../report/restore-plan.ts";
import { renderRestored } from "../../report/trash-results.ts";
import { previewRestore } from "../../runs/plan-restore.ts";
import { restore } from "../../runs/restore.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { resultCode, SOME_FAILED } from "../exit-codes.ts";
import { parseRestore } from "../parse-trash.ts";
import { restoredRun } from "../restored-run.ts";
import { inSession, WAIT_FOR_LOCK_MS } from "../session.ts";

export async function trashRestore(call: Invocation): Promise<number> {
  const { ids, last, all, swap, to, dryRun } = parseRestore(call, process.cwd());
  const destination: { readonly to?: string } = to === null ? {} : { to: resolve(to) };
  return inSession(call, async (session) => {
    const { shared, look } = session;
    // Read before restoring: afterwards the trash no longer says what it held.
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    const asked = { ids, last, all, swap, ...destination, waitForLock: WAIT_FOR_LOCK_MS };
    if (dryRun) {
      const preview = restorePlanOf(plan, await session.during((common) => previewRestore({ ...common, ...asked })));
      const flags = all ? ["--all"] : last ? ["--last"] : [];
      const options = { names: ids, flags, to: destination.to ?? null, alone: shared.quiet };
      if (!shared.json) session.print(renderRestorePlan(preview, look, options));
      else {
        const document = runDocument("trash restore", preview.plan, session.meta(true));
        session.printJson({ ...document, planned: restorePlanJson(preview) });
      }
      return 0;
    }
    const result = restoredRun(plan, await session.during((common) => restore({ ...common, ...asked })), swap);
    if (shared.json) session.printJson(runDocument("trash restore", result, session.meta(false)));
    else session.print(renderRestored(result, look, destination));
    // A requested item that was not restored is a failure of the command.
    if (result.status === "interrupted") return resultCode(result, session);
    const failed = result.bases.some(({ trash }) => trash.some(({ outcome }) => outcome !== "returned"));
    return failed ? SOME_FAILED : resultCode(result, session);
  });
}
