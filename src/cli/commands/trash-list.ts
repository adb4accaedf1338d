import { runDocument } from "../../report/json.ts";
import { renderNothingFound } from "../../report/notices.ts";
import { isEmpty, placesOf } from "../../report/is-empty.ts";
import { renderTrashList, renderTrashTotal } from "../../report/trash-list.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function trashList(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => scan({ ...common, snapshots: "none" }));
    if (shared.json) session.printJson(runDocument("trash list", plan, session.meta(false)));
    else if (isEmpty(plan)) session.print(renderNothingFound(placesOf(plan), look));
    else session.print(shared.quiet ? renderTrashTotal(plan, look) : renderTrashList(plan, look));
    return exitCodeOfBases(plan.bases);
  });
}
