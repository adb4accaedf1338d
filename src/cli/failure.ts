/**
 * Errors for people and programs: what is wrong, and what to do about it, on stderr; with `--json` also a document on
 * stdout. Nothing here is heavy, because a mistyped command ends here too.
 */
import { EXIT_CODES, GcError, messageOf } from "../errors.ts";
import type { RunStatus } from "../model/result.ts";
import type { Command } from "../report/documents.ts";
import type { Look } from "../report/look.ts";
import { errorJson } from "../report/more-json.ts";
import { visible } from "../report/visible.ts";
import { output } from "./output.ts";
import { lookHere } from "./place.ts";

export interface FailureContext {
  readonly command: Command;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Ms since the epoch. */
  readonly startedAt: number;
  /** What to end with because of a signal; null where none came. */
  readonly stopped: number | null;
}

/** Reports what was thrown, and gives the exit code. */
export function reportFailure(thrown: unknown, context: FailureContext): number {
  const error = asError(thrown, context.stopped !== null);
  const look = lookHere({ now: context.startedAt, color: false, repeat: "" });
  output.say(errorText(error, look));
  if (context.verbose && error.code === "internal") output.say(`${stackOf(error)}\n`);
  if (context.json) output.print(`${JSON.stringify(documentOf(error, context), null, 2)}\n`);
  return context.stopped ?? error.exitCode;
}

/** `checkpoints: <message>` and a line with the hint. */
export function errorText({ message, hint }: Pick<GcError, "message" | "hint">, look: Look): string {
  const lines = [`checkpoints: ${message}`, ...(hint === null ? [] : [hint])];
  return lines
    .flatMap((line) => line.split("\n"))
    .map((line) => `${visible(line, look)}\n`)
    .join("");
}

function asError(thrown: unknown, stopped: boolean): GcError {
  if (stopped && !(thrown instanceof GcError && thrown.code !== "interrupted")) {
    return new GcError("interrupted", "interrupted before it was finished", { cause: thrown });
  }
  if (thrown instanceof GcError && thrown.code !== "internal") return thrown;
  return new GcError("internal", `this is a bug: ${messageOf(thrown)}`, {
    hint: "Run it again with --verbose and report what it says. What is not reported as removed was not removed.",
    cause: thrown,
  });
}

function stackOf({ cause, stack }: GcError): string {
  return (cause instanceof Error ? cause.stack : stack) ?? "";
}

function documentOf(error: GcError, { command, startedAt }: FailureContext): object {
  const durationMs = Date.now() - startedAt;
  const document = errorJson(command, error, { version: __VERSION__, startedAt, durationMs, dryRun: false });
  return { ...document, status: statusOf(error) };
}

/** Some failures have a status of their own. */
function statusOf({ code }: Pick<GcError, "code">): RunStatus {
  switch (code) {
    case "locked":
    case "interrupted":
    case "declined":
      return code;
    case "no-terminal":
      return "declined";
    default:
      return "error";
  }
}

/** The exit code for an error that travelled as a value. */
export function exitCodeFor(code: string): number {
  return Object.entries(EXIT_CODES).find(([known]) => known === code)?.[1] ?? 1;
}
