import { resolve } from "node:path";
import { runDocument } from "../../report/json.ts";
import { renderRestored } from "../../report/trash-list.ts";
import { restore } from "../../runs/restore.ts";
import { scan } from "../../runs/scan.ts";
import type { Call } from "../call.ts";
import { resultCode, SOME_FAILED } from "../endings.ts";
import { parseRestore } from "../parse.ts";
import { restoredRun } from "../restored-run.ts";
import { inSession, WAIT_FOR_LOCK_MS } from "../session.ts";

export async function trashRestore(call: Call): Promise<number> {
  const { ids, last, swap, to } = parseRestore(call);
  const destination = to === null ? {} : { to: resolve(to) };
  return inSession(call, async (session) => {
    const { shared, look } = session;
    // Before it: afterwards nobody can tell what was in the trash.
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    const asked = { ids, last, swap, ...destination, waitForLock: WAIT_FOR_LOCK_MS };
    const result = restoredRun(plan, await session.during((common) => restore({ ...common, ...asked })), swap);
    if (shared.json) session.printJson(runDocument("trash restore", result, session.meta(false)));
    else session.print(renderRestored(result, look, destination));
    // Whatever was asked for and is not back has failed for the person who asked.
    const failed = result.bases.some(({ trash }) => trash.some(({ outcome }) => outcome !== "returned"));
    return failed ? SOME_FAILED : resultCode(result, session);
  });
}
