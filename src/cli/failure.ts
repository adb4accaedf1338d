/**
 * Errors for users and programs: what is wrong, and what to do about it, on stderr; with `--json` also a document on
 * stdout. Loads little, because a mistyped command ends here too.
 */
import { EXIT_CODES, GcError, messageOf } from "../errors.ts";
import type { RunStatus } from "../model/result.ts";
import type { Command } from "../report/schema.ts";
import type { RenderContext } from "../report/render-context.ts";
import { errorJson } from "../report/more-json.ts";
import { visible } from "../report/sanitize.ts";
import { output } from "./output.ts";
import { renderContextHere } from "./terminal.ts";

export interface FailureContext {
  readonly command: Command;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Ms since the epoch. */
  readonly startedAt: number;
  /** The exit code of the signal that stopped the run; null where none came. */
  readonly stopped: number | null;
}

/** Reports what was thrown and returns the exit code. */
export function reportFailure(thrown: unknown, context: FailureContext): number {
  const error = withUnchangedHint(asError(thrown, context.stopped !== null), context);
  const look = renderContextHere({ now: context.startedAt, color: false, repeat: "" });
  output.say(errorText(error, look));
  if (context.verbose && error.code === "internal") output.say(`${stackOf(error)}\n`);
  if (context.json) output.print(`${JSON.stringify(documentOf(error, context), null, 2)}\n`);
  return context.stopped ?? error.exitCode;
}

/** `checkpoints: <message>` and a line with the hint. */
export function errorText({ message, hint }: Pick<GcError, "message" | "hint">, look: RenderContext): string {
  const lines = [`checkpoints: ${message}`, ...(hint === null ? [] : [hint])];
  return lines
    .flatMap((line) => line.split("\n"))
    .map((line) => `${visible(line, look)}\n`)
    .join("");
}

function asError(thrown: unknown, stopped: boolean): GcError {
  if (stopped && !(thrown instanceof GcError)) {
    return new GcError("interrupted", "interrupted before it was finished", { cause: thrown });
  }
  if (thrown instanceof GcError && thrown.code !== "internal") return thrown;
  return new GcError("internal", `this is a bug: ${messageOf(thrown)}`, {
    hint: "Run it again with --verbose and report what it says. Only what is reported as removed was removed.",
    cause: thrown,
  });
}

/**
 * Commands that change something. Once they have begun they report what they did, so what they throw was thrown before
 * any change.
 */
const CHANGING: ReadonlySet<Command> = new Set<Command>(["prune", "compact", "trash empty", "trash restore", "undo"]);

/** After an interrupted removal the message says what was removed. */
function withUnchangedHint(error: GcError, { command }: FailureContext): GcError {
  const { code, message, cause, hint } = error;
  // An error raised while the run was being stopped may be a result of stopping, so it is reported as an interruption.
  if (code !== "interrupted" || hint !== null || cause !== undefined || !CHANGING.has(command)) return error;
  return new GcError("interrupted", message, { hint: "Nothing was changed." });
}

function stackOf({ cause, stack }: GcError): string {
  return (cause instanceof Error ? cause.stack : stack) ?? "";
}

function documentOf(error: GcError, { command, startedAt }: FailureContext): object {
  const durationMs = Date.now() - startedAt;
  const document = errorJson(command, error, { version: __VERSION__, startedAt, durationMs, dryRun: false });
  return { ...document, status: statusOf(error) };
}

/** Some error codes have an exit code of their own. */
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

/** The exit code for an error that was returned as a value. */
export function exitCodeFor(code: string): number {
  return Object.entries(EXIT_CODES).find(([known]) => known === code)?.[1] ?? 1;
}
