/** For hooks and timers: nothing on stdout but JSON that was asked for, and one line when there is something to say. */
import type { Logger } from "../../model/surroundings.ts";
import type { CommonOptions } from "../../options.ts";
import { toJson } from "../../report/json.ts";
import { renderPreview } from "../../report/overview.ts";
import { sweepLine } from "../../report/sweeps.ts";
import { autoPrune } from "../../runs/auto.ts";
import { scan } from "../../runs/scan.ts";
import type { Call } from "../call.ts";
import { errorText } from "../failure.ts";
import { parseAuto, type AutoCall } from "../parse.ts";
import { exitCodeOfBases, inSession, type Session } from "../session.ts";
import { resultCode } from "../endings.ts";
import { sweepSum } from "../sweep-sum.ts";
import { totalsAlone } from "../totals-alone.ts";

export async function auto(call: Call): Promise<number> {
  const asked = parseAuto(call);
  return inSession(call, async (session) => (asked.dryRun ? preview(session) : sweep(asked, session)));
}

/** What a sweep would do now, whatever marker or switch say. */
async function preview(session: Session): Promise<number> {
  const { shared, look } = session;
  const plan = await session.during((common) => scan({ ...common, mode: "automatic" }));
  if (shared.json) session.printJson(toJson("auto", plan, session.meta(true)));
  else if (shared.quiet) session.print(`${totalsAlone(plan, look)}Dry run: nothing was changed.\n`);
  else session.print(renderPreview(plan, look, { rows: shared.verbose ? "all" : 20, dryRun: true }));
  return exitCodeOfBases(plan.bases);
}

async function sweep({ force, optIn }: AutoCall, session: Session): Promise<number> {
  const { shared, look } = session;
  const result = await session.during((common) => autoPrune({ ...withoutFailures(common), force, optIn }));
  const sum = sweepSum(result);
  if (sum !== null && !shared.quiet) session.say(`${sweepLine(sum, look)}\n`);
  for (const { status, error } of result.bases) {
    if (status === "error" && error !== null) session.say(errorText(error, look));
  }
  if (shared.json) session.printJson(toJson("auto", result, session.meta(false)));
  // Another run is at it: what was asked for is being done.
  return result.status === "locked" ? 0 : resultCode(result, session);
}

/** The log tells of a base that failed as well; it is told once, from the result. */
function withoutFailures(common: CommonOptions): CommonOptions {
  const { logger } = common;
  if (logger === undefined) return common;
  const warn: Logger["warn"] = (fields, message) => {
    if (fields["event"] !== "sweep-failed") logger.warn(fields, message);
  };
  return { ...common, logger: { ...logger, warn } };
}
