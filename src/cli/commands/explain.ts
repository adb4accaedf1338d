import { renderExplain } from "../../report/explain.ts";
import { explainJson } from "../../report/more-json.ts";
import { scanNamed } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { explanationsOf } from "../explanations.ts";
import { parseExplain } from "../parse.ts";
import { exitCodeOfBases, inSession, saySettingsErrors } from "../session.ts";

export async function explain(call: Invocation): Promise<number> {
  const { word } = parseExplain(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const wanted = { everything: true, claims: true, snapshots: "all", what: [word], onlyShow: true } as const;
    const { plan, words } = await session.during((common) => scanNamed({ ...common, ...wanted }, "show"));
    saySettingsErrors(plan.bases, session);
    const explanations = words.flatMap((named) => explanationsOf(plan, named));
    if (shared.json) session.printJson(explainJson(explanations, plan.now, session.meta(false)));
    else session.print(renderExplain(explanations, look));
    return exitCodeOfBases(plan.bases);
  });
}
