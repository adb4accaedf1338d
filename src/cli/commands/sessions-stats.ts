import { AGENTS } from "../../agents/index.ts";
import { sessionStatsJson } from "../../report/session-stats.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

export async function sessionsStats(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) => scan({ ...common, everything: true, snapshots: "none" }));
    const kinds = AGENTS.flatMap((agent) => agent.kinds);
    const unreferenced = new Set(kinds.filter((kind) => kind.session === "unreferenced").map(({ kind }) => kind));
    if (shared.json) session.printJson(sessionStatsJson(plan, unreferenced, session.meta(false)));
    else {
      const { renderSessionStats, totalsAlone } = await import("../texts.ts");
      session.print(shared.quiet ? totalsAlone(plan, look) : renderSessionStats(plan, unreferenced, look));
    }
    return exitCodeOfBases(plan.bases);
  });
}
