import { realPath } from "../../fs/door.ts";
import { errnoOf, GcError } from "../../errors.ts";
import type { Plan } from "../../model/plan.ts";
import { renderExplain } from "../../report/explain.ts";
import { explainJson } from "../../report/more-json.ts";
import { scan } from "../../runs/scan.ts";
import type { Call } from "../call.ts";
import { explanationsOf } from "../explanations.ts";
import { parseExplain } from "../parse.ts";
import { exitCodeOfBases, inSession, type Session } from "../session.ts";

export async function explain(call: Call): Promise<number> {
  const { word } = parseExplain(call, process.cwd());
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const { plan, called } = await planFor(word, session);
    const explanations = explanationsOf(plan, called, look.home ?? "");
    if (shared.json) session.printJson(explainJson(explanations, plan.now, session.meta(false)));
    else session.print(renderExplain(explanations, look));
    return exitCodeOfBases(plan.bases);
  });
}

interface Found {
  readonly plan: Plan;
  /** The word that something answered to. */
  readonly called: string;
}

/** Hermes records resolved paths, so a path that leads through a symlink is tried again as what it leads to. */
async function planFor(word: string, session: Session): Promise<Found> {
  const planned = (called: string): Promise<Plan> =>
    session.during((common) => scan({ ...common, everything: true, claims: true, snapshots: "all", what: [called] }));
  try {
    return { plan: await planned(word), called: word };
  } catch (error) {
    const resolved = resolvedOrNull(word);
    if (!(error instanceof GcError) || error.code !== "not-found" || resolved === null || resolved === word)
      throw error;
    return { plan: await planned(resolved), called: resolved };
  }
}

function resolvedOrNull(path: string): string | null {
  if (!path.startsWith("/")) return null;
  try {
    return realPath(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
