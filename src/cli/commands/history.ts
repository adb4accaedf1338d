import { historyJson, renderHistory } from "../../report/history.ts";
import { historyOf } from "../../runs/history.ts";
import type { Invocation } from "../invocation.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function history(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const found = await session.during(historyOf);
    if (shared.json) session.printJson(historyJson(found, session.meta(false)));
    else session.print(renderHistory(found, look, { alone: shared.quiet }));
    return exitCodeOfBases(found.bases);
  });
}
