/** How a run by hand ends: the exit code of what was done, and what is said where nobody agreed. */
import type { Plan } from "../model/plan.ts";
import type { RunResult } from "../model/result.ts";
import type { RunCommand } from "../report/documents.ts";
import { runDocument } from "../report/json.ts";
import { totalsOf } from "../report/totals.ts";
import type { Consent } from "./consent.ts";
import { errorText } from "./failure.ts";
import { exitCodeOfBases, type Session } from "./session.ts";

const DECLINED = 3;
const LOCKED = 75;
const INTERRUPTED = 130;
export const SOME_FAILED = 1;

export function resultCode(result: RunResult, { stop }: Pick<Session, "stop">): number {
  if (result.status === "interrupted") return stop.exitCode() ?? INTERRUPTED;
  if (result.status === "locked") return LOCKED;
  if (result.status === "declined") return DECLINED;
  const code = exitCodeOfBases(result.bases);
  if (code !== 0) return code;
  return totalsOf(result.plan, result).failed > 0 || result.status === "error" ? SOME_FAILED : 0;
}

/** Says that nothing was removed, and why; with `--json` the document holds the plan. */
export function refuse(
  command: RunCommand,
  plan: Plan,
  consent: Exclude<Consent, { kind: "agreed" }>,
  session: Session,
): number {
  const { shared, look, stop } = session;
  if (consent.kind === "declined") {
    session.print("Nothing was removed.\n");
    return stop.exitCode() ?? DECLINED;
  }
  const { error } = consent;
  session.say(errorText(error, look));
  if (shared.json) {
    const declined: RunResult = { plan, status: "declined", bases: [], durationMs: 0 };
    const { code, message, hint } = error;
    session.printJson({ ...runDocument(command, declined, session.meta(false)), error: { code, message, hint } });
  }
  return error.exitCode;
}
