import { runDocument } from "../../report/json.ts";
import { otherDocument } from "../../report/others.ts";
import { otherPlaces } from "../../runs/others.ts";
import { inOrder } from "../../report/sort.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { parseStatus } from "../parse.ts";
import { kindsHere } from "../kinds-here.ts";
import { exitCodeOfBases, inSession, saySettingsErrors } from "../session.ts";

export async function status(call: Invocation): Promise<number> {
  const { all, limits, typed, sort, format } = parseStatus(call);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) =>
      scan({
        ...common,
        onlyShow: true,
        ...limits,
        everything: true,
        snapshots: session.shared.json || format === "jsonl" ? "all" : "none",
      }),
    );
    saySettingsErrors(plan.bases, session);
    const isNarrowed = [shared.agents, shared.homes, shared.bases, typed].some((named) => named.length > 0);
    const others = isNarrowed || shared.quiet || format !== null ? [] : await session.during(otherPlaces);
    if (shared.json || format !== null) {
      const document = runDocument(
        "status",
        inOrder(plan, sort ?? (format === null ? null : "size")),
        session.meta(false),
      );
      if (format === null) session.printJson({ ...document, others: others.map(otherDocument) });
      else session.printRows(document.entries, format, ({ selected }) => selected);
    } else {
      const { totalsAlone, renderStatus } = await import("../texts.ts");
      session.print(
        shared.quiet
          ? totalsAlone(plan, look)
          : renderStatus(plan, look, { all, kindsAt: kindsHere, others, sort, limits: typed }),
      );
    }
    return exitCodeOfBases(plan.bases);
  });
}
