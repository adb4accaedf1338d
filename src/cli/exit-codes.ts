/** How a manual run ends: the exit code of what was done, and what is printed where the user did not agree. */
import type { BaseError, Plan } from "../model/plan.ts";
import type { RunResult, RunStatus } from "../model/result.ts";
import type { AnyDocument, RunCommand } from "../report/schema.ts";
import { runDocument, type RunDocumentInRows } from "../report/json.ts";
import { totalsOf } from "../report/totals.ts";
import type { Consent } from "./consent.ts";
import { errorText } from "./failure.ts";
import { exitCodeOfBases, type Session } from "./session.ts";

export const DECLINED = 3;
const LOCKED = 75;
export const INTERRUPTED = 130;
export const SOME_FAILED = 1;

export function resultCode(result: RunResult, session: Pick<Session, "stop">): number {
  const code = codeOf(result, session);
  const uncollected = result.bases.some(
    ({ collected }) => collected?.some(({ outcome }) => outcome === "failed") === true,
  );
  const unwritten = result.bases.some(({ warnings }) => warnings?.some(({ failed }) => failed) === true);
  return code === 0 && (uncollected || unwritten || totalsOf(result.plan, result).failed > 0) ? SOME_FAILED : code;
}

/** The exit code for the run and its bases, whatever the results of single entries. */
export function codeOf(
  { status, bases }: { readonly status: RunStatus; readonly bases: readonly { readonly error: BaseError | null }[] },
  { stop }: Pick<Session, "stop">,
): number {
  if (status === "interrupted") return stop.exitCode() ?? INTERRUPTED;
  if (status === "locked") return LOCKED;
  if (status === "declined") return DECLINED;
  const code = exitCodeOfBases(bases);
  return code === 0 && status === "error" ? SOME_FAILED : code;
}

/** Reports that nothing was removed, and why; with `--json` the document contains the plan. */
export function refuse(
  command: RunCommand,
  plan: Plan,
  consent: Exclude<Consent, { kind: "agreed" }>,
  session: Session,
): number {
  const declined: RunResult = { plan, status: "declined", bases: [], durationMs: 0 };
  return refuseWith(runDocument(command, declined, session.meta(false)), consent, session);
}

export function refuseWith(
  declined: AnyDocument | RunDocumentInRows,
  consent: Exclude<Consent, { kind: "agreed" }>,
  session: Session,
  done = "removed",
): number {
  const { shared, look, stop } = session;
  if (consent.kind !== "cannot-ask") {
    session.print(`Nothing was ${done}.\n`);
    return stop.exitCode() ?? (consent.kind === "interrupted" ? INTERRUPTED : DECLINED);
  }
  const { error } = consent;
  session.say(errorText(error, look));
  const { code, message, hint } = error;
  if (shared.json) session.printJson({ ...declined, error: { code, message, hint } });
  return error.exitCode;
}
