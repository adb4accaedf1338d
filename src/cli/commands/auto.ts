/**
 * For hooks and timers: stdout gets nothing but JSON where it was asked for, and one line when there is something to
 * report.
 */
import { resolve } from "node:path";
import { messageOf } from "../../errors.ts";
import { ineffectiveSwitch } from "../../gate/off-switch.ts";
import type { RunResult } from "../../model/result.ts";
import type { Logger } from "../../model/surroundings.ts";
import { runDocument } from "../../report/json.ts";
import { autoPrune } from "../../runs/auto.ts";
import { writeMetrics } from "../../runs/auto-metrics.ts";
import { scan } from "../../runs/scan.ts";
import type { Invocation } from "../invocation.ts";
import { baseEvents, eventLogger } from "../events.ts";
import { errorText } from "../failure.ts";
import { parseAuto, type AutoCall } from "../parse.ts";
import { exitCodeOfBases, inSession, type Session } from "../session.ts";
import { resultCode, SOME_FAILED } from "../exit-codes.ts";
import { sweepSum } from "../sweep-sum.ts";

export async function auto(call: Invocation): Promise<number> {
  const asked = parseAuto(call);
  return inSession(call, async (session) => (asked.dryRun ? preview(session) : sweep(asked, session)));
}

/** What a sweep would do now, whatever the marker and `auto_prune` say. */
async function preview(session: Session): Promise<number> {
  const { shared, look } = session;
  const plan = await session.during((common) => scan({ ...common, mode: "automatic" }));
  if (shared.json) session.printJson(runDocument("auto", plan, session.meta(true)));
  else {
    const { renderPreview, totalsAlone, UNCHANGED } = await import("../texts.ts");
    if (shared.quiet) session.print(`${totalsAlone(plan, look)}${UNCHANGED}\n`);
    else session.print(renderPreview(plan, look, { rows: shared.verbose ? "all" : 20, dryRun: true }));
  }
  return exitCodeOfBases(plan.bases);
}

async function sweep(asked: AutoCall, session: Session): Promise<number> {
  const { force, optIn, events } = asked;
  const { shared, look } = session;
  // Loaded before anything is done: an upgrade that replaces these files meanwhile must not prevent the report.
  const { idleLines, ineffectiveWords, sweepLine, uncollectedLines } = await import("../texts.ts");
  const result = await session.during((common) => {
    const logger = events ? eventLogger((line) => session.print(line)) : withoutFailures(common.logger);
    return autoPrune({ ...common, ...(logger === undefined ? {} : { logger }), force, optIn });
  });
  const sum = sweepSum(result);
  if (sum !== null && !shared.quiet && !events) session.say(`${sweepLine(sum, look, process.stderr.isTTY)}\n`);
  if (shared.verbose && !events) {
    const ineffective = ineffectiveSwitch(process.env);
    if (ineffective !== null) session.say(`${ineffectiveWords(ineffective, look)}\n`);
    for (const line of idleLines(result, optIn, look)) session.say(`${line}\n`);
  }
  if (result.status === "interrupted" && !shared.quiet && !events)
    session.say("Interrupted: what was not reached is left to the next sweep.\n");
  if (!events) for (const line of uncollectedLines(result, look)) session.say(`${line}\n`);
  for (const { status, error } of result.bases) {
    if (status === "error" && error !== null && !events) session.say(errorText(error, look));
  }
  if (shared.json) session.printJson(runDocument("auto", result, session.meta(false)));
  if (events) session.print(baseEvents(result));
  const measured = asked.metricsFile === null || (await measure(asked.metricsFile, result, session));
  // Another run is doing what was asked for.
  const code = result.status === "locked" ? 0 : resultCode(result, session);
  return code === 0 && !measured ? SOME_FAILED : code;
}

/** False where the file could not be written; the sweep counts as done all the same. */
async function measure(file: string, { status, bases }: RunResult, session: Session): Promise<boolean> {
  // Switched off by CHECKPOINT_GC=off, or interrupted: nothing more is done.
  if ((status === "disabled" && bases.length === 0) || session.stop.signal.aborted) return true;
  try {
    await session.during((common) => writeMetrics(resolve(file), common));
    return true;
  } catch (error) {
    session.say(errorText({ message: `cannot write ${file}: ${messageOf(error)}`, hint: null }, session.look));
    return false;
  }
}

/** The log also has a line for a base that failed; it is reported once, from the result. */
function withoutFailures(logger: Logger | undefined): Logger | undefined {
  if (logger === undefined) return undefined;
  const warn: Logger["warn"] = (fields, message) => {
    if (fields["event"] !== "sweep-failed") logger.warn(fields, message);
  };
  return { ...logger, warn };
}
