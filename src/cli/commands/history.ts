import { historyJson, renderHistory } from "../../report/history.ts";
import { historyOf } from "../../runs/history.ts";
import type { Invocation } from "../invocation.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function history(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const views = await session.during(historyOf);
    if (shared.json) session.printJson(historyJson(views, session.meta(false)));
    else session.print(renderHistory(views, look, { alone: shared.quiet }));
    return exitCodeOfBases(views);
  });
}
