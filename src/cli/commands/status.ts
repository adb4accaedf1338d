import { agentNamed, kindsAt } from "../../agents/agent.ts";
import { AGENTS } from "../../agents/index.ts";
import type { KindsAt } from "../../report/sweeps.ts";
import { runDocument } from "../../report/json.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { parseStatus } from "../parse.ts";
import { exitCodeOfBases, inSession } from "../session.ts";

const kindsHere: KindsAt = (ref) => {
  const agent = agentNamed(AGENTS, ref.agent);
  return agent === null ? [] : kindsAt(agent, ref.path);
};

export async function status(call: Invocation): Promise<number> {
  const { all } = parseStatus(call);
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const plan = await session.during((common) =>
      scan({ ...common, everything: true, snapshots: session.shared.json ? "all" : "none" }),
    );
    if (shared.json) session.printJson(runDocument("status", plan, session.meta(false)));
    else {
      const { totalsAlone, renderStatus } = await import("../texts.ts");
      session.print(shared.quiet ? totalsAlone(plan, look) : renderStatus(plan, look, { all, kindsAt: kindsHere }));
    }
    return exitCodeOfBases(plan.bases);
  });
}
