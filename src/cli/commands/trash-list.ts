import { inOrder, withTrashInOrder } from "../../report/sort.ts";
import { runDocument } from "../../report/json.ts";
import { renderNothingFound } from "../../report/notices.ts";
import { isEmpty, placesOf } from "../../report/is-empty.ts";
import { trashOf } from "../../report/totals.ts";
import { renderTrashList, renderTrashTotal } from "../../report/trash-list.ts";
import { narrowedTrash } from "../../runs/narrow-trash.ts";
import type { Invocation } from "../invocation.ts";
import { parseRowOptions } from "../parse-selection.ts";
import { exitCodeOfBases, inSession, saySettingsErrors } from "../session.ts";

export async function trashList(call: Invocation): Promise<number> {
  const { limits, sort, format } = parseRowOptions(call);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const { plan, isNarrowed } = await session.during((common) =>
      narrowedTrash({ ...common, ...limits, onlyShow: true }),
    );
    saySettingsErrors(plan.bases, session);
    if (shared.json || format !== null) {
      const document = runDocument("trash list", withTrashInOrder(inOrder(plan, sort), sort), session.meta(false));
      if (format === null) session.printJson(document);
      else session.printRows(document.trash, format, () => true);
    } else if (isEmpty(plan)) session.print(renderNothingFound(placesOf(plan), look));
    else if (isNarrowed && trashOf(plan).length === 0) session.print("Nothing in the trash is old or large enough.\n");
    else session.print(shared.quiet ? renderTrashTotal(plan, look) : renderTrashList(plan, look, { sort }));
    return exitCodeOfBases(plan.bases);
  });
}
