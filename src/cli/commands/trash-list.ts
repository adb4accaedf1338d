import { runDocument } from "../../report/json.ts";
import { renderNothingFound } from "../../report/notices.ts";
import { isNowhere, placesOf } from "../../report/nowhere.ts";
import { renderTrashList } from "../../report/trash-list.ts";
import { scan } from "../../runs/scan.ts";
import type { Call } from "../call.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function trashList(call: Call): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    if (shared.json) session.printJson(runDocument("trash list", plan, session.meta(false)));
    else session.print(isNowhere(plan) ? renderNothingFound(placesOf(plan), look) : renderTrashList(plan, look));
    return exitCodeOfBases(plan.bases);
  });
}
